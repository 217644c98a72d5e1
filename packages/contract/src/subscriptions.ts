import { z } from 'zod';
import type { EndpointRecord } from './endpoint.ts';
import { periodUnits } from './plans.ts';
import {
  Currency,
  Day,
  Id,
  Instant,
  Minor,
  PageQuery,
  PositiveMinor,
  page,
  Revision,
  SearchText,
  text,
} from './shapes.ts';

export const paymentModes = ['prepaid', 'postpaid'] as const;
export const changePolicies = ['by_direction', 'immediate', 'period_end'] as const;
/** Each is of one: who is on vacation is not also active. */
export const subscriptionStates = ['active', 'paused', 'ending', 'cancelled'] as const;
export const cancelPolicies = ['end_of_period', 'immediate_with_credit'] as const;

const NotNegative = Minor.refine((amount) => amount >= 0n, 'must not be negative');
const basisPoints = z.int().min(1).max(10_000);

export const Subscription = z
  .object({
    id: Id,
    customerId: Id,
    accountId: Id.nullable(),
    accountName: z.string().nullable(),
    planId: Id,
    planName: z.string(),
    planVersion: z.int(),
    /** Of the version that it has; the plan may cost something else by now. */
    planPriceMinor: Minor,
    /** The version that is sold now, where it is another one. */
    soldPrice: z.object({ version: z.int(), priceMinor: Minor, currency: Currency }).nullable(),
    currency: Currency,
    status: z.enum(['active', 'cancelled']),
    paymentMode: z.enum(paymentModes),
    startsOn: Day,
    trialEndsOn: Day.nullable(),
    /** The first day without service. */
    endsOn: Day.nullable(),
    anchorDay: z.int(),
    periodUnit: z.enum(periodUnits),
    periodCount: z.int(),
    /** The first day that is not charged yet. */
    chargedThrough: Day,
    nextInvoiceOn: Day.nullable(),
    priceOverrideMinor: Minor.nullable(),
    discountBp: z.int().nullable(),
    discountMinor: Minor.nullable(),
    discountEndsOn: Day.nullable(),
    setupFeeMinor: Minor,
    isSetupCharged: z.boolean(),
    pending: z.object({ planName: z.string(), priceMinor: Minor, on: Day }).nullable(),
    pause: z.object({ from: Day, until: Day.nullable() }).nullable(),
    createdAt: Instant,
    revision: Revision,
  })
  .meta({ id: 'Subscription' });

const PreviewLine = z.object({
  kind: z.string(),
  description: z.string(),
  startsOn: Day.nullable(),
  endsOn: Day.nullable(),
  /** Taken off already in the amount. */
  discountMinor: Minor,
  amountMinor: Minor,
});

export const UpcomingInvoice = z
  .object({
    issueOn: Day,
    dueOn: Day,
    startsOn: Day,
    endsOn: Day,
    planName: z.string(),
    lines: z.array(PreviewLine),
    netMinor: Minor,
    taxMinor: Minor,
    amountMinor: Minor,
    currency: Currency,
  })
  .meta({ id: 'UpcomingInvoice' });

/** What an act would do, before it is confirmed. */
export const SubscriptionPreview = z
  .object({
    effectiveOn: Day,
    lines: z.array(PreviewLine),
    netMinor: Minor,
    taxMinor: Minor,
    /** To pay now where it is above zero; credited where it is below. */
    amountMinor: Minor,
    currency: Currency,
  })
  .meta({ id: 'SubscriptionPreview' });

/** What other days charge or give back now, and what is invoiced then. */
export const DaysPreview = SubscriptionPreview.extend({ upcoming: z.array(UpcomingInvoice) }).meta({
  id: 'DaysPreview',
});

/** A price of a plan, and who has it. */
export const PlanVersion = z
  .object({
    id: Id,
    version: z.int(),
    priceMinor: Minor,
    currency: Currency,
    periodUnit: z.enum(periodUnits),
    periodCount: z.int(),
    taxName: z.string().nullable(),
    taxRateBp: z.int().nullable(),
    createdAt: Instant,
    isSold: z.boolean(),
    subscriptionCount: z.int(),
    /** Of those, who pays an agreed price, which no new price touches. */
    agreedCount: z.int(),
    /** Who moves to it with his next period. */
    comingCount: z.int(),
  })
  .meta({ id: 'PlanVersion' });

