// The commercial term of an account. What is charged for it is decided by rules; here it is read and changed.
import type { Subscription } from '@lastmile/contract/subscriptions.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { lockCustomer } from '#customers/customers.ts';
import { customerInScope, requireCustomer } from '#customers/scope.ts';
import { laterOf } from '#platform/dates.ts';
import { type Db, type Scope, scopeOf, type Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import { getSettings } from '#settings/provider.ts';
import { getToday } from './invoices.ts';
import { billingTermsOf, getPolicy } from './policy.ts';
import { type BillingTerms, issueDayOf, nextPart, type Term, withPendingPlan } from './rules/subscription-rules.ts';
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
export const mostSubscriptions = 200;

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

type Discounts = { discountBp?: number | null; discountMinor?: bigint | null };

export function refuseTwoDiscounts({ discountBp, discountMinor }: Discounts): void {
  if (discountBp && discountMinor)
    throw fieldError('invalid_input', 'discountMinor', 'and a discount in percent exclude each other');
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
