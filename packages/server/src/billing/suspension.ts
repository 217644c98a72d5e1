// Who is cut for money, with which accounts, and who comes back. Paying wins every race: both sides lock the customer first.
import { type RawBuilder, sql } from 'kysely';
import { lockCustomer } from '#customers/customers.ts';
import { localDate } from '#platform/dates.ts';
import type { Db, Work } from '#platform/db.ts';
import { type LockedAccount, lockAccountsOfAll } from '#provisioning/accounts.ts';
import { blockAccounts, liftBlocks } from '#provisioning/blocks.ts';
import { getSettings } from '#settings/provider.ts';
import { applyCredits } from './allocations.ts';
import { getOverduePolicy } from './overdue-policy.ts';
import { doesSuspend, suspendsWhenDueBefore } from './rules/overdue-rules.ts';
import { type SubscriptionEvent, type SubscriptionState, transitionOfSubscription } from './rules/suspension-rules.ts';

type Terms = { today: Temporal.PlainDate; dueBefore: Temporal.PlainDate; graceDays: number; toleranceMinor: bigint };

async function getTerms(db: Db, now: Temporal.Instant): Promise<Terms> {
  const { graceDays, timeZone } = await getSettings(db);
  const { toleranceMinor } = await getOverduePolicy(db);
  const today = localDate(now, timeZone);
  return { today, graceDays, toleranceMinor, dueBefore: suspendsWhenDueBefore(today, graceDays) };
}

/** An invoice past its days of grace, and the accounts that it cuts; null: it is for no subscription, and cuts them all. */
export type CuttingInvoice = {
  id: string;
  number: string | null;
  dueOn: Temporal.PlainDate;
  accountIds: string[] | null;
};

// Nobody has that many unpaid invoices; the oldest decide.
const mostLookedAt = 500;

/** What a customer owes past its days of grace, if nothing holds, the oldest first. */
export async function listCuttingInvoices(
  db: Db,
  customerId: string,
  now: Temporal.Instant,
): Promise<CuttingInvoice[]> {
  return (await listCuttingInvoicesOf(db, [customerId], now)).get(customerId) ?? [];
}

/** The same of many, by their ids; who owes nothing of the kind is not among them. */
async function listCuttingInvoicesOf(
  db: Db,
  customerIds: readonly string[],
  now: Temporal.Instant,
): Promise<Map<string, CuttingInvoice[]>> {
  const { today, graceDays, toleranceMinor, dueBefore } = await getTerms(db, now);
  const { rows } = await sql<CuttingInvoice & { customerId: string; status: string; balanceMinor: bigint }>`
    select owed.*, ${accountsOf('owed')} as "accountIds"
    from unnest(${customerIds}::uuid[]) as customer (id)
    cross join lateral (
      select invoice.id, invoice.customer_id as "customerId", invoice.number, invoice.status, invoice.due_on as "dueOn",
        invoice.balance_minor as "balanceMinor"
      from billing.invoices invoice
      where invoice.customer_id = customer.id and invoice.status = 'open' and invoice.due_on < ${dueBefore}
        -- Nobody is offline because of a fee (R-PAY-5).
        and not exists (select from billing.late_fees fee where fee.fee_invoice_id = invoice.id)
      order by invoice.due_on, invoice.id limit ${mostLookedAt}) owed
    order by owed."dueOn", owed.id`.execute(db);
  if (rows.length === 0) return new Map();
  const holdEnds = await findHoldEnds(db, customerIds);
  const cutting = rows.filter((invoice) =>
    doesSuspend({ ...invoice, holdUntil: holdEnds.get(invoice.customerId) }, today, { graceDays, toleranceMinor }),
  );
  return Map.groupBy(cutting, ({ customerId }) => customerId);
}

export function doesCut({ accountIds }: CuttingInvoice, accountId: string): boolean {
  return accountIds === null || accountIds.includes(accountId);
}

/**
 * The accounts whose subscriptions stand on an invoice and were not credited (D7: what is paid stays on). A subscription without
 * an account cuts nobody; an invoice without a subscription, written by hand, is for the customer as a whole.
 */
function accountsOf(invoice: string): RawBuilder<string[] | null> {
  return sql`(select array_remove(array_agg(distinct subscription.account_id), null)
    from billing.invoice_lines line join billing.subscriptions subscription on subscription.id = line.subscription_id
    where line.invoice_id = ${sql.ref(invoice)}.id and line.credited_by is null)`;
}

function isForAccount(invoice: string): RawBuilder<boolean> {
  return sql`coalesce(account.id = any(${accountsOf(invoice)}::uuid[]), true)`;
}

