// Fees for paying late, as the overdue policy says: each an invoice of its own, at most one for an invoice and a period of the fee.
import { type RawBuilder, sql } from 'kysely';
import { daysBetween } from '#platform/dates.ts';
import type { Actor, Database, Db, Work } from '#platform/db.ts';
import { sumMinor } from '#platform/money.ts';
import { type CustomerRef, forEachCustomer } from './customer-batches.ts';
import { getToday } from './invoices.ts';
import { type Charge, issueCharges } from './issue-invoices.ts';
import { getOverduePolicy, lateFeeIn } from './overdue-policy.ts';
import { type LateFee, type LateFeePolicy, lateFeeOf } from './rules/late-fee-rules.ts';

const batchSize = 1000;

/** Charges all that is due today. Twice a day changes nothing more. */
export async function chargeLateFees(database: Database, actor: Actor): Promise<void> {
  const policy = await getFeePolicy(database.db);
  if (!policy) return;
  await forEachCustomer(
    database,
    actor,
    (db, now, after) => listLateCustomers(db, policy, now, after),
    (work, customerIds) => chargeCustomers(work, customerIds, policy),
  );
}

async function getFeePolicy(db: Db): Promise<LateFeePolicy | undefined> {
  const policy = await getOverduePolicy(db);
  const fee = lateFeeIn(policy);
  if (!fee) return undefined;
  const { lateFeeGraceDays: graceDays, toleranceMinor, lateFeeMaxMinor } = policy;
  return { fee, graceDays, toleranceMinor, maxMinor: lateFeeMaxMinor ?? undefined };
}

/** The condition under which an invoice may be charged a fee; whether it is, and how much, is decided when it is locked. */
function isLate(
  { fee, graceDays, toleranceMinor = 0n }: LateFeePolicy,
  today: Temporal.PlainDate,
): RawBuilder<boolean> {
  return sql`(invoice.status = 'open' and invoice.due_on < ${today.subtract({ days: graceDays })}
    and invoice.balance_minor > ${toleranceMinor}
    and not exists (select from billing.late_fees fee where fee.fee_invoice_id = invoice.id)
    and not exists (select from billing.late_fees fee where fee.invoice_id = invoice.id and fee.kind = ${fee.kind}
      and fee.fee_period = ${isDaily(fee) ? sql`${today}::date - invoice.due_on` : sql`0`}))`;
}

async function listLateCustomers(
  db: Db,
  policy: LateFeePolicy,
  now: Temporal.Instant,
  after = '00000000-0000-0000-0000-000000000000',
): Promise<CustomerRef[]> {
  const { rows } = await sql<CustomerRef>`
    select distinct customer.id, customer.name from billing.invoices invoice
    join customers.customers customer on customer.id = invoice.customer_id
    where ${isLate(policy, await getToday(db, now))} and customer.id > ${after}::uuid
    order by customer.id limit ${batchSize}`.execute(db);
  return rows;
}

function isDaily({ kind }: LateFee): boolean {
  return kind === 'daily_flat' || kind === 'daily_percent';
}

type LateInvoice = {
  id: string;
  number: string;
  customerId: string;
  currency: string;
  dueOn: Temporal.PlainDate;
  balanceMinor: bigint;
};

// Of a hundred customers. What is over is charged by the next run.
const mostInvoices = 2000;

/** Customers who are locked are charged for what they are late with; answers who was. */
async function chargeCustomers(work: Work, customerIds: readonly string[], policy: LateFeePolicy): Promise<string[]> {
  const today = await getToday(work.db, work.now);
  const { rows: invoices } = await sql<LateInvoice>`
    select invoice.id, invoice.number, invoice.customer_id as "customerId", invoice.currency, invoice.due_on as "dueOn",
      invoice.balance_minor as "balanceMinor"
    from billing.invoices invoice
    where invoice.customer_id = any(${customerIds}::uuid[]) and ${isLate(policy, today)}
    order by invoice.id limit ${mostInvoices} for update`.execute(work.db);
  const earlier = await listEarlierFees(work.db, invoices);
  const feePeriodOf = ({ dueOn }: LateInvoice) => (isDaily(policy.fee) ? daysBetween(dueOn, today) : 0);
  const due = invoices.flatMap((invoice) => {
    const own = earlier.get(invoice.id) ?? [];
    const feePeriod = feePeriodOf(invoice);
    const isCharged = own.some((fee) => fee.kind === policy.fee.kind && fee.feePeriod === feePeriod);
    const chargedMinor = sumMinor(own.map((fee) => fee.amountMinor));
    const amountMinor = lateFeeOf({ ...invoice, chargedMinor, isCharged }, today, policy);
    return amountMinor === 0n ? [] : [{ invoice, feePeriod, amountMinor }];
  });
  for (const [currency, fees] of Map.groupBy(due, ({ invoice }) => invoice.currency)) {
    const issued = await issueCharges(work, currency, fees.map(chargeOf));
    await work.db
      .insertInto('billing.late_fees')
      .values(
        fees.map(({ invoice, feePeriod, amountMinor }, index) => ({
          invoice_id: invoice.id,
          kind: policy.fee.kind,
          fee_period: feePeriod,
          fee_invoice_id: issued[index]!.id,
          amount_minor: amountMinor,
          charged_on: today,
        })),
      )
      .execute();
  }
  return [...new Set(due.map(({ invoice }) => invoice.customerId))];
}

type EarlierFee = { invoiceId: string; kind: string; feePeriod: number; amountMinor: bigint };

async function listEarlierFees(db: Db, invoices: readonly LateInvoice[]): Promise<Map<string, EarlierFee[]>> {
  const rows = await db
    .selectFrom('billing.late_fees')
    .select(['invoice_id as invoiceId', 'kind', 'fee_period as feePeriod', 'amount_minor as amountMinor'])
    .where('invoice_id', '=', sql<string>`any(${invoices.map(({ id }) => id)}::uuid[])`)
    .execute();
  return Map.groupBy(rows, ({ invoiceId }) => invoiceId);
}

function chargeOf({ invoice, amountMinor }: { invoice: LateInvoice; amountMinor: bigint }): Charge {
  const description = `Late fee: ${invoice.number}`;
  const amount = { quantity: 1, unitMinor: amountMinor, discountMinor: 0n, tax: undefined };
  return { customerId: invoice.customerId, description, lines: [{ kind: 'late_fee', description, ...amount }] };
}
