// Deeds of the office on a subscription, each with a preview by the same rules: another plan, a vacation, the end.
import type { SubscriptionPreview } from '@lastmile/contract/subscriptions.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { isBefore, laterOf } from '#platform/dates.ts';
import type { Db, Scope, Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import { sumMinor } from '#platform/money.ts';
import { getSettings } from '#settings/provider.ts';
import { creditCharged, creditUnused, listChargedPieces } from './charged-pieces.ts';
import { getToday } from './invoices.ts';
import { issueCharges } from './issue-invoices.ts';
import { getPolicy, taxPolicyOf } from './policy.ts';
import { type Cancellation, type CancelPolicy, outcomeOfCancellation } from './rules/cancellation-rules.ts';
import { type ChargedPiece, planChangeOf, runningPeriod } from './rules/charged-days-rules.ts';
import { amountOfLine, composeInvoice, type WantedLine } from './rules/compose-invoice-rules.ts';
import type { ChangePolicy } from './rules/plan-change-rules.ts';
import { prorationLine, type SoldPlan, type Term } from './rules/subscription-rules.ts';
import { followPlan, liftVacation, settleSubscription } from './settle-subscriptions.ts';
import { getSellablePlan, soldPlanOf } from './sold-plans.ts';
import { selectTerms, termOf } from './subscription-terms.ts';
import {
  announceSubscription,
  getSubscription,
  lockSubscription,
  lookAgain,
  type SubscriptionView,
} from './subscriptions.ts';
import { previewLineOf } from './upcoming-invoices.ts';

type Preview = z.output<typeof SubscriptionPreview>;

// ---- another plan

export type PlanWish = { planId: string; policy: ChangePolicy };

type PlannedChange = ReturnType<typeof planChangeOf> & { plan: SoldPlan; currency: string };

async function planned(
  db: Db,
  { term, view, today }: { term: Term; view: SubscriptionView; today: Temporal.PlainDate },
  wish: PlanWish,
): Promise<PlannedChange> {
  const plan = await getSellablePlan(db, wish.planId);
  if (plan.currency !== view.currency)
    throw fieldError('plan_currency_differs', 'planId', 'is priced in another currency than this subscription');
  const pieces = await listChargedPieces(db, term, today);
  const sold = soldPlanOf(plan);
  const change = planChangeOf(term, sold, pieces, today, wish.policy);
  // Days that went by and were not charged yet cost what they cost: the new plan counts from today.
  return {
    ...change,
    isNow: change.isNow && !isBefore(term.chargedThrough, today),
    plan: sold,
    currency: view.currency,
  };
}

/** As it stands now, without a lock: for previews. */
export async function readTerm(
  db: Db,
  now: Temporal.Instant,
  subscriptionId: string,
  scope: Scope,
): Promise<{ term: Term; view: SubscriptionView; today: Temporal.PlainDate }> {
  const view = await getSubscription(db, subscriptionId, scope);
  if (view.status !== 'active') throw new DomainError('subscription_not_active', { subscriptionId });
  const [row] = await selectTerms(db, sql`where subscription.id = ${subscriptionId}`);
  const { timeZone } = await getSettings(db);
  return { term: termOf(row!, timeZone), view, today: await getToday(db, now) };
}

export async function previewPlanChange(
  db: Db,
  now: Temporal.Instant,
  subscriptionId: string,
  wish: PlanWish,
  scope: Scope,
): Promise<Preview> {
  const { lines, effectiveOn, currency } = await planned(db, await readTerm(db, now, subscriptionId, scope), wish);
  return { effectiveOn, ...(await previewOf(db, lines)), currency };
}

/** What lines come to, with their taxes. */
export async function previewOf(
  db: Db,
  lines: readonly WantedLine[],
): Promise<Omit<Preview, 'effectiveOn' | 'currency'>> {
  const { netMinor, taxMinor, totalMinor } = composeInvoice(lines, taxPolicyOf(await getPolicy(db)));
  return {
    lines: lines.map(previewLineOf),
    netMinor,
    taxMinor,
    amountMinor: totalMinor,
  };
}

export async function changeSubscriptionPlan(
  work: Work,
  subscriptionId: string,
  { revision, ...wish }: PlanWish & { revision: number },
): Promise<SubscriptionView> {
  const locked = await lockSubscription(work, subscriptionId, revision);
  const { view, term } = locked;
  const change = await planned(work.db, locked, wish);
  if (change.isNow) await changePlanNow(work, locked, change);
  else {
    if (change.effectiveOn.equals(locked.today)) await followPlan(work, view.accountId, change.plan.versionId);
    await work.db
      .updateTable('billing.subscriptions')
      .set({ pending_version_id: change.plan.versionId, pending_on: change.effectiveOn })
      .where('id', '=', subscriptionId)
      .execute();
    await lookAgain(work, subscriptionId);
    await settleSubscription(work, subscriptionId);
  }
  await audit(work, 'subscription.plan_chosen', [view.customerId, subscriptionId], {
    plan: [term.plan.planName, change.plan.planName],
    effectiveOn: change.effectiveOn.toString(),
  });
  announceSubscription(work, view);
  return getSubscription(work.db, subscriptionId);
}

async function changePlanNow(
  work: Work,
  { view, term, today }: { view: SubscriptionView; term: Term; today: Temporal.PlainDate },
  { plan, lines }: PlannedChange,
): Promise<void> {
  await work.db
    .updateTable('billing.subscriptions')
    .set({ plan_version_id: plan.versionId, price_override_minor: null, pending_version_id: null, pending_on: null })
    .where('id', '=', term.id)
    .execute();
  await lookAgain(work, term.id);
  await followPlan(work, view.accountId, plan.versionId);
  // An invoice is not negative: where the old plan was worth more, it is credited, and the new one charged by itself.
  const isCharge = sumMinor(lines.map(amountOfLine)) > 0n;
  if (!isCharge) await creditCharged(work, term, today, undefined, `${term.plan.planName} → ${plan.planName}`);
  const charged = isCharge ? lines : lines.filter(({ kind }) => kind === 'proration_charge');
  if (charged.length === 0) return;
  const charge = { customerId: view.customerId, lines: charged, description: plan.planName };
  await issueCharges(work, view.currency, [charge]);
}

// ---- a vacation

export async function pauseSubscription(
  work: Work,
  subscriptionId: string,
  pause: { from: Temporal.PlainDate; until: Temporal.PlainDate | null; revision: number },
): Promise<SubscriptionView> {
  const { view, today } = await lockSubscription(work, subscriptionId, pause.revision);
  if (isBefore(pause.from, today)) throw fieldError('invalid_input', 'from', 'must not be in the past');
  if (pause.until && !isBefore(pause.from, pause.until))
    throw fieldError('invalid_input', 'until', 'must be after the first day of the pause');
  if (view.pause && !isBefore(today, view.pause.from))
    throw new DomainError('subscription_paused', { subscriptionId }, 'it is paused: resume it first');
  await work.db
    .updateTable('billing.subscriptions')
    .set({ paused_from: pause.from, paused_until: pause.until })
    .where('id', '=', subscriptionId)
    .execute();
  await lookAgain(work, subscriptionId);
  await audit(work, 'subscription.paused', [view.customerId, subscriptionId], {
    from: pause.from.toString(),
    until: pause.until?.toString() ?? null,
  });
  await settleSubscription(work, subscriptionId);
  announceSubscription(work, view);
  return getSubscription(work.db, subscriptionId);
}

/** He is back: today is the first day that counts again. A pause that has not begun is forgotten. */
export async function resumeSubscription(
  work: Work,
  subscriptionId: string,
  revision: number,
): Promise<SubscriptionView> {
  const { view, today } = await lockSubscription(work, subscriptionId, revision);
  if (!view.pause) throw new DomainError('subscription_not_paused', { subscriptionId });
  const hasBegun = isBefore(view.pause.from, today);
  await work.db
    .updateTable('billing.subscriptions')
    .set(hasBegun ? { paused_until: today } : { paused_from: null, paused_until: null })
    .where('id', '=', subscriptionId)
    .execute();
  if (hasBegun) await settleSubscription(work, subscriptionId);
  else await forgetPause(work, view);
  await lookAgain(work, subscriptionId);
  announceSubscription(work, view);
  return getSubscription(work.db, subscriptionId);
}

async function forgetPause(work: Work, view: SubscriptionView): Promise<void> {
  await liftVacation(work, view.accountId);
  await audit(work, 'subscription.resumed', [view.customerId, view.id], { from: view.pause?.from.toString() });
}

// ---- the end

export type CancelWish = { policy: CancelPolicy; reason: string; revision: number };

/** With the period that runs, or today (R-PRO-7). */
async function plannedEnd(
  db: Db,
  { term, today }: { term: Term; today: Temporal.PlainDate },
  policy: CancelPolicy,
): Promise<Cancellation<ChargedPiece>> {
  const charged = await listChargedPieces(db, term, today);
  return outcomeOfCancellation({ period: runningPeriod(term, charged, today), requestedOn: today, charged }, policy);
}

export async function previewCancellation(
  db: Db,
  now: Temporal.Instant,
  subscriptionId: string,
  policy: CancelPolicy,
  scope: Scope,
): Promise<Preview> {
  const read = await readTerm(db, now, subscriptionId, scope);
  const { endsOn, credits } = await plannedEnd(db, read, policy);
  const given = credits.filter(({ charged }) => !charged.isGivenUp);
  const lines = given.map(({ range, creditMinor }) =>
    prorationLine(read.term, read.term.plan, { kind: 'proration_credit', range, amountMinor: -creditMinor }),
  );
  return { effectiveOn: endsOn, ...(await previewOf(db, lines)), currency: read.view.currency };
}

export async function cancelSubscription(
  work: Work,
  subscriptionId: string,
  { policy, reason, revision }: CancelWish,
): Promise<SubscriptionView> {
  const locked = await lockSubscription(work, subscriptionId, revision);
  const { view } = locked;
  const { endsOn, credits } = await plannedEnd(work.db, locked, policy);
  await creditUnused(work, credits, reason || 'Cancellation');
  await work.db
    .updateTable('billing.subscriptions')
    .set({ ends_on: laterOf(endsOn, view.startsOn), pending_version_id: null, pending_on: null })
    .where('id', '=', subscriptionId)
    .execute();
  await lookAgain(work, subscriptionId);
  await audit(work, 'subscription.cancelled', [view.customerId, subscriptionId], {
    endsOn: endsOn.toString(),
    reason: reason || null,
  });
  await settleSubscription(work, subscriptionId);
  announceSubscription(work, view);
  return getSubscription(work.db, subscriptionId);
}
