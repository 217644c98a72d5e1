// Who is cut for money, and who comes back. Paying wins every race: both sides lock the customer first.
import { type SqlBool, sql } from 'kysely';
import { lockCustomer } from '#customers/customers.ts';
import { localDate } from '#platform/dates.ts';
import type { Db, Work } from '#platform/db.ts';
import { lockAccountsOf } from '#provisioning/accounts.ts';
import { blockAccount, liftBlock } from '#provisioning/blocks.ts';
import { getSettings } from '#settings/provider.ts';
import { suspendsWhenDueBefore } from './overdue-rules.ts';

/** Does the customer owe anything past its days of grace? */
async function isPastGrace(work: Work, customerId: string): Promise<boolean> {
  const { graceDays, timeZone } = await getSettings(work.db);
  const limit = suspendsWhenDueBefore(localDate(work.now, timeZone), graceDays);
  const row = await work.db
    .selectFrom('billing.invoices')
    .select('id')
    .where('customer_id', '=', customerId)
    .where('status', '=', 'open')
    .where('due_on', '<', limit)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Suspends a customer who is still overdue now that he is locked; returns whether anything changed. */
export async function suspendIfOverdue(work: Work, customerId: string): Promise<boolean> {
  await lockCustomer(work, customerId);
  if (!(await isPastGrace(work, customerId))) return false;
  let isChanged = false;
  for (const account of await lockAccountsOf(work, customerId))
    isChanged = (await blockAccount(work, account, 'overdue')) || isChanged;
  if (isChanged) work.announce('customer', customerId);
  return isChanged;
}

/** Lifts the overdue block of a customer who owes nothing past grace, and no other block. The customer is locked. */
export async function restoreIfPaid(work: Work, customerId: string): Promise<boolean> {
  if (await isPastGrace(work, customerId)) return false;
  let isChanged = false;
  for (const account of await lockAccountsOf(work, customerId))
    isChanged = (await liftBlock(work, account, 'overdue')) || isChanged;
  if (isChanged) work.announce('customer', customerId);
  return isChanged;
}

const batchSize = 1000;

/** Customers with an account that is not blocked for it and an open invoice past grace, after a given one. */
export async function listCustomersToSuspend(
  db: Db,
  now: Temporal.Instant,
  after: string,
): Promise<{ id: string; name: string }[]> {
  const { graceDays, timeZone } = await getSettings(db);
  const limit = suspendsWhenDueBefore(localDate(now, timeZone), graceDays);
  return db
    .selectFrom('customers.customers as customer')
    .select(['customer.id', 'customer.name'])
    .where('customer.id', '>', after)
    .where((e) =>
      e.exists(
        e
          .selectFrom('billing.invoices as invoice')
          .select('invoice.id')
          .whereRef('invoice.customer_id', '=', 'customer.id')
          .where('invoice.status', '=', 'open')
          .where('invoice.due_on', '<', limit),
      ),
    )
    .where(
      sql<SqlBool>`exists (select from provisioning.accounts account where account.customer_id = customer.id and account.removed_at is null
        and not exists (select from provisioning.blocks block where block.account_id = account.id and block.reason = 'overdue' and block.lifted_at is null))`,
    )
    .orderBy('customer.id')
    .limit(batchSize)
    .execute();
}

/** Customers who are blocked for being overdue and no longer are. */
export async function listCustomersToRestore(
  db: Db,
  now: Temporal.Instant,
  after: string,
): Promise<{ id: string; name: string }[]> {
  const { graceDays, timeZone } = await getSettings(db);
  const limit = suspendsWhenDueBefore(localDate(now, timeZone), graceDays);
  const { rows } = await sql<{ id: string; name: string }>`
    select distinct customer.id, customer.name
    from provisioning.blocks block
    join provisioning.accounts account on account.id = block.account_id and account.removed_at is null
    join customers.customers customer on customer.id = account.customer_id
    where block.reason = 'overdue' and block.lifted_at is null and customer.id > ${after}::uuid
      and not exists (select from billing.invoices invoice
        where invoice.customer_id = customer.id and invoice.status = 'open' and invoice.due_on < ${limit})
    order by customer.id limit ${batchSize}`.execute(db);
  return rows;
}

/** Paid all that was due, and still not on at the router: the alarm of the dashboard. */
export async function countPaidAndStillBlocked(db: Db, now: Temporal.Instant): Promise<number> {
  const waitedSince = now.subtract({ seconds: 30 });
  const { rows } = await sql<{ count: string }>`
    select count(*)::text as count from provisioning.accounts account
    where account.removed_at is null and account.pending_since is not null and account.pending_since < ${waitedSince}
      and not exists (select from provisioning.blocks block where block.account_id = account.id and block.lifted_at is null)
      and exists (select from provisioning.blocks block
        where block.account_id = account.id and block.reason = 'overdue' and block.lifted_at >= account.pending_since - interval '1 second')`.execute(
    db,
  );
  return Number(rows[0]?.count ?? 0);
}
