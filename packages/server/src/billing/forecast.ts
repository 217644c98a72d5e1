// What the coming days bring as the books stand now: the same conditions that the runs have, looked at from each day.
import type { Forecast } from '@lastmile/contract/suspension.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { localDate } from '#platform/dates.ts';
import type { Db } from '#platform/db.ts';
import { getSettings } from '#settings/provider.ts';
import { getOverduePolicy } from './overdue-policy.ts';
import { hasAccountToCut, listCustomersToRestore } from './suspension.ts';

export type ForecastView = z.output<typeof Forecast>;
type Kind = ForecastView['days'][number]['groups'][number]['kind'];

type Row = {
  day: Temporal.PlainDate;
  kind: Kind;
  count: number;
  customerId: string;
  customerName: string;
  invoiceNumber: string | null;
  dueOn: Temporal.PlainDate | null;
};

// Enough to see what it is about; the rest is a number.
const shownItems = 20;

export async function getForecast(db: Db, now: Temporal.Instant, dayCount: number): Promise<ForecastView> {
  const { timeZone, graceDays } = await getSettings(db);
  const policy = await getOverduePolicy(db);
  const today = localDate(now, timeZone);
  const lastDay = today.add({ days: dayCount - 1 });
  const { rows } = await sql<Row>`
    with suspending as (
      -- The first invoice that does it decides the day: after its grace, or after the last promise.
      select distinct on (invoice.customer_id) invoice.customer_id, invoice.number, invoice.due_on,
        greatest(invoice.due_on + ${graceDays}::integer, (
          select max(hold.until_on) from billing.holds hold
          where hold.customer_id = invoice.customer_id and hold.ended_at is null)) + 1 as day
      from billing.invoices invoice
      where invoice.status = 'open' and invoice.due_on + ${graceDays}::integer < ${lastDay} and invoice.balance_minor > ${policy.toleranceMinor}
        and not exists (select from billing.late_fees fee where fee.fee_invoice_id = invoice.id)
        and ${hasAccountToCut('invoice')}
      order by invoice.customer_id, invoice.due_on
    ), reminding as (
      select invoice.customer_id, invoice.number, invoice.due_on, stage.day
      from billing.invoices invoice
      join customers.customers customer on customer.id = invoice.customer_id and customer.removed_at is null
      left join notifications.preferences preference on preference.customer_id = invoice.customer_id
      cross join lateral (
        select invoice.due_on - before as day from unnest(${policy.reminderDaysBefore}::integer[]) as before
        union all select invoice.due_on + after from unnest(${policy.reminderDaysAfter}::integer[]) as after
      ) stage
      where invoice.status = 'open' and stage.day between ${today} and ${lastDay}
        and coalesce(preference.email, customer.email) is not null
        and not 'reminder' = any(coalesce(preference.opted_out, '{}'))
        and not exists (select from notifications.messages
          where dedupe_key = 'reminder:' || invoice.id || ':' || (stage.day - invoice.due_on))
    ), coming as (
      select greatest(next_invoice_on, ${today}) as day, 'invoice' as kind, customer_id, null::text as number, null::date as due_on
      from billing.subscriptions where next_invoice_on <= ${lastDay}
      union all select day, 'remind', customer_id, number, due_on from reminding
      union all select greatest(day, ${today}), 'suspend', customer_id, number, due_on from suspending where day <= ${lastDay}
    ), numbered as (
      select coming.*, customer.name, count(*) over (partition by day, kind) as count,
        row_number() over (partition by day, kind order by customer.name, coming.customer_id, due_on) as place
      from coming join customers.customers customer on customer.id = coming.customer_id
    )
    select day, kind, count::integer, customer_id as "customerId", name as "customerName", number as "invoiceNumber", due_on as "dueOn"
    from numbered where place <= ${shownItems} order by day, kind, place`.execute(db);
  const restored = await restoredToday(db, now, today);
  const all = [...rows, ...restored];
  const days = Array.from({ length: dayCount }, (_, n) => today.add({ days: n }));
  return { days: days.map((day) => ({ day, groups: groupsOf(all.filter((row) => row.day.equals(day))) })) };
}

const order: readonly Kind[] = ['invoice', 'remind', 'suspend', 'restore'];

function groupsOf(rows: readonly Row[]): ForecastView['days'][number]['groups'] {
  return order.flatMap((kind) => {
    const own = rows.filter((row) => row.kind === kind);
    const [first] = own;
    return first ? [{ kind, count: first.count, items: own }] : [];
  });
}

/** Whoever is blocked and owes nothing any more comes back with the next run; nobody knows who will pay tomorrow. */
async function restoredToday(db: Db, now: Temporal.Instant, day: Temporal.PlainDate): Promise<Row[]> {
  const customers = await listCustomersToRestore(db, now);
  const why = { day, kind: 'restore', count: customers.length, invoiceNumber: null, dueOn: null } as const;
  return customers.slice(0, shownItems).map(({ id, name }) => ({ ...why, customerId: id, customerName: name }));
}
