// Finding subscriptions among those of all customers.
import type { SubscriptionFilters } from '@lastmile/contract/subscriptions.ts';
import { type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { customerInScope } from '#customers/scope.ts';
import type { Db, Scope } from '#platform/db.ts';
import { keyOf, likePattern, type Page, type PageRequest, pageOf } from '#platform/paging.ts';
import { getToday } from './invoices.ts';
import { type Income, monthlyIncome } from './rules/monthly-income-rules.ts';
import type { Interval } from './rules/period-rules.ts';
import { type SubscriptionView, selectSubscriptions, viewOf } from './subscriptions.ts';

export type SubscriptionFilter = z.output<typeof SubscriptionFilters>;

/** All that a person asked for, of what he may see. */
function selectFiltered(db: Db, filter: SubscriptionFilter, today: Temporal.PlainDate, scope: Scope) {
  const { state, planId, periodUnit, invoiceFrom, invoiceTo, search } = filter;
  return (
    selectSubscriptions(db)
      .innerJoin('customers.customers as customer', 'customer.id', 'subscription.customer_id')
      .where(customerInScope(scope, 'subscription.customer_id'))
      .where('customer.removed_at', 'is', null)
      .$if(state !== undefined, (q) =>
        q.where('subscription.status', '=', state === 'cancelled' ? 'cancelled' : 'active'),
      )
      // Each is of one state, the one that its row shows.
      .$if(state === 'paused', (q) => q.where('subscription.paused_from', '<=', today))
      .$if(state === 'active' || state === 'ending', (q) =>
        q
          .where('subscription.ends_on', state === 'active' ? 'is' : 'is not', null)
          .where((e) => e.or([e('subscription.paused_from', 'is', null), e('subscription.paused_from', '>', today)])),
      )
      .$if(planId !== undefined, (q) => q.where('plan.id', '=', planId ?? ''))
      .$if(periodUnit !== undefined, (q) => q.where('subscription.period_unit', '=', periodUnit ?? ''))
      .$if(invoiceFrom !== undefined, (q) => q.where('subscription.next_invoice_on', '>=', invoiceFrom ?? today))
      .$if(invoiceTo !== undefined, (q) => q.where('subscription.next_invoice_on', '<=', invoiceTo ?? today))
      .$if(Boolean(search?.trim()), (q) => q.where(matches(search ?? '')))
  );
}

/** What a person remembers: his name, number or telephone, or the name of the account. */
function matches(search: string) {
  const pattern = sql<string>`lower(${likePattern(search)})`;
  return sql<SqlBool>`(customer.search like ${pattern} or lower(account.name) like ${pattern})`;
}

export async function listAllSubscriptions(
  db: Db,
  query: PageRequest & SubscriptionFilter,
  now: Temporal.Instant,
  scope: Scope,
): Promise<Page<SubscriptionView & { customerName: string }>> {
  const key = keyOf(query.after, 'uuid');
  const rows = await selectFiltered(db, query, await getToday(db, now), scope)
    .select('customer.name as customerName')
    .$if(key !== undefined, (q) => q.where(sql<SqlBool>`subscription.id < ${key?.[0]}::uuid`))
    .orderBy('subscription.id', 'desc')
    .limit(query.limit + 1)
    .execute();
  const page = pageOf(rows, query.limit, (row) => [row.id]);
  return {
    next: page.next,
    items: page.items.map(({ customerName, ...row }) => ({ ...viewOf(row), customerName })),
  };
}

// Beyond it nobody reads the number; and it must not cost a walk over all there are.
const mostCounted = 10_000;

/** What is paid for a whole period today: the price less its discount, as the lines of an invoice have it. */
function paidPerPeriod(today: Temporal.PlainDate) {
  return sql<bigint>`(with of_plan as (select coalesce(subscription.price_override_minor, version.price_minor) as price_minor)
    select greatest(0, price_minor - case when subscription.discount_ends_on <= ${today} then 0
      else coalesce(subscription.discount_minor, round(price_minor * subscription.discount_bp / 10000.0), 0) end)::bigint
    from of_plan)`;
}

/** Neither ended nor on vacation, begun and no longer free. */
function isCharged(today: Temporal.PlainDate) {
  return sql<boolean>`subscription.status = 'active' and coalesce(subscription.trial_ends_on, subscription.starts_on) <= ${today}
    and subscription.paused_from > ${today} is not false`;
}

export async function countSubscriptions(
  db: Db,
  filter: SubscriptionFilter,
  now: Temporal.Instant,
  scope: Scope,
): Promise<{ isAll: boolean; count: number; monthly: Income[] | null }> {
  const today = await getToday(db, now);
  const found = selectFiltered(db, filter, today, scope)
    .clearSelect()
    .select(['subscription.currency', 'subscription.period_unit as unit', 'subscription.period_count as every'])
    .select([paidPerPeriod(today).as('paidMinor'), isCharged(today).as('isCharged')])
    .limit(mostCounted + 1)
    .as('found');
  const groups = await db
    .selectFrom(found)
    .select(['currency', 'unit', 'every', 'isCharged'])
    .select([sql<number>`count(*)::integer`.as('count'), sql<bigint>`sum("paidMinor")::bigint`.as('paidMinor')])
    .groupBy(['currency', 'unit', 'every', 'isCharged'])
    .execute();
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  const isAll = count <= mostCounted;
  const charged = groups.filter((group) => group.isCharged);
  const income = charged.map(({ currency, unit, every, paidMinor }) => ({
    currency,
    interval: { unit: unit as Interval['unit'], count: every },
    paidMinor,
  }));
  return { isAll, count: Math.min(count, mostCounted), monthly: isAll ? monthlyIncome(income) : null };
}
