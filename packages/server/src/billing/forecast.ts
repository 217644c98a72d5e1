// What the coming days bring as the books stand now: the same conditions that the runs have, looked at from each day.
import { type Forecast, forecastKinds } from '@lastmile/contract/suspension.ts';
import { type RawBuilder, sql } from 'kysely';
import type { z } from 'zod';
import { localDate } from '#platform/dates.ts';
import type { Db } from '#platform/db.ts';
import type { BlockReason } from '#provisioning/blocks.ts';
import { getSettings } from '#settings/provider.ts';
import { getOverduePolicy } from './overdue-policy.ts';
import { countCustomersToRestore, hasAccountToCut, listCustomersToRestore } from './suspension.ts';

export type ForecastView = z.output<typeof Forecast>;
type Group = ForecastView['days'][number]['groups'][number];

type Row = Group['items'][number] & {
  day: Temporal.PlainDate;
  kind: Group['kind'];
  /** Of all with this day, kind and reason. */
  count: number;
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
      select greatest(next_invoice_on, ${today}) as day, 'invoice' as kind, 'period' as reason, customer_id,
        null::text as number, null::date as due_on, id as subscription_id
      from billing.subscriptions where next_invoice_on <= ${lastDay}
      union all select day, 'remind', 'due', customer_id, number, due_on, null from reminding
      union all select greatest(day, ${today}), 'suspend', 'due', customer_id, number, due_on, null from suspending where day <= ${lastDay}
      union all select greatest(paused_from, ${today}), 'suspend', 'vacation', customer_id, null, null, null
      from billing.subscriptions subscription
      where status = 'active' and paused_from <= ${lastDay} and coalesce(paused_until > ${today}, true) and ${isOn()}
      union all select greatest(ends_on, ${today}), 'suspend', 'ended', customer_id, null, null, null
      from billing.subscriptions subscription
      where status = 'active' and ends_on <= ${lastDay} and ${isOn()}
      union all select greatest(paused_until, ${today}), 'restore', 'vacation', customer_id, null, null, null
      from billing.subscriptions subscription
      where status = 'active' and paused_until <= ${lastDay} and coalesce(ends_on > paused_until, true) and ${isOn('vacation')}
    ), numbered as (
      select coming.*, customer.name, count(*) over (partition by day, kind, reason) as count,
        row_number() over (partition by day, kind, reason order by customer.name, coming.customer_id, due_on) as place
      from coming join customers.customers customer on customer.id = coming.customer_id
    )
    select day, kind, reason, count::integer, numbered.customer_id as "customerId", numbered.name as "customerName",
      number as "invoiceNumber", due_on as "dueOn", plan.name as "planName", subscription.charged_through as "startsOn"
    from numbered
    left join billing.subscriptions subscription on subscription.id = numbered.subscription_id
    left join plans.versions version on version.id = subscription.plan_version_id
    left join plans.plans plan on plan.id = version.plan_id
    where place <= ${shownItems} order by day, kind, reason, place`.execute(db);
  const restored = await restoredToday(db, now, today);
  const all = [...rows, ...restored];
  const days = Array.from({ length: dayCount }, (_, n) => today.add({ days: n }));
  return { days: days.map((day) => ({ day, groups: groupsOf(all.filter((row) => row.day.equals(day))) })) };
}

/** Whether the account of a subscription is there and nothing else than `reason` keeps it off. */
function isOn(reason: BlockReason | null = null): RawBuilder<boolean> {
  return sql`exists (select from provisioning.accounts account
    where account.id = subscription.account_id and account.removed_at is null
      and not exists (select from provisioning.blocks block
        where block.account_id = account.id and block.lifted_at is null
          -- Who has used up his data is served: he is off till his period ends, and charged as ever.
          and block.reason <> 'cap_reached' and block.reason is distinct from ${reason}))`;
}

function groupsOf(rows: readonly Row[]): Group[] {
  return forecastKinds.flatMap((kind) => {
    const own = rows.filter((row) => row.kind === kind);
    const countOfReason = new Map(own.map(({ reason, count }) => [reason, count]));
    const count = [...countOfReason.values()].reduce((sum, one) => sum + one, 0);
    return count > 0 ? [{ kind, count, items: own.slice(0, shownItems) }] : [];
  });
}

/** Whoever is blocked and owes nothing any more comes back with the next run; nobody knows who will pay tomorrow. */
async function restoredToday(db: Db, now: Temporal.Instant, day: Temporal.PlainDate): Promise<Row[]> {
  const customers = await listCustomersToRestore(db, now, undefined, shownItems);
  const count = customers.length < shownItems ? customers.length : await countCustomersToRestore(db, now);
  const why = { reason: 'settled', invoiceNumber: null, dueOn: null, planName: null, startsOn: null } as const;
  return customers.map(({ id, name }) => ({ ...why, day, kind: 'restore', count, customerId: id, customerName: name }));
}
