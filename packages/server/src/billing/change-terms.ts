// Price, discount and way of payment, from the next invoice on; shown first with the invoices that come then.
import type { UpcomingInvoice } from '@lastmile/contract/subscriptions.ts';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import type { Db, Scope, Work } from '#platform/db.ts';
import { getPolicy } from './policy.ts';
import { readTerm } from './subscription-acts.ts';
import { discountOf } from './subscription-terms.ts';
import {
  announceSubscription,
  getSubscription,
  lockSubscription,
  lookAgain,
  refuseTwoDiscounts,
  type SubscriptionView,
} from './subscriptions.ts';
import { upcomingOf } from './upcoming-invoices.ts';

const fields = ['paymentMode', 'priceOverrideMinor', 'discountBp', 'discountMinor', 'discountEndsOn'] as const;

/** What is left out stays. */
export type TermsChange = { [K in (typeof fields)[number]]?: SubscriptionView[K] | undefined };

function changed(view: SubscriptionView, change: TermsChange): SubscriptionView {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const after: SubscriptionView = { ...view, ...given };
  refuseTwoDiscounts(after);
  const hasDiscount = after.discountBp !== null || after.discountMinor !== null;
  return { ...after, discountEndsOn: hasDiscount ? after.discountEndsOn : null };
}

export async function previewTerms(
  db: Db,
  now: Temporal.Instant,
  subscriptionId: string,
  change: TermsChange,
  scope: Scope,
): Promise<z.output<typeof UpcomingInvoice>[]> {
  const { term, view, today } = await readTerm(db, now, subscriptionId, scope);
  const after = changed(view, change);
  const wanted = {
    ...term,
    paymentMode: after.paymentMode,
    priceOverrideMinor: after.priceOverrideMinor ?? undefined,
    discount: discountOf(after),
    discountEndsOn: after.discountEndsOn ?? undefined,
  };
  return upcomingOf(wanted, view.currency, { policy: await getPolicy(db), today });
}

/** What was charged stays as it is. */
export async function changeSubscription(
  work: Work,
  subscriptionId: string,
  { revision, ...change }: TermsChange & { revision: number },
): Promise<SubscriptionView> {
  const { view } = await lockSubscription(work, subscriptionId, revision);
  const after = changed(view, change);
  await work.db
    .updateTable('billing.subscriptions')
    .set({
      payment_mode: after.paymentMode,
      price_override_minor: after.priceOverrideMinor,
      discount_bp: after.discountBp,
      discount_minor: after.discountMinor,
      discount_ends_on: after.discountEndsOn,
    })
    .where('id', '=', subscriptionId)
    .execute();
  await lookAgain(work, subscriptionId);
  const told = (value: unknown) => (value === null ? null : String(value));
  const differing = fields.filter((field) => String(view[field]) !== String(after[field]));
  const details = Object.fromEntries(differing.map((field) => [field, [told(view[field]), told(after[field])]]));
  await audit(work, 'subscription.changed', [view.customerId, subscriptionId], details);
  announceSubscription(work, view);
  return getSubscription(work.db, subscriptionId);
}
