// The rate-limit text of a profile, as it is written to routers and shown before: upload first, for the router's "rx" is what the
// client sends. A plan's Mbps is 1024 kbps, as seed B has it; a router's "k" is 1000 bits a second.

export type Rates = {
  downKbps: number;
  upKbps: number;
  burstDownKbps?: number | null | undefined;
  burstUpKbps?: number | null | undefined;
  thresholdDownKbps?: number | null | undefined;
  thresholdUpKbps?: number | null | undefined;
  burstDownSeconds?: number | null | undefined;
  burstUpSeconds?: number | null | undefined;
  priority?: number | null | undefined;
  limitAtDownKbps?: number | null | undefined;
  limitAtUpKbps?: number | null | undefined;
};

// What seed B writes where nothing else is said.
const usualBurstSeconds = 8;
const usualPriority = 8;

/**
 * The rate-limit text of a profile: speed, burst, threshold, burst time, priority, limit-at. Each part needs those before it, so
 * what is not wanted is said in a way that changes nothing.
 */
export function rateLimitWord(rates: Rates): string {
  const { downKbps, upKbps, burstDownKbps, burstUpKbps, priority } = rates;
  const speed = kbpsPair(upKbps, downKbps);
  const hasBurst = Boolean(burstDownKbps || burstUpKbps);
  const hasLimitAt = Boolean(rates.limitAtDownKbps || rates.limitAtUpKbps);
  if (!hasBurst && !priority && !hasLimitAt) return speed;
  const burst = hasBurst ? burstWords(rates) : '0/0 0/0 0/0';
  // Without a limit-at of its own, a direction has the router's: its whole speed.
  const limitAt = hasLimitAt ? [kbpsPair(rates.limitAtUpKbps || upKbps, rates.limitAtDownKbps || downKbps)] : [];
  return [speed, burst, priority || usualPriority, ...limitAt].join(' ');
}

/** A direction without a burst has one that is no faster than its speed. */
function burstWords(rates: Rates): string {
  const up = rates.burstUpKbps || rates.upKbps;
  const down = rates.burstDownKbps || rates.downKbps;
  const thresholdUp = rates.thresholdUpKbps || rates.upKbps;
  const thresholdDown = rates.thresholdDownKbps || rates.downKbps;
  const secondsDown = rates.burstDownSeconds || rates.burstUpSeconds || usualBurstSeconds;
  const secondsUp = rates.burstUpSeconds || rates.burstDownSeconds || usualBurstSeconds;
  return `${kbpsPair(up, down)} ${kbpsPair(thresholdUp, thresholdDown)} ${secondsUp}/${secondsDown}`;
}

function kbpsPair(up: number, down: number): string {
  return `${up}k/${down}k`;
}
