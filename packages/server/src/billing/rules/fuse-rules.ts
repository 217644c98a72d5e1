// When a run of suspensions must not go on by itself. A wrong clock or a lost bank file makes everybody look overdue at once.
export type FuseReason = 'too_many' | 'clock_went_back' | 'last_run_long_ago' | 'payments_late';

export type FusePolicy = {
  sharePercent: number;
  leastCount: number;
  staleHours: number;
  /** undefined: nobody imports bank statements. */
  importDays?: number | undefined;
};

export type RunFacts = {
  /** Whom the run would suspend. */
  plannedCount: number;
  /** Who was suspended in the last day: many small runs are as bad as a large one. */
  recentCount: number;
  /** Who is on. */
  activeCount: number;
  now: Temporal.Instant;
  lastRunAt?: Temporal.Instant | undefined;
  lastImportAt?: Temporal.Instant | undefined;
  /** What a person has allowed since the last time that it stopped. */
  allowedCount?: number | undefined;
};

/** How many may be suspended within a day without a person: a share of who was on, and always a few. */
export function fuseLimit(facts: Pick<RunFacts, 'recentCount' | 'activeCount'>, policy: FusePolicy): number {
  const baseCount = facts.activeCount + facts.recentCount;
  return Math.max(policy.leastCount, Math.floor((baseCount * policy.sharePercent) / 100));
}

// Clocks of two servers are never quite the same.
const allowedBackwardsMs = 5 * 60_000;
const hourMs = 3_600_000;

/** Why the run must stop before it suspends anybody. Where nobody is to be suspended there is nothing to ask. */
export function reasonToStop(facts: RunFacts, policy: FusePolicy): FuseReason | undefined {
  if (facts.plannedCount === 0) return undefined;
  const isAllowed = facts.allowedCount !== undefined;
  const staleReason = isAllowed ? undefined : reasonOfStaleness(facts, policy);
  if (staleReason) return staleReason;
  const limitCount = Math.max(fuseLimit(facts, policy), facts.allowedCount ?? 0);
  return facts.recentCount + facts.plannedCount > limitCount ? 'too_many' : undefined;
}

function reasonOfStaleness(
  { now, lastRunAt, lastImportAt }: RunFacts,
  { staleHours, importDays }: FusePolicy,
): FuseReason | undefined {
  const sinceMs = (then: Temporal.Instant) => now.epochMilliseconds - then.epochMilliseconds;
  if (lastRunAt && sinceMs(lastRunAt) < -allowedBackwardsMs) return 'clock_went_back';
  if (lastRunAt && sinceMs(lastRunAt) > staleHours * hourMs) return 'last_run_long_ago';
  if (importDays === undefined) return undefined;
  return !lastImportAt || sinceMs(lastImportAt) > importDays * 24 * hourMs ? 'payments_late' : undefined;
}
