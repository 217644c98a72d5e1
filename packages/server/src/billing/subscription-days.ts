// When a subscription begins and ends, and on which day of the month it is billed, changed after it was made. The preview asks the
// same rules.
import type { DaysPreview } from '@lastmile/contract/subscriptions.ts';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { isBefore } from '#platform/dates.ts';
import type { Db, Scope, Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import { creditUnused, listChargedPieces } from './charged-pieces.ts';
import { issueCharges } from './issue-invoices.ts';
import { getPolicy } from './policy.ts';
import { outcomeOfNewEnd } from './rules/charged-days-rules.ts';
import { prorationLine, type Term } from './rules/subscription-rules.ts';
import { settleSubscription } from './settle-subscriptions.ts';
import { previewOf, readTerm } from './subscription-acts.ts';
import {
  announceSubscription,
  getSubscription,
  lockSubscription,
  lookAgain,
  type SubscriptionView,
} from './subscriptions.ts';
import { upcomingOf } from './upcoming-invoices.ts';

export type DaysWish = {
  startsOn?: Temporal.PlainDate | undefined;
  trialEndsOn?: Temporal.PlainDate | null | undefined;
  endsOn?: Temporal.PlainDate | null | undefined;
  anchorDay?: number | undefined;
};

type Known = { term: Term; view: SubscriptionView; today: Temporal.PlainDate };

type DaysOf = Pick<SubscriptionView, 'startsOn' | 'trialEndsOn' | 'endsOn' | 'anchorDay'>;

/** What is asked for and is not so already. */
function changesOf(view: SubscriptionView, wish: DaysWish): Partial<DaysOf> {
  const fields = ['startsOn', 'trialEndsOn', 'endsOn', 'anchorDay'] as const;
  const changed = fields.filter((field) => wish[field] !== undefined && String(wish[field]) !== String(view[field]));
  return Object.fromEntries(changed.map((field) => [field, wish[field]]));
}

type Period = { period: { startsOn: Temporal.PlainDate; endsOn: Temporal.PlainDate }; priceMinor: bigint };

/** The days that it was charged for, or is passed over: empty while nothing is. */
async function listPeriodsFrom(db: Db, subscriptionId: string, from: Temporal.PlainDate): Promise<Period[]> {
  const rows = await db
    .selectFrom('billing.periods')
    .select(['starts_on as startsOn', 'ends_on as endsOn', 'price_minor as priceMinor'])
    .where('subscription_id', '=', subscriptionId)
    .where('kind', '=', 'service')
    .where('ends_on', '>', from)
    .orderBy('starts_on')
    .execute();
  return rows.map(({ priceMinor, ...period }) => ({ period, priceMinor }));
}

async function hasPeriods(db: Db, subscriptionId: string): Promise<boolean> {
  const row = await db
    .selectFrom('billing.periods')
    .select('starts_on')
    .where('subscription_id', '=', subscriptionId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

async function plannedDays(db: Db, { term, view, today }: Known, wish: DaysWish) {
  const changes = changesOf(view, wish);
  const after: DaysOf = { ...view, ...changes };
  const isBegun = await hasPeriods(db, term.id);
  refuseDays({ view, term, today }, changes, after, isBegun);
  const chargedFrom = after.trialEndsOn ?? after.startsOn;
  const moved = isBegun ? term : { ...term, chargedFrom, chargedThrough: chargedFrom };
  const end = after.endsOn ?? undefined;
  const [pieces, periods] = [
    await listChargedPieces(db, term, today),
    await listPeriodsFrom(db, term.id, view.endsOn ?? term.chargedThrough),
  ];
  return {
    changes,
    after,
    term: { ...moved, anchorDay: after.anchorDay, endsOn: end },
    ...outcomeOfNewEnd(term, end, { pieces, periods }),
  };
}

/** Says what cannot be changed, and what to do instead. */
function refuseDays({ view, term, today }: Known, changes: Partial<DaysOf>, after: DaysOf, isBegun: boolean): void {
  const { startsOn, trialEndsOn, endsOn, anchorDay } = after;
  for (const field of ['startsOn', 'trialEndsOn'] as const)
    if (isBegun && field in changes)
      throw fieldError(
        'subscription_charged',
        field,
        'was charged already: end this subscription and add another, and credit what was charged too much',
      );
  if (trialEndsOn && !isBefore(startsOn, trialEndsOn))
    throw fieldError('invalid_input', 'trialEndsOn', 'must be after the start');
  if ('anchorDay' in changes && term.interval.unit !== 'month' && term.interval.unit !== 'year')
    throw fieldError('invalid_input', 'anchorDay', `is ${anchorDay}, but days and weeks are counted from the start`);
  if ('endsOn' in changes && view.endsOn && !isBefore(today, view.endsOn))
    throw new DomainError('subscription_not_active', { subscriptionId: view.id }, 'its last day is over: add another');
  if (endsOn && 'endsOn' in changes && isBefore(endsOn, today))
    throw fieldError('invalid_input', 'endsOn', 'must not be in the past: end it now instead');
  if (endsOn && !isBefore(trialEndsOn ?? startsOn, endsOn))
    throw fieldError('invalid_input', 'endsOn', 'must be after the start, and after the free days');
}

export async function previewSubscriptionDays(
  db: Db,
  now: Temporal.Instant,
  subscriptionId: string,
  wish: DaysWish,
  scope: Scope,
): Promise<z.output<typeof DaysPreview>> {
  const known = await readTerm(db, now, subscriptionId, scope);
  const { term, credits, lines } = await plannedDays(db, known, wish);
  const given = credits.filter(({ charged }) => !charged.isGivenUp);
  const credited = given.map(({ range, creditMinor }) =>
    prorationLine(term, term.plan, { kind: 'proration_credit', range, amountMinor: -creditMinor }),
  );
  const { currency } = known.view;
  return {
    effectiveOn: known.today,
    ...(await previewOf(db, [...credited, ...lines])),
    currency,
    upcoming: upcomingOf(term, currency, { policy: await getPolicy(db), today: known.today }),
  };
}

export async function changeSubscriptionDays(
  work: Work,
  subscriptionId: string,
  { revision, ...wish }: DaysWish & { revision: number },
): Promise<SubscriptionView> {
  const known = await lockSubscription(work, subscriptionId, revision);
  const { view } = known;
  const { changes, after, term, credits, lines } = await plannedDays(work.db, known, wish);
  if (Object.keys(changes).length === 0) return view;
  await work.db
    .updateTable('billing.subscriptions')
    .set({
      starts_on: after.startsOn,
      trial_ends_on: after.trialEndsOn,
      ends_on: after.endsOn,
      anchor_day: after.anchorDay,
      charged_from: term.chargedFrom,
      charged_through: term.chargedThrough,
      // A plan that would come after the end does not come.
      ...(term.pending && term.endsOn && !isBefore(term.pending.on, term.endsOn)
        ? { pending_version_id: null, pending_on: null }
        : {}),
    })
    .where('id', '=', subscriptionId)
    .execute();
  await creditUnused(work, credits, `Ends ${after.endsOn}`);
  const { customerId, currency } = view;
  if (lines.length > 0) await issueCharges(work, currency, [{ customerId, lines, description: term.plan.planName }]);
  await lookAgain(work, subscriptionId);
  const told = (value: DaysOf[keyof DaysOf] | undefined) => (value === null ? null : String(value));
  const keys = Object.keys(changes) as (keyof DaysOf)[];
  const details = Object.fromEntries(keys.map((key) => [key, [told(view[key]), told(after[key])]]));
  await audit(work, 'subscription.days_changed', [view.customerId, subscriptionId], details);
  await settleSubscription(work, subscriptionId);
  announceSubscription(work, view);
  return getSubscription(work.db, subscriptionId);
}
