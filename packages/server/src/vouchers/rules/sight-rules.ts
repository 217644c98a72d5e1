// From what a router is to have of codes and what was seen there: what was used, what ended, and what somebody did by hand.
// Pure, so that every trick is a line in a table.
import { localDate } from '#platform/dates.ts';
import { endOfTimeBought, refusalOfRedemption, type VoucherState } from './voucher-rules.ts';

export type KnownCode = {
  id: string;
  code: string;
  /** generated: not sold; being sold just now is not among them. */
  state: VoucherState;
  /** The last day on which it may come into use. */
  expiresOn: Temporal.PlainDate | undefined;
  durationKind: 'used' | 'wall';
  isWanted: boolean;
  isOnRouter: boolean;
  profileName: string;
  limitSeconds: number | null;
  limitBytes: bigint | null;
  /** Counted so far, over all the lives that its counters had. */
  usedSeconds: number;
  usedBytes: bigint;
  /** The counters as they were read last. */
  counterSeconds: number;
  counterBytes: bigint;
};

export type SeenUser = {
  name: string;
  ownerId: string | undefined;
  profile: string;
  usedSeconds: number;
  usedBytes: bigint;
  limitSeconds: number;
  limitBytes: bigint;
};

export type Finding = {
  kind:
    | 'unknown_user'
    | 'used_before_sold'
    | 'counter_reset'
    | 'limit_raised'
    | 'other_profile'
    | 'code_removed'
    | 'code_remade';
  /** Tells this finding from others of its kind. */
  about: string;
  voucherId?: string;
  evidence: Record<string, string | number | null>;
};

export type Reading = {
  id: string;
  usedSeconds: number;
  usedBytes: bigint;
  counterSeconds: number;
  counterBytes: bigint;
  /** Where it came into use now: since when, and until when where its time runs on the wall. */
  firstUse: { at: Temporal.Instant; endsAt: Temporal.Instant | null } | null;
  isUsedUp: boolean;
};

/** When a router was looked at, and by whose calendar. */
export type Moment = { at: Temporal.Instant; timeZone: string };

export type Sight = {
  readings: Reading[];
  findings: Finding[];
  /** Wanted, believed to be there, and gone: to be written again. */
  missingIds: string[];
  /** Ours, there, and wanted no more: to be taken away. */
  leftoverIds: string[];
};

export function sightOf(
  known: readonly KnownCode[],
  seen: readonly SeenUser[],
  isForeign: (user: SeenUser) => boolean,
  moment: Moment,
): Sight {
  const sight: Sight = { readings: [], findings: [], missingIds: [], leftoverIds: [] };
  const byName = new Map(seen.map((user) => [user.name, user]));
  const byCode = new Map(known.map((code) => [code.code, code]));
  for (const user of seen) {
    if (byCode.has(user.name) || !isForeign(user)) continue;
    sight.findings.push({
      kind: 'unknown_user',
      about: user.name,
      evidence: {
        user: user.name,
        profile: user.profile,
        usedSeconds: user.usedSeconds,
        usedBytes: `${user.usedBytes}`,
      },
    });
  }
  for (const code of known) {
    const user = byName.get(code.code);
    if (!user) noteAbsence(sight, code);
    else if (user.ownerId !== code.id) noteStranger(sight, code, user);
    else noteOwn(sight, code, user, moment);
  }
  return sight;
}

function noteAbsence(sight: Sight, code: KnownCode): void {
  if (!code.isWanted || !code.isOnRouter) return;
  sight.missingIds.push(code.id);
  sight.findings.push(
    findingOf('code_removed', code, { usedSeconds: code.usedSeconds, usedBytes: `${code.usedBytes}` }),
  );
}

/** The name is there, but not as we wrote it: somebody made it, before it was sold or after ours was removed. */
function noteStranger(sight: Sight, code: KnownCode, user: SeenUser): void {
  const evidence = { usedSeconds: user.usedSeconds, usedBytes: `${user.usedBytes}`, profile: user.profile };
  sight.findings.push(findingOf(code.state === 'generated' ? 'used_before_sold' : 'code_remade', code, evidence));
}

function noteOwn(sight: Sight, code: KnownCode, user: SeenUser, moment: Moment): void {
  if (!code.isWanted) {
    // Not on its way: written for a sale that ended otherwise, or put back by hand.
    if (!code.isOnRouter) sight.leftoverIds.push(code.id);
    return;
  }
  if (user.profile !== code.profileName)
    sight.findings.push(findingOf('other_profile', code, { profile: user.profile, sold: code.profileName }));
  if (isRaised(user.limitSeconds, code.limitSeconds) || isRaised(user.limitBytes, code.limitBytes))
    sight.findings.push(
      findingOf('limit_raised', code, {
        limitSeconds: user.limitSeconds,
        soldSeconds: code.limitSeconds,
        limitBytes: `${user.limitBytes}`,
        soldBytes: code.limitBytes === null ? null : `${code.limitBytes}`,
      }),
    );
  const isReset = user.usedSeconds < code.counterSeconds || user.usedBytes < code.counterBytes;
  if (isReset)
    sight.findings.push(
      findingOf('counter_reset', code, {
        before: `${code.counterBytes}`,
        after: `${user.usedBytes}`,
        secondsBefore: code.counterSeconds,
        secondsAfter: user.usedSeconds,
      }),
    );
  readCounters(sight, code, user, { ...moment, isReset });
}

/** Used is what was counted before and what came since; counters that went back began anew. */
function readCounters(
  sight: Sight,
  code: KnownCode,
  user: SeenUser,
  { isReset, ...moment }: Moment & { isReset: boolean },
): void {
  const usedSeconds = code.usedSeconds + (isReset ? user.usedSeconds : user.usedSeconds - code.counterSeconds);
  const usedBytes = code.usedBytes + (isReset ? user.usedBytes : user.usedBytes - code.counterBytes);
  const isChanged = user.usedSeconds !== code.counterSeconds || user.usedBytes !== code.counterBytes;
  if (!isChanged) return;
  const isUsedUp =
    (code.limitSeconds !== null && usedSeconds >= code.limitSeconds) ||
    (code.limitBytes !== null && usedBytes >= code.limitBytes);
  sight.readings.push({
    id: code.id,
    usedSeconds,
    usedBytes,
    counterSeconds: user.usedSeconds,
    counterBytes: user.usedBytes,
    firstUse: usedSeconds > 0 || usedBytes > 0n ? firstUseOf(code, user, moment) : null,
    isUsedUp,
  });
}

/** Counted by the router, so it began by so much earlier than we look; a code that may not be redeemed on that day is not. */
function firstUseOf(code: KnownCode, user: SeenUser, { at, timeZone }: Moment): Reading['firstUse'] {
  const beganAt = at.subtract({ seconds: user.usedSeconds });
  if (refusalOfRedemption(code, localDate(beganAt, timeZone))) return null;
  const isOnWall = code.durationKind === 'wall' && code.limitSeconds !== null;
  return { at: beganAt, endsAt: isOnWall ? endOfTimeBought(beganAt, code.limitSeconds ?? 0, timeZone) : null };
}

/** 0 on a router is no limit at all. */
function isRaised(seen: number | bigint, sold: number | bigint | null): boolean {
  if (sold === null) return false;
  return seen === 0 || seen === 0n || seen > sold;
}

function findingOf(kind: Finding['kind'], code: KnownCode, evidence: Finding['evidence']): Finding {
  return { kind, about: code.id, voucherId: code.id, evidence: { code: code.code, ...evidence } };
}
