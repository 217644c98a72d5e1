// A new subscription: shown first, with the invoices that it will bring, and then added on the same terms.
import type { UpcomingInvoice } from '@lastmile/contract/subscriptions.ts';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { letOwe, lockPresentCustomer } from '#customers/customers.ts';
import { getPlan, type PlanView } from '#plans/plans.ts';
import { isBefore } from '#platform/dates.ts';
import type { Db, Work } from '#platform/db.ts';
import { fieldError, violatedConstraint } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { getToday } from './invoices.ts';
import { getPolicy, type PolicyView } from './policy.ts';
import type { Term } from './rules/subscription-rules.ts';
import { getSellablePlan, soldPlanOf } from './sold-plans.ts';
import { discountOf } from './subscription-terms.ts';
import {
  announceSubscription,
  getSubscription,
  lookAgain,
  refuseTwoDiscounts,
  type SubscriptionView,
} from './subscriptions.ts';
import { upcomingOf } from './upcoming-invoices.ts';

/** What is charged, and when. */
export type TermsWish = {
  planId: string;
  startsOn: Temporal.PlainDate;
  trialEndsOn?: Temporal.PlainDate | null;
  endsOn?: Temporal.PlainDate | null;
  anchorDay?: number | undefined;
  periodUnit?: PlanView['periodUnit'] | undefined;
  periodCount?: number | undefined;
  setupFeeMinor?: bigint;
  paymentMode?: 'prepaid' | 'postpaid' | undefined;
  priceOverrideMinor?: bigint | null;
  discountBp?: number | null;
  discountMinor?: bigint | null;
  discountEndsOn?: Temporal.PlainDate | null;
};

export type NewSubscription = TermsWish & { accountId: string | null };

/** What was asked for, with what the plan and the policy say about the rest. */
type Planned = {
  plan: PlanView;
  chargedFrom: Temporal.PlainDate;
  trialEndsOn: Temporal.PlainDate | null;
  endsOn: Temporal.PlainDate | null;
  paymentMode: Term['paymentMode'];
  anchorDay: number;
  interval: Term['interval'];
  setupFeeMinor: bigint;
  priceOverrideMinor: bigint | null;
  discountBp: number | null;
  discountMinor: bigint | null;
  discountEndsOn: Temporal.PlainDate | null;
};

// A longer period would end after the last day that can be told.
const mostYears = 100;

async function plannedOf(db: Db, wanted: TermsWish, policy: PolicyView): Promise<Planned> {
  const plan = await getSellablePlan(db, wanted.planId);
  refuseTwoDiscounts(wanted);
  const { startsOn, trialEndsOn = null, endsOn = null } = wanted;
  if (trialEndsOn && !isBefore(startsOn, trialEndsOn))
    throw fieldError('invalid_input', 'trialEndsOn', 'must be after the start');
  if (endsOn && !isBefore(trialEndsOn ?? startsOn, endsOn))
    throw fieldError('invalid_input', 'endsOn', 'must be after the start, and after the free days');
  const interval = { unit: wanted.periodUnit ?? plan.periodUnit, count: wanted.periodCount ?? plan.periodCount };
  if (interval.unit === 'year' && interval.count > mostYears)
    throw fieldError('invalid_input', 'periodCount', `must be at most ${mostYears} years`);
  const chargedFrom = trialEndsOn ?? startsOn;
  return {
    plan,
    chargedFrom,
    trialEndsOn,
    endsOn,
    paymentMode: wanted.paymentMode ?? policy.defaultPaymentMode,
    anchorDay: wanted.anchorDay ?? policy.defaultAnchorDay ?? chargedFrom.day,
    interval,
    setupFeeMinor: wanted.setupFeeMinor ?? 0n,
    priceOverrideMinor: wanted.priceOverrideMinor ?? null,
    discountBp: wanted.discountBp ?? null,
    discountMinor: wanted.discountMinor ?? null,
    discountEndsOn: wanted.discountEndsOn ?? null,
  };
}

/** The next three invoices that a subscription on these terms would bring. Nothing is written. */
export async function previewSubscription(
  db: Db,
  now: Temporal.Instant,
  wanted: TermsWish,
): Promise<z.output<typeof UpcomingInvoice>[]> {
  const policy = await getPolicy(db);
  const planned = await plannedOf(db, wanted, policy);
  return upcomingOf(newTermOf(planned, policy), planned.plan.currency, { policy, today: await getToday(db, now) });
}

