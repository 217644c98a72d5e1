// What a customer gets for his money when a payment brings him back (D3). By the policy his periods go on as they were, or the
// prepaid ones begin anew with the day of the payment: what was charged for days without service is credited.
import { sql } from 'kysely';
import { audit } from '#audit/entries.ts';
import { type DateRange, daysBetween, isBefore, localDate } from '#platform/dates.ts';
import type { Db, Work } from '#platform/db.ts';
import { sumMinor } from '#platform/money.ts';
import { getSettings } from '#settings/provider.ts';
import { billNow } from './bill-subscriptions.ts';
import { creditUnused, listPiecesOfMany } from './charged-pieces.ts';
import { getToday } from './invoices.ts';
import { writePeriods } from './periods.ts';
import { getPolicy } from './policy.ts';
import type { ChargedPiece } from './rules/charged-days-rules.ts';
import { type UnusedDays, unusedDays } from './rules/proration-rules.ts';
import { continueService, type Reactivation, restartService } from './rules/reactivation-rules.ts';
import { periodPlanOf, priceOf, type Term } from './rules/subscription-rules.ts';
import { selectTerms, termOf } from './subscription-terms.ts';
import { announceSubscription, lookAgain } from './subscriptions.ts';

export type CutAccount = { accountId: string; since: Temporal.Instant };

/** The accounts of a customer that nothing but the debt keeps off. Who has used up his data is served: it is charged as ever. */
export async function listAccountsCutForMoney(db: Db, customerId: string): Promise<CutAccount[]> {
  const { rows } = await sql<CutAccount>`
    select account.id as "accountId", block.since from provisioning.accounts account
    join provisioning.blocks block on block.account_id = account.id and block.reason = 'overdue' and block.lifted_at is null
    where account.customer_id = ${customerId} and account.removed_at is null
      and not exists (select from provisioning.blocks other
        where other.account_id = account.id and other.lifted_at is null and other.reason not in ('overdue', 'cap_reached'))
    order by account.id`.execute(db);
  return rows;
}

export type PlannedRestart = {
  accountId: string;
  term: Term;
  /** Of what was charged: the days without service. */
  unused: UnusedDays<ChargedPiece>[];
  back: Reactivation;
};

/** What begins anew if these accounts come back now: nothing where the policy continues, or the days cannot be cut any more. */
export async function planRestarts(
  db: Db,
  now: Temporal.Instant,
  accounts: readonly CutAccount[],
): Promise<PlannedRestart[]> {
  const { reactivation, leadDays } = await getPolicy(db);
  if (reactivation === 'continue' || accounts.length === 0) return [];
  const { timeZone } = await getSettings(db);
  const today = await getToday(db, now);
  const ids = accounts.map(({ accountId }) => accountId);
  const rows = await selectTerms(
    db,
    sql`where subscription.account_id = any(${ids}::uuid[]) and subscription.status = 'active'
      and subscription.payment_mode = 'prepaid' and subscription.paused_from is null
      and not exists (select from billing.periods period
        where period.subscription_id = subscription.id and period.starts_on >= ${today})
      order by subscription.id`,
  );
  const since = new Map(accounts.map((cut) => [cut.accountId, localDate(cut.since, timeZone)]));
  const cut = rows
    .map((row) => ({ accountId: row.accountId!, term: termOf(row, timeZone), from: since.get(row.accountId!)! }))
    // Cut and back on one day: he lost nothing.
    .filter(({ term, from }) => isBefore(from, today) && isBefore(term.chargedFrom, today));
  const pieces = await listPiecesOfMany(db, cut);
  return cut.map(({ accountId, term, from }) => {
    const unused = unusedDays(pieces.get(term.id) ?? [], from);
    return { accountId, term, unused, back: backAgain(term, unused, today, leadDays) };
  });
}

export type Return = DateRange & {
  accountId: string;
  /** His period begins with the payment; else it goes on as it was. */
  isAnew: boolean;
};

/** The periods for which these accounts have service if they come back now. None where nothing is charged for today. */
export async function listReturns(db: Db, now: Temporal.Instant, accounts: readonly CutAccount[]): Promise<Return[]> {
  if (accounts.length === 0) return [];
  const { leadDays } = await getPolicy(db);
  const { timeZone } = await getSettings(db);
  const today = await getToday(db, now);
  const anew = new Map((await planRestarts(db, now, accounts)).map(({ accountId, back }) => [accountId, back]));
  const ids = accounts.map(({ accountId }) => accountId);
  const rows = await selectTerms(
    db,
    sql`where subscription.account_id = any(${ids}::uuid[]) and subscription.status = 'active'
      and subscription.charged_from <= ${today} order by subscription.id`,
  );
  return rows.flatMap((row) => {
    const accountId = row.accountId!;
    const term = termOf(row, timeZone);
    const again = anew.get(accountId);
    if (!again && !isBefore(today, term.chargedThrough)) return [];
    const { servicePeriod } = again ?? continueService(periodPlanOf(term), today, leadDays);
    return [{ accountId, isAnew: again !== undefined, ...servicePeriod }];
  });
}

function backAgain(
  term: Term,
  unused: readonly UnusedDays[],
  paidOn: Temporal.PlainDate,
  leadDays: number,
): Reactivation {
  const [first] = unused;
  return restartService(
    {
      interval: term.interval,
      priceMinor: priceOf(term),
      paidOn,
      unpaid: first && {
        period: first.charged.whole,
        usedDays: daysBetween(first.charged.whole.startsOn, first.range.startsOn),
      },
    },
    leadDays,
  );
}

/** Begins services anew whose accounts are back, and charges them, from credit first; the customer is locked. */
export async function restartServices(work: Work, customerId: string, cut: readonly CutAccount[]): Promise<void> {
  const still = new Set((await listAccountsCutForMoney(work.db, customerId)).map(({ accountId }) => accountId));
  const back = cut.filter(({ accountId }) => !still.has(accountId));
  const planned = await planRestarts(work.db, work.now, back);
  for (const one of planned) await restartOne(work, customerId, one);
  await billNow(
    work,
    planned.map(({ term }) => term.id),
  );
}

async function restartOne(work: Work, customerId: string, { term, unused, back }: PlannedRestart): Promise<void> {
  const { startsOn } = back.servicePeriod;
  await creditUnused(work, unused, 'Service begins anew with the payment');
  await endPeriodsAt(work, term, startsOn);
  await work.db
    .updateTable('billing.subscriptions')
    .set({ charged_from: startsOn, charged_through: startsOn, anchor_day: back.anchorDay })
    .where('id', '=', term.id)
    .execute();
  await lookAgain(work, term.id);
  await audit(work, 'subscription.restarted', [customerId, term.id], {
    startsOn: startsOn.toString(),
    creditMinor: sumMinor(unused.map(({ creditMinor }) => creditMinor)).toString(),
  });
  announceSubscription(work, { id: term.id, customerId });
}

/** The period that runs is cut; days that nobody charged while it was off are passed over. So no day is missing, none twice. */
async function endPeriodsAt(work: Work, term: Term, day: Temporal.PlainDate): Promise<void> {
  if (isBefore(term.chargedThrough, day)) {
    const period: DateRange = { startsOn: term.chargedThrough, endsOn: day };
    const part = { kind: 'pause', period } as const;
    await writePeriods(work, [{ subscriptionId: term.id, part, plan: term.plan, priceMinor: priceOf(term) }]);
    return;
  }
  await work.db
    .updateTable('billing.periods')
    .set({ ends_on: day })
    .where('subscription_id', '=', term.id)
    .where('starts_on', '<', day)
    .where('ends_on', '>', day)
    .execute();
}
