// The commercial term of an account. What is charged for it is decided by rules; here it is read, made and changed.
import type { Subscription, UpcomingInvoice } from '@lastmile/contract/subscriptions.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { letOwe, lockCustomer, lockPresentCustomer } from '#customers/customers.ts';
import { customerInScope, requireCustomer } from '#customers/scope.ts';
import { getPlan, type PlanView } from '#plans/plans.ts';
import { isBefore, laterOf } from '#platform/dates.ts';
import { type Db, type Scope, scopeOf, type Work } from '#platform/db.ts';
import { DomainError, fieldError, violatedConstraint } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { getSettings } from '#settings/provider.ts';
import { getToday } from './invoices.ts';
import { billingTermsOf, getPolicy, taxPolicyOf } from './policy.ts';
import { composeInvoice } from './rules/compose-invoice-rules.ts';
import {
  type BillingTerms,
  issueDayOf,
  nextPart,
  type Term,
  upcomingCharges,
  withPendingPlan,
} from './rules/subscription-rules.ts';
import type { TaxPolicy } from './rules/tax-rules.ts';
import { selectTerms, termOf } from './subscription-terms.ts';

export type SubscriptionView = z.output<typeof Subscription>;

export function selectSubscriptions(db: Db) {
  return db
    .selectFrom('billing.subscriptions as subscription')
    .innerJoin('plans.versions as version', 'version.id', 'subscription.plan_version_id')
    .innerJoin('plans.plans as plan', 'plan.id', 'version.plan_id')
    .innerJoin('plans.versions as sold', (join) =>
      join.onRef('sold.plan_id', '=', 'plan.id').onRef('sold.version', '=', 'plan.sold_version'),
    )
    .leftJoin('plans.versions as later', 'later.id', 'subscription.pending_version_id')
    .leftJoin('plans.plans as later_plan', 'later_plan.id', 'later.plan_id')
    .leftJoin('provisioning.accounts as account', 'account.id', 'subscription.account_id')
    .select([
      'subscription.id',
      'subscription.customer_id as customerId',
      'subscription.account_id as accountId',
      'account.name as accountName',
      'plan.id as planId',
      'plan.name as planName',
      'version.version as planVersion',
      'version.price_minor as planPriceMinor',
      'sold.version as soldVersion',
      'sold.price_minor as soldPriceMinor',
      'sold.currency as soldCurrency',
      'subscription.currency',
      'subscription.status',
      'subscription.payment_mode as paymentMode',
      'subscription.starts_on as startsOn',
      'subscription.trial_ends_on as trialEndsOn',
      'subscription.ends_on as endsOn',
      'subscription.anchor_day as anchorDay',
      'subscription.period_unit as periodUnit',
      'subscription.period_count as periodCount',
      'subscription.charged_through as chargedThrough',
      'subscription.next_invoice_on as nextInvoiceOn',
      'subscription.price_override_minor as priceOverrideMinor',
      'subscription.discount_bp as discountBp',
      'subscription.discount_minor as discountMinor',
      'subscription.discount_ends_on as discountEndsOn',
      'subscription.setup_fee_minor as setupFeeMinor',
      'subscription.is_setup_charged as isSetupCharged',
      'later_plan.name as laterPlanName',
      'later.price_minor as laterPriceMinor',
      'subscription.pending_on as pendingOn',
      'subscription.paused_from as pausedFrom',
      'subscription.paused_until as pausedUntil',
      'subscription.created_at as createdAt',
      'subscription.revision',
    ]);
}

export type SubscriptionRow = Awaited<ReturnType<ReturnType<typeof selectSubscriptions>['executeTakeFirstOrThrow']>>;