/** The last days of the promises or exemptions of customers: of each the one that ends last. */
async function findHoldEnds(db: Db, customerIds: readonly string[]): Promise<Map<string, Temporal.PlainDate>> {
  const rows = await db
    .selectFrom('billing.holds')
    .select((e) => ['customer_id as customerId', e.fn.max('until_on').as('until')])
    .where('customer_id', '=', sql<string>`any(${customerIds}::uuid[])`)
    .where('ended_at', 'is', null)
    .groupBy('customer_id')
    .execute();
  return new Map(rows.map(({ customerId, until }) => [customerId, until]));
}

/** Suspends what a customer still owes for now that he is locked, and nothing else; returns whether anything changed. */
export async function suspendIfOverdue(work: Work, customerId: string): Promise<boolean> {
  await lockCustomer(work, customerId);
  return (await suspendOverdue(work, [customerId])).length > 0;
}

/** The same of many who are locked; returns for whom anything changed. */
export async function suspendOverdue(work: Work, customerIds: readonly string[]): Promise<string[]> {
  const listCutting = () => listCuttingInvoicesOf(work.db, customerIds, work.now);
  let cutting = await listCutting();
  // What they have with us pays first: nobody is cut who has credit.
  if ((await applyCredits(work, [...cutting.keys()])).length > 0) cutting = await listCutting();
  return tellAccounts(work, [...cutting.keys()], (account) =>
    isCutBy(cutting, account) ? 'grace_expired' : 'other_service_overdue',
  );
}

/** Lifts the overdue block, and no other, of the accounts for which nothing is owed past grace. The customer is locked. */
export async function restoreIfPaid(work: Work, customerId: string): Promise<boolean> {
  return (await restorePaid(work, [customerId])).length > 0;
}

/** The same of many who are locked; returns for whom anything changed. */
export async function restorePaid(work: Work, customerIds: readonly string[]): Promise<string[]> {
  const cutting = await listCuttingInvoicesOf(work.db, customerIds, work.now);
  return tellAccounts(work, customerIds, (account) =>
    isCutBy(cutting, account) ? 'paid_still_overdue' : 'paid_nothing_overdue_left',
  );
}

function isCutBy(cutting: ReadonlyMap<string, CuttingInvoice[]>, { id, customerId }: LockedAccount): boolean {
  return cutting.get(customerId)?.some((invoice) => doesCut(invoice, id)) ?? false;
}

/**
 * Each account of the customers goes where the event leads it. Money knows of its own block only: what staff or a vacation keeps
 * off stays off beside it.
 */
async function tellAccounts(
  work: Work,
  customerIds: readonly string[],
  eventOf: (account: LockedAccount) => SubscriptionEvent,
): Promise<string[]> {
  if (customerIds.length === 0) return [];
  const accounts = await lockAccountsOfAll(work, customerIds);
  const cut = await listOverdueBlocks(
    work.db,
    accounts.map(({ id }) => id),
  );
  const commandOf = (account: LockedAccount) => {
    const state: SubscriptionState = cut.has(account.id)
      ? { status: 'suspended', reason: 'overdue' }
      : { status: 'active' };
    return transitionOfSubscription(state, eventOf(account))?.command;
  };
  const commanded = Map.groupBy(accounts, commandOf);
  const changed = [
    ...(await blockAccounts(work, commanded.get('block') ?? [], 'overdue')),
    ...(await liftBlocks(work, commanded.get('unblock') ?? [], 'overdue')),
  ];
  const changedCustomers = [...new Set(changed.map(({ customerId }) => customerId))];
  for (const customerId of changedCustomers) work.announce('customer', customerId);
  return changedCustomers;
}

async function listOverdueBlocks(db: Db, accountIds: readonly string[]): Promise<Set<string>> {
  if (accountIds.length === 0) return new Set();
  const rows = await db
    .selectFrom('provisioning.blocks')
    .select('account_id as accountId')
    .where('account_id', '=', sql<string>`any(${accountIds}::uuid[])`)
    .where('reason', '=', 'overdue')
    .where('lifted_at', 'is', null)
    .execute();
  return new Set(rows.map(({ accountId }) => accountId));
}

/** The condition of `doesSuspend` as SQL, to find who may meet it; who is suspended is decided again, locked. */
function isPastGraceSql({ today, dueBefore, toleranceMinor }: Terms, invoice: string): RawBuilder<boolean> {
  const i = sql.ref(invoice);
  return sql`(${i}.status = 'open' and ${i}.due_on < ${dueBefore} and ${i}.amount_minor - ${i}.settled_minor > ${toleranceMinor}
    and not exists (select from billing.late_fees fee where fee.fee_invoice_id = ${i}.id)
    and not exists (select from billing.holds hold
      where hold.customer_id = ${i}.customer_id and hold.ended_at is null and hold.until_on >= ${today}))`;
}

