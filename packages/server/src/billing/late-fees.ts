// Fees for paying late, as the overdue policy says: each an invoice of its own, at most one for an invoice and a period of the fee.
import { sql } from 'kysely';
import { daysBetween, localDate } from '#platform/dates.ts';
import { type Actor, type Database, type Db, inTransaction, type Work } from '#platform/db.ts';
import { sumMinor } from '#platform/money.ts';
import { getSettings } from '#settings/provider.ts';
import { getToday, lockInvoice } from './invoices.ts';
import { issueLines } from './issue-invoices.ts';
import { getOverduePolicy, lateFeeIn } from './overdue-policy.ts';
import { type LateFee, type LateFeePolicy, lateFeeOf } from './rules/late-fee-rules.ts';

const batchSize = 500;

/** Charges all that is due today. Twice a day changes nothing more. Answers how many were charged. */
export async function chargeLateFees(database: Database, actor: Actor): Promise<number> {
  const policy = await getFeePolicy(database.db);
  if (!policy) return 0;
  const today = await getToday(database.db, database.clock.now());
  let charged = 0;
  for (let after: string | undefined; ; ) {
    const ids = await listLateInvoices(database.db, policy, today, after);
    for (const id of ids)
      if (await inTransaction(database, actor, (work) => chargeLateFee(work, id, policy))) charged += 1;
    after = ids.at(-1);
    if (!after) return charged;
  }
}

async function getFeePolicy(db: Db): Promise<LateFeePolicy | undefined> {
  const policy = await getOverduePolicy(db);
  const fee = lateFeeIn(policy);
  if (!fee) return undefined;
  const { lateFeeGraceDays: graceDays, toleranceMinor, lateFeeMaxMinor } = policy;
  return { fee, graceDays, toleranceMinor, maxMinor: lateFeeMaxMinor ?? undefined };
}

/** Which of them is charged, and how much, is decided again when it is locked. */
async function listLateInvoices(
  db: Db,
  { fee, graceDays, toleranceMinor = 0n }: LateFeePolicy,
  today: Temporal.PlainDate,
  after = '00000000-0000-0000-0000-000000000000',
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select invoice.id from billing.invoices invoice
    where invoice.status = 'open' and invoice.due_on < ${today.subtract({ days: graceDays })}
      and invoice.balance_minor > ${toleranceMinor} and invoice.id > ${after}::uuid
      and not exists (select from billing.late_fees fee where fee.fee_invoice_id = invoice.id)
      and not exists (select from billing.late_fees fee where fee.invoice_id = invoice.id and fee.kind = ${fee.kind}
        and fee.fee_period = ${isDaily(fee) ? sql`${today}::date - invoice.due_on` : sql`0`})
    order by invoice.id limit ${batchSize}`.execute(db);
  return rows.map(({ id }) => id);
}

function isDaily({ kind }: LateFee): boolean {
  return kind === 'daily_flat' || kind === 'daily_percent';
}

async function chargeLateFee(work: Work, invoiceId: string, policy: LateFeePolicy): Promise<boolean> {
  const invoice = await lockInvoice(work, invoiceId);
  if (invoice.status !== 'open') return false;
  const { timeZone } = await getSettings(work.db);
  const today = localDate(work.now, timeZone);
  const feePeriod = isDaily(policy.fee) ? daysBetween(invoice.dueOn, today) : 0;
  const earlier = await work.db
    .selectFrom('billing.late_fees')
    .select(['kind', 'fee_period as feePeriod', 'amount_minor as amountMinor'])
    .where('invoice_id', '=', invoiceId)
    .execute();
  const amountMinor = lateFeeOf(
    {
      dueOn: invoice.dueOn,
      balanceMinor: invoice.amountMinor - invoice.settledMinor,
      chargedMinor: sumMinor(earlier.map((fee) => fee.amountMinor)),
      isCharged: earlier.some((fee) => fee.kind === policy.fee.kind && fee.feePeriod === feePeriod),
    },
    today,
    policy,
  );
  if (amountMinor === 0n) return false;
  const description = `Late fee: ${invoice.number}`;
  const line = {
    kind: 'late_fee',
    description,
    quantity: 1,
    unitMinor: amountMinor,
    discountMinor: 0n,
    tax: undefined,
  } as const;
  const issued = await issueLines(work, invoice, [line], description);
  await work.db
    .insertInto('billing.late_fees')
    .values({
      invoice_id: invoiceId,
      kind: policy.fee.kind,
      fee_period: feePeriod,
      fee_invoice_id: issued.id,
      amount_minor: amountMinor,
      charged_on: today,
    })
    .execute();
  return true;
}