export function viewOf(row: SubscriptionRow): SubscriptionView {
  const { laterPlanName, laterPriceMinor, pendingOn, pausedFrom, pausedUntil, ...others } = row;
  const { soldVersion, soldPriceMinor, soldCurrency, ...rest } = others;
  return {
    ...rest,
    status: rest.status as SubscriptionView['status'],
    paymentMode: rest.paymentMode as SubscriptionView['paymentMode'],
    periodUnit: rest.periodUnit as SubscriptionView['periodUnit'],
    soldPrice:
      soldVersion === rest.planVersion
        ? null
        : { version: soldVersion, priceMinor: soldPriceMinor, currency: soldCurrency },
    pending:
      pendingOn && laterPlanName !== null && laterPriceMinor !== null
        ? { planName: laterPlanName, priceMinor: laterPriceMinor, on: pendingOn }
        : null,
    pause: pausedFrom ? { from: pausedFrom, until: pausedUntil } : null,
  };
}

// More than anybody has; a bound, not a page.
const mostSubscriptions = 200;

export async function listSubscriptions(db: Db, customerId: string, scope: Scope): Promise<SubscriptionView[]> {
  await requireCustomer(db, scope, customerId);
  const rows = await selectSubscriptions(db)
    .where('subscription.customer_id', '=', customerId)
    .orderBy('subscription.status')
    .orderBy('subscription.id')
    .limit(mostSubscriptions)
    .execute();
  return rows.map(viewOf);
}

export async function getSubscription(
  db: Db,
  subscriptionId: string,
  scope: Scope = 'everywhere',
): Promise<SubscriptionView> {
  const row = await selectSubscriptions(db)
    .where('subscription.id', '=', subscriptionId)
    .where(customerInScope(scope, 'subscription.customer_id'))
    .executeTakeFirst();
  if (!row) throw new DomainError('subscription_not_found', { subscriptionId });
  return viewOf(row);
}

export async function getBillingTerms(db: Db): Promise<BillingTerms> {
  return billingTermsOf(await getPolicy(db));
}

const shownUpcoming = 3;

/** The next three invoices of each subscription of a customer. */
export async function listUpcomingInvoices(db: Db, customerId: string, scope: Scope) {
  await requireCustomer(db, scope, customerId);
  const { timeZone } = await getSettings(db);
  const billing = await getBillingTerms(db);
  const taxPolicy = taxPolicyOf(await getPolicy(db));
  const rows = await selectTerms(
    db,
    sql`where subscription.customer_id = ${customerId} and subscription.status = 'active' order by subscription.id limit ${mostSubscriptions}`,
  );
  const upcoming = rows.flatMap((row) => {
    const own = upcomingOf(termOf(row, timeZone), row.currency, { billing, taxPolicy }, shownUpcoming);
    return own.map((invoice) => ({ subscriptionId: row.id, ...invoice }));
  });
  return upcoming.sort((a, b) => (isBefore(a.issueOn, b.issueOn) ? -1 : 1));
}

/** The invoices that come next on these terms. */
export function upcomingOf(
  term: Term,
  currency: string,
  { billing, taxPolicy }: { billing: BillingTerms; taxPolicy: TaxPolicy },
  most: number,
): z.output<typeof UpcomingInvoice>[] {
  return upcomingCharges(term, billing, most).map(({ lines, part, plan, issueOn, dueOn }) => {
    const { netMinor, taxMinor, totalMinor } = composeInvoice(lines, taxPolicy);
    const { planName } = plan;
    // The days up to the first anchor may be on the same invoice.
    const startsOn = lines.find((line) => line.startsOn)?.startsOn ?? part.period.startsOn;
    const days = { startsOn, endsOn: part.period.endsOn };
    return { issueOn, dueOn, ...days, planName, netMinor, taxMinor, amountMinor: totalMinor, currency };
  });
}