export const SubscriptionFilters = z.object({
  state: z.enum(subscriptionStates).optional(),
  planId: Id.optional(),
  periodUnit: z.enum(periodUnits).optional(),
  /** Those that the run looks at on these days, both included. */
  invoiceFrom: Day.optional(),
  invoiceTo: Day.optional(),
  /** Of the customer, or the name of the account. */
  search: SearchText.optional(),
});

const planId = z.object({ planId: Id });
const customerId = z.object({ customerId: Id });
const subscriptionId = z.object({ subscriptionId: Id });

const terms = {
  paymentMode: z.enum(paymentModes),
  priceOverrideMinor: NotNegative.nullable(),
  discountBp: basisPoints.nullable(),
  discountMinor: PositiveMinor.nullable(),
  discountEndsOn: Day.nullable(),
};

/** Of a new subscription. */
const Terms = z.object({
  planId: Id,
  startsOn: Day,
  trialEndsOn: Day.nullable().default(null),
  /** The first day without service; null: until somebody ends it. */
  endsOn: Day.nullable().default(null),
  /** As the billing policy says when left out. */
  anchorDay: z.int().min(1).max(31).optional(),
  periodUnit: z.enum(periodUnits).optional(),
  periodCount: z.int().min(1).max(366).optional(),
  setupFeeMinor: NotNegative.default(0n),
  paymentMode: terms.paymentMode.optional(),
  priceOverrideMinor: terms.priceOverrideMinor.default(null),
  discountBp: terms.discountBp.default(null),
  discountMinor: terms.discountMinor.default(null),
  discountEndsOn: terms.discountEndsOn.default(null),
});
const PlanChange = z.object({ planId: Id, policy: z.enum(changePolicies).default('by_direction') });
/** What is left out stays. */
const Days = z.object({
  /** While nothing is charged. */
  startsOn: Day.optional(),
  /** The first day that is charged, also only while nothing is; null: the start. */
  trialEndsOn: Day.nullable().optional(),
  /** The first day without service; null: until somebody ends it. */
  endsOn: Day.nullable().optional(),
  /** Of months and years. */
  anchorDay: z.int().min(1).max(31).optional(),
});
const Cancellation = z.object({ policy: z.enum(cancelPolicies).default('end_of_period') });