/** Whether an invoice, past grace or not, is for an account that is not cut for money yet. */
export function hasAccountToCut(invoice: string): RawBuilder<boolean> {
  return sql`exists (select from provisioning.accounts account
    where account.customer_id = ${sql.ref(invoice)}.customer_id and account.removed_at is null
      and not exists (select from provisioning.blocks block
        where block.account_id = account.id and block.reason = 'overdue' and block.lifted_at is null)
      and ${isForAccount(invoice)})`;
}

const lowestId = '00000000-0000-0000-0000-000000000000';
export const batchSize = 1000;

export type CustomerToSuspend = {
  id: string;
  name: string;
  invoiceNumber: string;
  dueOn: Temporal.PlainDate;
  openMinor: bigint;
};

/** Customers with an open invoice past grace for an account that is not blocked for it, after a given one. */
export async function listCustomersToSuspend(
  db: Db,
  now: Temporal.Instant,
  after: string = lowestId,
  limit: number = batchSize,
): Promise<CustomerToSuspend[]> {
  const terms = await getTerms(db, now);
  const { rows } = await sql<CustomerToSuspend>`
    select distinct on (customer.id) customer.id, customer.name, invoice.number as "invoiceNumber", invoice.due_on as "dueOn",
           invoice.amount_minor - invoice.settled_minor as "openMinor"
    from billing.invoices invoice
    join customers.customers customer on customer.id = invoice.customer_id
    where ${isPastGraceSql(terms, 'invoice')} and customer.id > ${after}::uuid and ${hasAccountToCut('invoice')}
    order by customer.id, invoice.due_on limit ${limit}`.execute(db);
  return rows;
}

export async function countCustomersToSuspend(db: Db, now: Temporal.Instant): Promise<number> {
  const terms = await getTerms(db, now);
  const { rows } = await sql<{ count: number }>`
    select count(distinct customer.id)::integer as count
    from billing.invoices invoice
    join customers.customers customer on customer.id = invoice.customer_id
    where ${isPastGraceSql(terms, 'invoice')} and ${hasAccountToCut('invoice')}`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Customers with an account that is blocked for being overdue and no longer is. */
export async function listCustomersToRestore(
  db: Db,
  now: Temporal.Instant,
  after: string = lowestId,
  limit: number = batchSize,
): Promise<{ id: string; name: string }[]> {
  const terms = await getTerms(db, now);
  const { rows } = await sql<{ id: string; name: string }>`
    select distinct customer.id, customer.name
    from provisioning.blocks block
    join provisioning.accounts account on account.id = block.account_id and account.removed_at is null
    join customers.customers customer on customer.id = account.customer_id
    where block.reason = 'overdue' and block.lifted_at is null and customer.id > ${after}::uuid
      and not exists (select from billing.invoices invoice
        where invoice.customer_id = customer.id and ${isPastGraceSql(terms, 'invoice')} and ${isForAccount('invoice')})
    order by customer.id limit ${limit}`.execute(db);
  return rows;
}

export async function countCustomersToRestore(db: Db, now: Temporal.Instant): Promise<number> {
  const terms = await getTerms(db, now);
  const { rows } = await sql<{ count: number }>`
    select count(distinct account.customer_id)::integer as count
    from provisioning.blocks block
    join provisioning.accounts account on account.id = block.account_id and account.removed_at is null
    where block.reason = 'overdue' and block.lifted_at is null
      and not exists (select from billing.invoices invoice
        where invoice.customer_id = account.customer_id and ${isPastGraceSql(terms, 'invoice')} and ${isForAccount('invoice')})`.execute(
    db,
  );
  return rows[0]?.count ?? 0;
}

/** Customers with an account that nothing blocks. */
export async function countActiveCustomers(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(distinct account.customer_id)::integer as count from provisioning.accounts account
    where account.removed_at is null
      and not exists (select from provisioning.blocks block where block.account_id = account.id and block.lifted_at is null)`.execute(
    db,
  );
  return rows[0]?.count ?? 0;
}

/** Customers who were cut for money since a moment and still are. */
export async function countSuspendedSince(db: Db, since: Temporal.Instant): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(distinct account.customer_id)::integer as count
    from provisioning.blocks block
    join provisioning.accounts account on account.id = block.account_id and account.removed_at is null
    where block.reason = 'overdue' and block.since > ${since} and block.lifted_at is null`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Customers who were cut for money since a moment and still are, after a given one. */
export async function listCutSince(db: Db, since: Temporal.Instant, after: string = lowestId): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct account.customer_id as id
    from provisioning.blocks block
    join provisioning.accounts account on account.id = block.account_id and account.removed_at is null
    where block.reason = 'overdue' and block.since >= ${since} and block.lifted_at is null
      and account.customer_id > ${after}::uuid
    order by id limit ${batchSize}`.execute(db);
  return rows.map(({ id }) => id);
}
