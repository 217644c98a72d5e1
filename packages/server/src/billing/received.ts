// What came in, in the provider's currency: without payments that were undone, and less what was given back.
import { type RawBuilder, sql } from 'kysely';
import { customerInScope } from '#customers/scope.ts';
import { startOfMonth } from '#platform/dates.ts';
import type { Db, Scope } from '#platform/db.ts';
import { getSettings } from '#settings/provider.ts';

type Received = { currency: string; from: Temporal.PlainDate; to: Temporal.PlainDate; scope: Scope };

/** Received between two days, the last one included. */
export async function sumReceived(
  db: Db,
  from: Temporal.PlainDate,
  to: Temporal.PlainDate,
  scope: Scope,
): Promise<bigint> {
  const { currency } = await getSettings(db);
  const { rows } = await sql<{ total: string }>`
    select coalesce(sum(amount_minor - refunded_minor), 0)::text as total
    from billing.payments where ${isReceived({ currency, from, to, scope })}`.execute(db);
  return BigInt(rows[0]?.total ?? 0);
}

export type ReceivedMonths = { currency: string; items: { month: Temporal.PlainDate; receivedMinor: bigint }[] };

/** The month of `today` up to it and as many as needed before, the first first; a month in which nothing came is there too. */
export async function listReceivedMonths(
  db: Db,
  today: Temporal.PlainDate,
  count: number,
  scope: Scope,
): Promise<ReceivedMonths> {
  const { currency } = await getSettings(db);
  const from = startOfMonth(today).subtract({ months: count - 1 });
  const { rows } = await sql<{ month: Temporal.PlainDate; total: string }>`
    select date_trunc('month', received_on)::date as month, sum(amount_minor - refunded_minor)::text as total
    from billing.payments where ${isReceived({ currency, from, to: today, scope })} group by 1`.execute(db);
  const totals = new Map(rows.map(({ month, total }) => [month.toString(), BigInt(total)]));
  const months = Array.from({ length: count }, (_, n) => from.add({ months: n }));
  return { currency, items: months.map((month) => ({ month, receivedMinor: totals.get(month.toString()) ?? 0n })) };
}

function isReceived({ currency, from, to, scope }: Received): RawBuilder<boolean> {
  return sql`received_on between ${from} and ${to} and currency = ${currency} and reversed_at is null
    and ${customerInScope(scope, 'payments.customer_id')}`;
}
