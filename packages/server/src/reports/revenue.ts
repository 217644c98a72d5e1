// Months as the books have them: what was invoiced, received and earned, and what is still to be earned.
import type { RevenueMonth } from '@lastmile/contract/books.ts';
import { type RawBuilder, sql } from 'kysely';
import type { z } from 'zod';
import { bookedByDay } from '#ledger/daily-sums.ts';
import { startOfMonth } from '#platform/dates.ts';
import type { Db } from '#platform/db.ts';

export type RevenueMonthView = z.output<typeof RevenueMonth>;

/** The latest month first, and in each the currencies that moved. */
export async function listRevenue(db: Db, today: Temporal.PlainDate, months: number): Promise<RevenueMonthView[]> {
  const first = startOfMonth(today).subtract({ months: months - 1 });
  const { rows } = await sql<RevenueMonthView>`
    with booked as (${await bookedByDay(db)}), moved as (
      select date_trunc('month', posted_on)::date as month, journal_kind as kind, currency, ${partOf(sql.ref('debit_kind'))} as debit,
        ${partOf(sql.ref('credit_kind'))} as credit, amount_minor as amount
      from booked
    ), by_month as (
      select month, currency,
        sum(case when kind = 'recognition' then 0
          when credit in ('earned', 'deferred') then amount when debit in ('earned', 'deferred') then -amount else 0 end) as invoiced,
        sum(case when debit = 'money' and credit = 'credit' then amount when credit = 'money' and debit = 'credit' then -amount else 0 end)
          as received,
        sum(case when credit = 'earned' then amount else 0 end - case when debit = 'earned' then amount else 0 end) as earned,
        sum(case when credit = 'deferred' then amount else 0 end - case when debit = 'deferred' then amount else 0 end) as deferred
      from moved where debit is not null or credit is not null group by month, currency
    ), running as (
      select *, sum(deferred) over (partition by currency order by month) as left_to_earn from by_month
    )
    select month, currency, invoiced::bigint as "invoicedMinor", received::bigint as "receivedMinor", earned::bigint as "earnedMinor",
      left_to_earn::bigint as "deferredMinor"
    from running where month >= ${first} order by month desc, currency`.execute(db);
  return rows;
}

/** What a kind of account is to these figures; null: nothing. */
function partOf(kind: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`case
    when ${kind} in ('revenue', 'late_fee_revenue') then 'earned'
    when ${kind} = 'deferred_revenue' then 'deferred'
    when ${kind} in ('cash', 'bank', 'provider', 'cash_drawer') then 'money'
    when ${kind} = 'customer_credit' then 'credit' end`;
}
