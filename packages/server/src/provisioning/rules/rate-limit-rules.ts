// Rates as routers have them: upload first, "k" is 1000 bits a second and "M" 1000k (routeros.md 2).

// A router's own, where none is written.
const usualPriority = 8;

const bitsPer: Record<string, number> = { '': 1, k: 1000, M: 1_000_000, G: 1_000_000_000 };

function bitsOf(word: string): number {
  const match = /^(\d+(?:\.\d+)?)([kMG]?)$/.exec(word);
  return match ? Math.round(Number(match[1]) * (bitsPer[match[2] ?? ''] ?? 1)) : Number.NaN;
}

function pairOf(word: string | undefined): [number, number] | undefined {
  if (word === undefined) return undefined;
  const [rx = '', tx = rx] = word.split('/');
  return [bitsOf(rx), bitsOf(tx)];
}

/** What a router makes of a rate-limit text, with what it takes where nothing is written. */
function meaningOf(word: string): readonly number[] {
  const [speedWord = '', burstWord, thresholdWord, timeWord, priorityWord, limitAtWord] = word.trim().split(/\s+/);
  const speed = pairOf(speedWord) ?? [0, 0];
  const burst = pairOf(burstWord) ?? [0, 0];
  const threshold = pairOf(thresholdWord) ?? speed;
  const time = pairOf(timeWord?.replaceAll('s', '')) ?? [1, 1];
  const limitAt = pairOf(limitAtWord) ?? speed;
  const sides = [0, 1].flatMap((side) => {
    const isBursting = (burst[side] ?? 0) > (speed[side] ?? 0) || Number.isNaN(burst[side]);
    return [speed[side] ?? 0, ...(isBursting ? [burst[side], threshold[side], time[side]] : [0, 0, 0]), limitAt[side]];
  });
  return [...sides.map((rate) => rate ?? 0), Number(priorityWord ?? usualPriority)];
}

/** Do two rate-limit texts give the same speeds? */
export function isSameRate(a: string, b: string): boolean {
  if (a === b) return true;
  const [first, second] = [meaningOf(a), meaningOf(b)];
  return first.every((rate, part) => rate === second[part]);
}
