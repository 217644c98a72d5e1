// What a day brings to subscriptions besides invoices: one ends, one pauses or returns, another plan takes its place. Each in its
// own transaction; twice changes nothing more.
import { sql } from 'kysely';
import { audit } from '#audit/entries.ts';
import { isBefore } from '#platform/dates.ts';
import { type Actor, type Database, type Db, inTransaction, type Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { lockAccount, moveToProfile } from '#provisioning/accounts.ts';
import { blockAccount, liftBlock } from '#provisioning/blocks.ts';
import { creditCharged } from './charged-pieces.ts';
import { writePeriods } from './periods.ts';
import { isSameInterval, priceOf } from './rules/subscription-rules.ts';
import { announceSubscription, endSubscription, lockSubscription, lookAgain } from './subscriptions.ts';

const batchSize = 500;

export async function settleSubscriptions(database: Database, actor: Actor, today: Temporal.PlainDate): Promise<void> {
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const ids = await listToSettle(database.db, today, after);
    for (const id of ids) {
      await inTransaction(database, actor, (work) => settleSubscription(work, id)).catch((error: unknown) => {
        // Somebody ended it a moment ago: that is as good.
        if (!(error instanceof DomainError && error.code === 'subscription_not_active')) throw error;
      });
    }
    const last = ids.at(-1);
    if (!last) return;
    after = last;
  }
}

async function listToSettle(db: Db, today: Temporal.PlainDate, after: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from (
      select id from billing.subscriptions where status = 'active' and ends_on is not null and ends_on <= ${today}
      union select id from billing.subscriptions where paused_from is not null and paused_from <= ${today} and status = 'active'
      union select id from billing.subscriptions where pending_on is not null and pending_on <= ${today}
    ) due where id > ${after}::uuid order by id limit ${batchSize}`.execute(db);
  return rows.map(({ id }) => id);
}

/** Brings a subscription to what it is today: its plan, its pause, its end, and each of them to the router. */
export async function settleSubscription(work: Work, subscriptionId: string): Promise<void> {
  const { term, today } = await lockSubscription(work, subscriptionId);
  if (term.pending && !isBefore(today, term.pending.on)) await putPlanInPlace(work, subscriptionId);
  if (term.pause && !isBefore(today, term.pause.from)) await settlePause(work, subscriptionId);
  if (term.endsOn && !isBefore(today, term.endsOn)) await settleEnd(work, subscriptionId);
}

async function putPlanInPlace(work: Work, subscriptionId: string): Promise<void> {
  const { view, term } = await lockSubscription(work, subscriptionId);
  const { pending } = term;
  // Its days before are charged first, for what they cost.
  if (!pending || isBefore(term.chargedThrough, pending.on)) return;
  const isSame = isSameInterval(pending.plan.interval, term.interval);
  await work.db
    .updateTable('billing.subscriptions')
    .set({
      plan_version_id: pending.plan.versionId,
      pending_version_id: null,
      pending_on: null,
      price_override_minor: null,
      ...(isSame
        ? {}
        : {
            period_unit: pending.plan.interval.unit,
            period_count: pending.plan.interval.count,
            charged_from: pending.on,
            anchor_day: pending.on.day,
          }),
    })
    .where('id', '=', subscriptionId)
    .execute();
  await lookAgain(work, subscriptionId);
  await followPlan(work, view.accountId, pending.plan.versionId);
  await audit(work, 'subscription.plan_changed', [view.customerId, subscriptionId], {
    plan: [term.plan.planName, pending.plan.planName],
  });
  announceSubscription(work, view);
}

/** The account gets the profile of a plan. */
export async function followPlan(work: Work, accountId: string | null, versionId: string): Promise<void> {
  if (!accountId) return;
  const { profileId } = await work.db
    .selectFrom('plans.versions as version')
    .innerJoin('plans.plans as plan', 'plan.id', 'version.plan_id')
    .select('plan.profile_id as profileId')
    .where('version.id', '=', versionId)
    .executeTakeFirstOrThrow();
  const account = await findAccount(work, accountId);
  if (account) await moveToProfile(work, account, profileId);
}

async function findAccount(work: Work, accountId: string) {
  try {
    return await lockAccount(work, accountId);
  } catch (error) {
    if (error instanceof DomainError && error.code === 'account_not_found') return undefined;
    throw error;
  }
}

async function settlePause(work: Work, subscriptionId: string): Promise<void> {
  const { view, term, today } = await lockSubscription(work, subscriptionId);
  const { pause } = term;
  if (!pause) return;
  const account = view.accountId ? await findAccount(work, view.accountId) : undefined;
  const { until } = pause;
  if (!until || isBefore(today, until)) {
    if (account) await blockAccount(work, account, 'vacation');
    return;
  }
  if (account) await liftBlock(work, account, 'vacation');
  // Days of the pause that nobody charged are passed over; those that were charged before are given back.
  if (isBefore(term.chargedThrough, pause.from)) return;
  if (isBefore(term.chargedThrough, until)) {
    const period = { startsOn: term.chargedThrough, endsOn: until };
    await writePeriods(work, [
      { subscriptionId, part: { kind: 'pause', period }, plan: term.plan, priceMinor: priceOf(term) },
    ]);
    await work.db
      .updateTable('billing.subscriptions')
      .set({ charged_through: until })
      .where('id', '=', subscriptionId)
      .execute();
  }
  await creditCharged(work, term, pause.from, until, 'Vacation');
  await work.db
    .updateTable('billing.subscriptions')
    .set({ paused_from: null, paused_until: null })
    .where('id', '=', subscriptionId)
    .execute();
  await lookAgain(work, subscriptionId);
  await audit(work, 'subscription.resumed', [view.customerId, subscriptionId], {
    from: pause.from.toString(),
    until: until.toString(),
  });
  announceSubscription(work, view);
}

export async function liftVacation(work: Work, accountId: string | null): Promise<void> {
  const account = accountId ? await findAccount(work, accountId) : undefined;
  if (account) await liftBlock(work, account, 'vacation');
}

async function settleEnd(work: Work, subscriptionId: string): Promise<void> {
  const { view, term } = await lockSubscription(work, subscriptionId);
  if (!term.endsOn) return;
  const account = view.accountId ? await findAccount(work, view.accountId) : undefined;
  if (account) await blockAccount(work, account, 'ended');
  // What is still to be charged of its last days is charged first: the run comes by.
  if (isBefore(term.chargedThrough, term.endsOn)) return;
  await endSubscription(work, subscriptionId, term.endsOn);
  await audit(work, 'subscription.ended', [view.customerId, subscriptionId], { endsOn: term.endsOn.toString() });
  announceSubscription(work, view);
}