export type NewSubscription = {
  accountId: string | null;
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

export async function addSubscription(
  work: Work,
  customerId: string,
  wanted: NewSubscription,
): Promise<SubscriptionView> {
  await lockPresentCustomer(work, customerId);
  const plan = await getSellablePlan(work, wanted.planId);
  if (wanted.accountId) await refuseForeignAccount(work, customerId, wanted.accountId);
  refuseTwoDiscounts(wanted);
  const { startsOn, trialEndsOn = null, endsOn = null } = wanted;
  if (trialEndsOn && !isBefore(startsOn, trialEndsOn))
    throw fieldError('invalid_input', 'trialEndsOn', 'must be after the start');
  if (endsOn && !isBefore(trialEndsOn ?? startsOn, endsOn))
    throw fieldError('invalid_input', 'endsOn', 'must be after the start, and after the free days');
  const chargedFrom = trialEndsOn ?? startsOn;
  const { defaultPaymentMode, defaultAnchorDay } = await getPolicy(work.db);
  await letOwe(work, customerId, plan.currency);
  const id = newId();
  await work.db
    .insertInto('billing.subscriptions')
    .values({
      id,
      customer_id: customerId,
      account_id: wanted.accountId,
      plan_version_id: plan.versionId,
      currency: plan.currency,
      payment_mode: wanted.paymentMode ?? defaultPaymentMode,
      starts_on: startsOn,
      trial_ends_on: trialEndsOn,
      ends_on: endsOn,
      anchor_day: wanted.anchorDay ?? defaultAnchorDay ?? chargedFrom.day,
      period_unit: wanted.periodUnit ?? plan.periodUnit,
      period_count: wanted.periodCount ?? plan.periodCount,
      charged_from: chargedFrom,
      charged_through: chargedFrom,
      next_invoice_on: chargedFrom,
      price_override_minor: wanted.priceOverrideMinor ?? null,
      discount_bp: wanted.discountBp ?? null,
      discount_minor: wanted.discountMinor ?? null,
      discount_ends_on: wanted.discountEndsOn ?? null,
      setup_fee_minor: wanted.setupFeeMinor ?? 0n,
      created_at: work.now,
    })
    .execute()
    .catch(refuseSecond);
  await lookAgain(work, id);
  const added = await getSubscription(work.db, id);
  await audit(work, 'subscription.added', [customerId, id], {
    plan: plan.name,
    startsOn: startsOn.toString(),
    priceMinor: (wanted.priceOverrideMinor ?? plan.priceMinor).toString(),
    currency: plan.currency,
  });
  announceSubscription(work, added);
  return added;
}

async function getSellablePlan(work: Work, planId: string): Promise<PlanView> {
  const plan = await getPlan(work.db, planId).catch((error: unknown) => {
    if (error instanceof DomainError) throw fieldError('plan_not_found', 'planId', 'is not a plan');
    throw error;
  });
  if (plan.archivedAt) throw fieldError('plan_archived', 'planId', 'is an archived plan: choose one that is sold');
  return plan;
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

function refuseTwoDiscounts({
  discountBp,
  discountMinor,
}: Pick<NewSubscription, 'discountBp' | 'discountMinor'>): void {
  if (discountBp && discountMinor)
    throw fieldError('invalid_input', 'discountMinor', 'and a discount in percent exclude each other');
}

function refuseSecond(error: unknown): never {
  if (violatedConstraint(error) === 'subscriptions_account')
    throw fieldError('subscription_exists', 'accountId', 'has a subscription already');
  throw error;
}

export function announceSubscription(work: Work, { id, customerId }: { id: string; customerId: string }): void {
  work.announce('subscription', id);
  work.announce('customer', customerId);
}

/** The customer first and then his subscription, as the run does. */
export async function lockSubscription(
  work: Work,
  subscriptionId: string,
  revision?: number,
): Promise<{ view: SubscriptionView; term: Term; today: Temporal.PlainDate }> {
  const owner = await work.db
    .selectFrom('billing.subscriptions')
    .select('customer_id')
    .where('id', '=', subscriptionId)
    .where(customerInScope(scopeOf(work.actor), 'billing.subscriptions.customer_id'))
    .executeTakeFirst();
  if (!owner) throw new DomainError('subscription_not_found', { subscriptionId });
  await lockCustomer(work, owner.customer_id);
  const [row] = await selectTerms(work.db, sql`where subscription.id = ${subscriptionId} for update of subscription`);
  const view = await getSubscription(work.db, subscriptionId);
  if (revision !== undefined && view.revision !== revision)
    throw new DomainError('edit_conflict', { revision: view.revision });
  if (view.status !== 'active') throw new DomainError('subscription_not_active', { subscriptionId });
  const { timeZone } = await getSettings(work.db);
  return { view, term: termOf(row!, timeZone), today: await getToday(work.db, work.now) };
}

/** Sets the day on which the run has to look at it, by the rules of the run. */
export async function lookAgain(work: Work, subscriptionId: string): Promise<void> {
  const [row] = await selectTerms(work.db, sql`where subscription.id = ${subscriptionId}`);
  const { timeZone } = await getSettings(work.db);
  const billing = await getBillingTerms(work.db);
  const term = withPendingPlan(termOf(row!, timeZone));
  const part = nextPart(term);
  const next = part ? issueDayOf(term, part, billing) : null;
  await work.db
    .updateTable('billing.subscriptions')
    .set((e) => ({ next_invoice_on: next, revision: e('revision', '+', 1) }))
    .where('id', '=', subscriptionId)
    .execute();
}

export type SubscriptionChange = {
  [K in 'paymentMode' | 'priceOverrideMinor' | 'discountBp' | 'discountMinor' | 'discountEndsOn']?:
    | SubscriptionView[K]
    | undefined;
} & { revision: number };

/** From the next invoice on: what was charged stays as it is. */
export async function changeSubscription(
  work: Work,
  subscriptionId: string,
  { revision, ...change }: SubscriptionChange,
): Promise<SubscriptionView> {
  const { view } = await lockSubscription(work, subscriptionId, revision);
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const after: SubscriptionView = { ...view, ...given };
  refuseTwoDiscounts(after);
  const hasDiscount = after.discountBp !== null || after.discountMinor !== null;
  await work.db
    .updateTable('billing.subscriptions')
    .set({
      payment_mode: after.paymentMode,
      price_override_minor: after.priceOverrideMinor,
      discount_bp: after.discountBp,
      discount_minor: after.discountMinor,
      discount_ends_on: hasDiscount ? after.discountEndsOn : null,
    })
    .where('id', '=', subscriptionId)
    .execute();
  await lookAgain(work, subscriptionId);
  const keys = Object.keys(given) as (keyof typeof change)[];
  const changed = keys.filter((key) => String(view[key]) !== String(after[key]));
  const told = (value: unknown) => (value === null ? null : String(value));
  const details = Object.fromEntries(changed.map((key) => [key, [told(view[key]), told(after[key])]]));
  await audit(work, 'subscription.changed', [view.customerId, subscriptionId], details);
  announceSubscription(work, view);
  return getSubscription(work.db, subscriptionId);
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

/** Who is removed, or one account of his, is charged no more: what he owes stays. */
export async function endSubscriptionsOf(work: Work, customerId: string, accountId?: string): Promise<void> {
  const today = await getToday(work.db, work.now);
  const rows = await work.db
    .selectFrom('billing.subscriptions')
    .select(['id', 'starts_on as startsOn'])
    .where('customer_id', '=', customerId)
    .$if(accountId !== undefined, (q) => q.where('account_id', '=', accountId ?? ''))
    .where('status', '=', 'active')
    .forUpdate()
    .execute();
  for (const { id, startsOn } of rows) {
    await endSubscription(work, id, laterOf(startsOn, today));
    await audit(work, 'subscription.ended', [customerId, id], { endsOn: today.toString() });
  }
}

export async function endSubscription(work: Work, subscriptionId: string, endsOn: Temporal.PlainDate): Promise<void> {
  await work.db
    .updateTable('billing.subscriptions')
    .set((e) => ({
      status: 'cancelled',
      ends_on: endsOn,
      next_invoice_on: null,
      pending_version_id: null,
      pending_on: null,
      revision: e('revision', '+', 1),
    }))
    .where('id', '=', subscriptionId)
    .execute();
}
