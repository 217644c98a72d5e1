// What accounts may use and have used in their period. What follows from it is decided by rules, and done in settle-quotas.ts.
import { sql } from 'kysely';
import { listServicePeriods } from '#billing/service-periods.ts';
import { type DateRange, localDate } from '#platform/dates.ts';
import type { Database, Db } from '#platform/db.ts';
import { getSettings } from '#settings/provider.ts';
import { type Allowance, calendarMonth } from './quota-rules.ts';

export type AccountQuota = {
  id: string;
  customerId: string;
  name: string;
  planName: string | null;
  period: DateRange;
  usedBytes: bigint;
  doubtedBytes: bigint;
  /** undefined: the plan has no cap. */
  allowance: Allowance | undefined;
  slowedSince: Temporal.Instant | null;
  /** Kept off since, for what he has used. */
  cutSince: Temporal.Instant | null;
};

type Row = Pick<AccountQuota, 'id' | 'customerId' | 'name' | 'planName' | 'slowedSince' | 'cutSince'> & {
  capBytes: bigint | null;
  whenUsedUp: Allowance['whenUsedUp'];
};

/** By account, of those that are there. */
export async function listQuotas(
  db: Db,
  accountIds: readonly string[],
  now: Temporal.Instant,
): Promise<Map<string, AccountQuota>> {
  if (accountIds.length === 0) return new Map();
  const today = localDate(now, (await getSettings(db)).timeZone);
  const { rows } = await selectRows(db, accountIds);
  const servicePeriods = await listServicePeriods(db, accountIds, today);
  const periodOf = (id: string) => servicePeriods.get(id) ?? calendarMonth(today);
  const sums = await sumPeriods(
    db,
    rows.map(({ id }) => ({ id, ...periodOf(id) })),
  );
  return new Map(
    rows.map(({ capBytes, whenUsedUp, ...row }) => {
      const { usedBytes, doubtedBytes, extraBytes, isFree } = sums.get(row.id) ?? nothing;
      const allowance = capBytes === null ? undefined : { capBytes, whenUsedUp, usedBytes, extraBytes, isFree };
      return [row.id, { ...row, period: periodOf(row.id), usedBytes, doubtedBytes, allowance }];
    }),
  );
}

function selectRows(db: Db, accountIds: readonly string[]) {
  return sql<Row>`
    select account.id, account.customer_id as "customerId", account.name, plan.name as "planName",
      plan.data_cap_bytes as "capBytes", coalesce(plan.when_used_up, 'nothing') as "whenUsedUp", account.slowed_since as "slowedSince",
      (select since from provisioning.blocks block
        where block.account_id = account.id and block.reason = 'cap_reached' and block.lifted_at is null) as "cutSince"
    from provisioning.accounts account
    left join plans.plans plan on plan.profile_id = account.profile_id
    where account.id = any(${accountIds}::uuid[]) and account.removed_at is null
    order by account.id`.execute(db);
}

type Sums = Pick<Allowance, 'usedBytes' | 'extraBytes' | 'isFree'> & { doubtedBytes: bigint };
const nothing: Sums = { usedBytes: 0n, extraBytes: 0n, isFree: false, doubtedBytes: 0n };

/**
 * What was used and given in periods. A period begins with a day, so days add up to it; what was written for later ones, while our clock
 * was ahead, is not of it.
 */
async function sumPeriods(db: Db, periods: readonly ({ id: string } & DateRange)[]): Promise<Map<string, Sums>> {
  const { rows } = await sql<Sums & { id: string }>`
    select period.id, coalesce(used.bytes, 0)::bigint as "usedBytes", coalesce(used.doubted, 0)::bigint as "doubtedBytes",
      coalesce(given.bytes, 0)::bigint as "extraBytes", coalesce(given.is_free, false) as "isFree"
    from unnest(${periods.map(({ id }) => id)}::uuid[], ${periods.map(({ startsOn }) => startsOn.toString())}::date[],
      ${periods.map(({ endsOn }) => endsOn.toString())}::date[]) as period (id, starts_on, ends_on)
    left join lateral (
      select sum(down_bytes + up_bytes) as bytes, sum(doubted_bytes) as doubted from provisioning.daily_usage
      where account_id = period.id and day >= period.starts_on and day < period.ends_on) used on true
    left join lateral (
      select sum(bytes) as bytes, bool_or(bytes is null) as is_free from usage.grants
      where account_id = period.id and period_on >= period.starts_on and period_on < period.ends_on) given on true`.execute(
    db,
  );
  return new Map(rows.map(({ id, ...sums }) => [id, sums]));
}

const accountsPerRead = 1000;

/** The quotas of all for whom one may have to do something, some at a time. */
export async function* quotaPages({ db, clock }: Database): AsyncGenerator<AccountQuota[]> {
  let after: string | undefined;
  do {
    const ids = await listQuotaAccounts(db, after, accountsPerRead);
    yield [...(await listQuotas(db, ids, clock.now())).values()];
    after = ids.length < accountsPerRead ? undefined : ids.at(-1);
  } while (after);
}

/** By id: those with a plan that does something, and those to whom something was done. */
async function listQuotaAccounts(db: Db, after: string | undefined, most: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select account.id from provisioning.accounts account
    where account.removed_at is null and (${after ?? null}::uuid is null or account.id > ${after ?? null}::uuid)
      and (account.slowed_since is not null
        or exists (select from plans.plans plan where plan.profile_id = account.profile_id and plan.when_used_up <> 'nothing')
        or exists (select from provisioning.blocks block
          where block.account_id = account.id and block.reason = 'cap_reached' and block.lifted_at is null))
    order by account.id limit ${most}`.execute(db);
  return rows.map(({ id }) => id);
}
