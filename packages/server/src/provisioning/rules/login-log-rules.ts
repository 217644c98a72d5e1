// What a router's log tells of logins that it refused. The wording differs between versions, and is nowhere promised: what is not
// understood is left out. Pure.
import type { refusalReasons } from '@lastmile/contract/provisioning.ts';
import type { ServiceKind } from './profile-rules.ts';

export type RefusalReason = (typeof refusalReasons)[number];
export type LogLine = { time: string; topics: string; message: string };
export type RefusedLogin = { at: Temporal.Instant | null; triedName: string; reason: RefusalReason; message: string };

export type LoginFacts = {
  service: ServiceKind;
  /** The names under which the router may know the account. */
  names: readonly string[];
  isOnRouter: boolean;
  isDisabled: boolean;
};

type Refusal = { service: ServiceKind; name: string; why: string };

/** PPP: `<0005>: user ana authentication failed - radius timeout`. Hotspot: `ana (10.5.50.2): login failed: invalid password`. */
function refusalOf({ topics, message }: LogLine): Refusal | undefined {
  const kinds = topics.split(',');
  const ppp = /\buser (.+?) authentication failed\b[\s:-]*(.*)$/i.exec(message);
  if (ppp && kinds.some((kind) => kind === 'ppp' || kind === 'pppoe'))
    return { service: 'pppoe', name: ppp[1] ?? '', why: ppp[2] ?? '' };
  const hotspot = /^(.+?) \([^)]*\):? (?:.* )?login failed\b[\s:-]*(.*)$/i.exec(message);
  if (hotspot && kinds.includes('hotspot'))
    return { service: 'hotspot', name: hotspot[1] ?? '', why: hotspot[2] ?? '' };
  return undefined;
}

/** What is left of a name when it is typed by heart: without capitals, spaces, signs and realm. */
function spoken(name: string): string {
  return (
    name
      .toLowerCase()
      .split('@')[0]
      ?.replace(/[^\p{L}\p{N}]/gu, '') ?? ''
  );
}

const most = 5;

/** The refusals of an account's logins, the latest first. A name that differs by how it is written is that of his device, too. */
export function refusedLogins(
  lines: readonly LogLine[],
  facts: LoginFacts,
  timeOf: (time: string) => Temporal.Instant | null,
): RefusedLogin[] {
  const alike = new Set(facts.names.map(spoken).filter((name) => name !== ''));
  return lines
    .flatMap((line) => {
      const refusal = refusalOf(line);
      const isHis = refusal?.service === facts.service && alike.has(spoken(refusal.name));
      return isHis
        ? [{ at: timeOf(line.time), triedName: refusal.name, reason: reasonOf(refusal, facts), message: line.message }]
        : [];
    })
    .toReversed()
    .slice(0, most);
}

function reasonOf({ name, why }: Refusal, { names, isOnRouter, isDisabled }: LoginFacts): RefusalReason {
  if (/radius/i.test(why)) return 'radius_silent';
  if (/mac address|caller/i.test(why)) return 'wrong_device';
  if (/no more sessions|only.?one|already/i.test(why)) return 'too_many_sessions';
  if (/(uptime|traffic|bytes) limit/i.test(why)) return 'limit_reached';
  if (/address/i.test(why)) return 'no_address';
  if (!names.includes(name) || !isOnRouter) return 'unknown_name';
  // A router says the same of a wrong password and of an account that is off.
  return isDisabled ? 'switched_off' : 'wrong_password';
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * When a line was written, by our clock: from RouterOS 7.10 on `2026-08-31 03:58:22`, before `sep/02/2019 09:54:33`, and of the same
 * day `09:54:33` alone. The router's own clock and zone cancel out, for it tells what it takes for now. null: not understood.
 */
export function logTimes(clock: { date?: string; time?: string } | undefined, now: Temporal.Instant) {
  const local = localTime(`${clock?.date ?? ''} ${clock?.time ?? ''}`, undefined);
  return (time: string): Temporal.Instant | null => {
    const written = local && localTime(time, local);
    if (!local || !written) return null;
    const at = now.subtract(written.until(local, { largestUnit: 'hours' }));
    return Temporal.Instant.compare(at, now) > 0 ? now : at;
  };
}

function localTime(text: string, today: Temporal.PlainDateTime | undefined): Temporal.PlainDateTime | undefined {
  const old = /^([a-z]{3})\/(\d\d)(?:\/(\d{4}))? (.*)$/i.exec(text.trim());
  const month = months.indexOf(old?.[1]?.toLowerCase() ?? '') + 1;
  const plain = old
    ? `${old[3] ?? today?.year ?? ''}-${String(month).padStart(2, '0')}-${old[2]} ${old[4]}`
    : /^\d\d:/.test(text)
      ? `${today?.toPlainDate() ?? ''} ${text}`
      : text;
  try {
    return Temporal.PlainDateTime.from(plain.trim().replace(' ', 'T'));
  } catch {
    return undefined;
  }
}