export const subscriptions = {
  'GET /api/subscriptions': {
    name: 'listAllSubscriptions',
    summary: 'Subscriptions of all customers, newest first.',
    permission: 'invoice:read',
    query: PageQuery.extend(SubscriptionFilters.shape),
    reply: page(Subscription.extend({ customerName: z.string() })),
  },
  'GET /api/subscriptions/count': {
    name: 'countSubscriptions',
    summary: 'How many subscriptions a filter finds, and what they bring in a month.',
    permission: 'invoice:read',
    query: SubscriptionFilters,
    reply: z.object({
      /** false: there are more than were counted. */
      isAll: z.boolean(),
      count: z.int(),
      /** Prices less discounts of those that are charged today, by currency; null where there are more than were counted. */
      monthly: z.array(z.object({ currency: Currency, amountMinor: Minor })).nullable(),
    }),
  },
  'GET /api/customers/:customerId/subscriptions': {
    name: 'listSubscriptions',
    summary: 'The subscriptions of a customer, those that ended last.',
    permission: 'invoice:read',
    params: customerId,
    reply: z.object({ items: z.array(Subscription) }),
  },
  'POST /api/customers/:customerId/subscriptions': {
    name: 'addSubscription',
    summary: 'Subscribe an account to a plan. The first invoice comes with the next run.',
    permission: 'customer:write',
    params: customerId,
    body: Terms.extend({ accountId: Id.nullable().default(null) }).meta({ id: 'NewSubscription' }),
    reply: Subscription,
    status: 201,
  },
  'POST /api/subscriptions/preview': {
    name: 'previewSubscription',
    summary: 'The next three invoices that a subscription on these terms would bring. Nothing is added.',
    permission: 'invoice:read',
    body: Terms,
    reply: z.object({ items: z.array(UpcomingInvoice) }),
  },
  'GET /api/plans/:planId/versions': {
    name: 'listPlanVersions',
    summary: 'The prices that a plan had, newest first, and how many subscriptions have each.',
    permission: 'invoice:read',
    params: planId,
    reply: z.object({ items: z.array(PlanVersion) }),
  },
  'POST /api/plans/:planId/price-moves': {
    name: 'moveToSoldPrice',
    summary:
      'Move all subscriptions of a plan to the price that is sold now, each with its next period. Who has an agreed price, ends, or awaits another plan keeps what he has.',
    permission: 'plan:write',
    needsEverywhere: true,
    params: planId,
    reply: z.object({ movedCount: z.int() }),
  },
  'GET /api/customers/:customerId/upcoming-invoices': {
    name: 'listUpcomingInvoices',
    summary: 'The next three invoices of each subscription of a customer, if nothing changes.',
    permission: 'invoice:read',
    params: customerId,
    reply: z.object({
      items: z.array(UpcomingInvoice.extend({ subscriptionId: Id })),
      /** For how many days his credit pays all of that. */
      creditDays: z.array(z.object({ currency: Currency, days: z.int() })),
    }),
  },
  'GET /api/subscriptions/:subscriptionId': {
    name: 'getSubscription',
    summary: 'One subscription.',
    permission: 'invoice:read',
    params: subscriptionId,
    reply: Subscription,
  },
  'PUT /api/subscriptions/:subscriptionId': {
    name: 'changeSubscription',
    summary: 'Change price, discount or way of payment from the next invoice on; what is left out stays.',
    permission: 'customer:write',
    params: subscriptionId,
    body: z.object(terms).partial().extend({ revision: Revision }).meta({ id: 'SubscriptionChange' }),
    reply: Subscription,
  },
  'POST /api/subscriptions/:subscriptionId/terms/preview': {
    name: 'previewSubscriptionTerms',
    summary: 'The next three invoices if price, discount or way of payment were changed so. Nothing is changed.',
    permission: 'invoice:read',
    params: subscriptionId,
    body: z.object(terms).partial(),
    reply: z.object({ items: z.array(UpcomingInvoice) }),
  },
  'POST /api/subscriptions/:subscriptionId/plan/preview': {
    name: 'previewPlanChange',
    summary: 'What a change of plan would cost now, line by line. Nothing is changed.',
    permission: 'invoice:read',
    params: subscriptionId,
    body: PlanChange,
    reply: SubscriptionPreview,
  },
  'POST /api/subscriptions/:subscriptionId/plan': {
    name: 'changeSubscriptionPlan',
    summary:
      'Change the plan: a dearer one now, with an invoice for the rest of what is charged, a cheaper one when that ends; or as the policy says.',
    permission: 'customer:write',
    params: subscriptionId,
    body: PlanChange.extend({ revision: Revision }),
    reply: Subscription,
  },
  'POST /api/subscriptions/:subscriptionId/days/preview': {
    name: 'previewSubscriptionDays',
    summary: 'What another start, end or billing day would charge or credit now, and the invoices that come then.',
    permission: 'invoice:read',
    params: subscriptionId,
    body: Days,
    reply: DaysPreview,
  },
  'POST /api/subscriptions/:subscriptionId/days': {
    name: 'changeSubscriptionDays',
    summary:
      'Change the start while nothing is charged, the end, or the billing day: the days up to a new billing day are charged as a part of the interval.',
    permission: 'customer:write',
    params: subscriptionId,
    body: Days.extend({ revision: Revision }),
    reply: Subscription,
  },
  'POST /api/subscriptions/:subscriptionId/pause': {
    name: 'pauseSubscription',
    summary: 'Pause for a vacation: off and not charged from a day on; days that were charged already are credited.',
    permission: 'customer:write',
    params: subscriptionId,
    body: z.object({ from: Day, until: Day.nullable().default(null), revision: Revision }),
    reply: Subscription,
  },
  'POST /api/subscriptions/:subscriptionId/resume': {
    name: 'resumeSubscription',
    summary: 'End a pause today.',
    permission: 'customer:write',
    params: subscriptionId,
    body: z.object({ revision: Revision }),
    reply: Subscription,
  },
  'POST /api/subscriptions/:subscriptionId/cancel/preview': {
    name: 'previewCancellation',
    summary: 'What a cancellation would credit. Nothing is changed.',
    permission: 'invoice:read',
    params: subscriptionId,
    body: Cancellation,
    reply: SubscriptionPreview,
  },
  'POST /api/subscriptions/:subscriptionId/cancel': {
    name: 'cancelSubscription',
    summary: 'End a subscription with what is paid, or today with a credit for the rest.',
    permission: 'customer:write',
    params: subscriptionId,
    body: Cancellation.extend({ reason: text(300), revision: Revision }),
    reply: Subscription,
  },
} satisfies EndpointRecord;
