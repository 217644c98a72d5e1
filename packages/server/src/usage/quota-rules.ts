// How much of what a plan includes is used, and what follows.
import type { usedUpActs } from '@lastmile/contract/plans.ts';
import type { DateRange } from '#platform/dates.ts';

export type Allowance = {
  /** What the plan includes for a period. */
  capBytes: bigint;
  whenUsedUp: (typeof usedUpActs)[number];
  usedBytes: bigint;
  /** What was given on top for this period. */
  extraBytes: bigint;
  /** He may use as much as he likes till the period ends. */
  isFree: boolean;
};

export type QuotaStage = 'within' | 'near' | 'used_up';

// From here on he is told that it is coming to its end.
const nearPercent = 80n;

/** Reached is used up, as a router counts its own limits. */
export function quotaStage({ capBytes, usedBytes, extraBytes, isFree }: Allowance): QuotaStage {
  if (isFree) return 'within';
  const allowedBytes = capBytes + extraBytes;
  if (usedBytes >= allowedBytes) return 'used_up';
  return usedBytes * 100n >= allowedBytes * nearPercent ? 'near' : 'within';
}

export type AccessSpeed = 'full' | 'slow' | 'off';

/** What an account is to have by its quota alone; what else keeps it off is not asked. */
export function speedOf(allowance: Allowance | undefined): AccessSpeed {
  if (!allowance || quotaStage(allowance) !== 'used_up') return 'full';
  return allowance.whenUsedUp === 'slow' ? 'slow' : allowance.whenUsedUp === 'cut' ? 'off' : 'full';
}

/** Where nobody pays for a period of his own, what is used is counted by the calendar. */
export function calendarMonth(day: Temporal.PlainDate): DateRange {
  const startsOn = day.with({ day: 1 });
  return { startsOn, endsOn: startsOn.add({ months: 1 }) };
}
