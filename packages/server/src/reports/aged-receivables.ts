// What customers owe, by how many days it is past due.
import type { AgedCustomer, AgedTotal } from '@lastmile/contract/books.ts';
import { type RawBuilder, sql } from 'kysely';
import type { z } from 'zod';
import type { Db } from '#platform/db.ts';
import { fieldError } from '#platform/errors.ts';
import { keyOf, type Page, type PageRequest, pageOf } from '#platform/paging.ts';

export type AgedCustomerView = z.output<typeof AgedCustomer>;
type AgedTotalView = z.output<typeof AgedTotal>;

/** Due today is not past due; the thirtieth day after is the last of the first bucket. */
function buckets(today: Temporal.PlainDate): RawBuilder<unknown> {
  const sum = (condition: RawBuilder<unknown>, name: string) =>
    sql`coalesce(sum(invoice.balance_minor) filter (where ${condition}), 0)::bigint as ${sql.ref(name)}`;
  const days = sql`${today}::date - invoice.due_on`;
  return sql.join([
    sum(sql`${days} <= 0`, 'notDueMinor'),
    sum(sql`${days} between 1 and 30`, 'upTo30Minor'),
    sum(sql`${days} between 31 and 60`, 'upTo60Minor'),
    sum(sql`${days} between 61 and 90`, 'upTo90Minor'),
    sum(sql`${days} > 90`, 'olderMinor'),
    sql`sum(invoice.balance_minor)::bigint as "totalMinor"`,
  ]);
}

/** Who owes most comes first. */
export async function listAgedReceivables(
  db: Db,
  query: PageRequest & { currency?: string | undefined },
  today: Temporal.PlainDate,
): Promise<Page<AgedCustomerView>> {
  const key = keyOf(query.after, 'number', 'uuid', 'text');
  if (key && !/^[A-Z]{3}$/.test(key[2]!)) throw fieldError('invalid_input', 'after', 'is not a place in this list');
  const { rows } = await sql<AgedCustomerView>`
    with owing as (
      select invoice.customer_id as "customerId", invoice.currency, min(invoice.due_on) as "oldestDueOn", ${buckets(today)}
      from billing.invoices invoice where invoice.status = 'open'
        ${query.currency ? sql`and invoice.currency = ${query.currency}` : sql``}
      group by invoice.customer_id, invoice.currency
    )
    select owing.*, customer.name as "customerName"
    from (
      select * from owing
      ${key ? sql`where ("totalMinor", "customerId", currency) < (${key[0]}::bigint, ${key[1]}::uuid, ${key[2]}::text)` : sql``}
      order by "totalMinor" desc, "customerId" desc, currency desc limit ${query.limit + 1}
    ) owing join customers.customers customer on customer.id = owing."customerId"
    order by "totalMinor" desc, "customerId" desc, currency desc`.execute(db);
  return pageOf(rows, query.limit, ({ totalMinor, customerId, currency }) => [
    String(totalMinor),
    customerId,
    currency,
  ]);
}

export async function sumAgedReceivables(db: Db, today: Temporal.PlainDate): Promise<AgedTotalView[]> {
  const { rows } = await sql<AgedTotalView>`
    select invoice.currency, count(distinct invoice.customer_id)::integer as "customerCount", ${buckets(today)}
    from billing.invoices invoice where invoice.status = 'open'
    group by invoice.currency order by invoice.currency`.execute(db);
  return rows;
}