function newTermOf(planned: Planned, { dayCount }: PolicyView): Term {
  const { plan, chargedFrom, paymentMode, anchorDay, interval, setupFeeMinor } = planned;
  return {
    id: newId(),
    paymentMode,
    plan: soldPlanOf(plan),
    anchorDay,
    interval,
    dayCount,
    chargedFrom,
    chargedThrough: chargedFrom,
    endsOn: planned.endsOn ?? undefined,
    priceOverrideMinor: planned.priceOverrideMinor ?? undefined,
    discount: discountOf(planned),
    discountEndsOn: planned.discountEndsOn ?? undefined,
    setupFeeMinor,
    pending: undefined,
    pause: undefined,
    off: [],
    openRecurringCount: 0,
  };
}

export async function addSubscription(
  work: Work,
  customerId: string,
  wanted: NewSubscription,
): Promise<SubscriptionView> {
  await lockPresentCustomer(work, customerId);
  if (wanted.accountId) await refuseForeignAccount(work, customerId, wanted.accountId);
  const { startsOn, accountId } = wanted;
  const { plan, interval, chargedFrom, ...planned } = await plannedOf(work.db, wanted, await getPolicy(work.db));
  await letOwe(work, customerId, plan.currency);
  const id = newId();
  await work.db
    .insertInto('billing.subscriptions')
    .values({
      id,
      customer_id: customerId,
      account_id: accountId,
      plan_version_id: plan.versionId,
      currency: plan.currency,
      payment_mode: planned.paymentMode,
      starts_on: startsOn,
      trial_ends_on: planned.trialEndsOn,
      ends_on: planned.endsOn,
      anchor_day: planned.anchorDay,
      period_unit: interval.unit,
      period_count: interval.count,
      charged_from: chargedFrom,
      charged_through: chargedFrom,
      next_invoice_on: chargedFrom,
      price_override_minor: planned.priceOverrideMinor,
      discount_bp: planned.discountBp,
      discount_minor: planned.discountMinor,
      discount_ends_on: planned.discountEndsOn,
      setup_fee_minor: planned.setupFeeMinor,
      created_at: work.now,
    })
    .execute()
    .catch(refuseSecond);
  await lookAgain(work, id);
  const added = await getSubscription(work.db, id);
  await audit(work, 'subscription.added', [customerId, id], {
    plan: plan.name,
    startsOn: startsOn.toString(),
    priceMinor: (planned.priceOverrideMinor ?? plan.priceMinor).toString(),
    currency: plan.currency,
  });
  announceSubscription(work, added);
  return added;
}

async function refuseForeignAccount(work: Work, customerId: string, accountId: string): Promise<void> {
  const account = await work.db
    .selectFrom('provisioning.accounts')
    .select('id')
    .where('id', '=', accountId)
    .where('customer_id', '=', customerId)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  if (!account) throw fieldError('account_not_found', 'accountId', 'is not an account of this customer');
}

function refuseSecond(error: unknown): never {
  if (violatedConstraint(error) === 'subscriptions_account')
    throw fieldError('subscription_exists', 'accountId', 'has a subscription already');
  throw error;
}

/** A customer comes with his account's subscription, from today on. */
export async function subscribeAccount(
  work: Work,
  account: { id: string; customerId: string },
  planId: string,
): Promise<void> {
  const startsOn = await getToday(work.db, work.now);
  await addSubscription(work, account.customerId, { accountId: account.id, planId, startsOn });
}

/**
 * The record is put right: the account has this plan from the next charge on, and nothing is charged or credited for days that
 * are. A change with its lines is `changeSubscriptionPlan`.
 */
export async function correctSubscriptionOf(
  work: Work,
  account: { id: string; customerId: string },
  change: { planId?: string | undefined; accountId?: string | undefined },
): Promise<void> {
  const found = await work.db
    .selectFrom('billing.subscriptions')
    .select(['id', 'currency'])
    .where('account_id', '=', account.id)
    .where('status', '=', 'active')
    .forUpdate()
    .executeTakeFirst();
  if (!found) {
    if (change.planId) await subscribeAccount(work, { ...account, id: change.accountId ?? account.id }, change.planId);
    return;
  }
  const plan = change.planId ? await getPlan(work.db, change.planId) : undefined;
  if (plan && plan.currency !== found.currency)
    throw fieldError('plan_currency_differs', 'planId', 'is priced in another currency than this subscription');
  await work.db
    .updateTable('billing.subscriptions')
    .set({
      ...(change.accountId ? { account_id: change.accountId } : {}),
      ...(plan ? { plan_version_id: plan.versionId, pending_version_id: null, pending_on: null } : {}),
    })
    .where('id', '=', found.id)
    .execute();
  await lookAgain(work, found.id);
  await audit(work, 'subscription.corrected', [account.customerId, found.id], plan ? { plan: plan.name } : {});
  announceSubscription(work, { id: found.id, customerId: account.customerId });
}
