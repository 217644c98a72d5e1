// A statement of the demo's bank: what is certain, what a person must look at, what nobody is named in, and what is in the books.

import { importBankFile } from '@lastmile/server/billing/bank/bank-imports.ts';
import { assignIfCertain, listBankLines } from '@lastmile/server/billing/bank-lines.ts';
import { type Actor, type Database, inTransaction } from '@lastmile/server/platform/db.ts';

const office: Actor = { kind: 'staff', id: null, name: 'admin' };

const format = {
  skippedLines: 1,
  dateColumn: 0,
  dateOrder: 'ymd' as const,
  amountColumn: 3,
  decimalSign: '.' as const,
  payerColumn: 1,
  referenceColumns: [2],
  bankRefColumn: 4,
};

type Debt = { number: string; customerNumber: number; name: string; amount: string };
type Transfer = { name: string; amount: string; receivedOn: string };

/** Reads one statement of yesterday; a demo that has one is left alone. */
export async function fillBank(database: Database): Promise<void> {
  const { rows } = await database.pool.query('select exists (select from billing.bank_imports) as it');
  if (rows[0]?.it) return;
  const { rows: debts } = await database.pool.query<Debt>(
    `select invoice.number, customer.number as "customerNumber", customer.name, to_char(invoice.balance_minor / 100.0, 'FM999999990.00') as amount
     from billing.invoices invoice join customers.customers customer on customer.id = invoice.customer_id
     where invoice.status = 'open' and invoice.balance_minor > 0 order by invoice.id limit 6`,
  );
  const { rows: transfers } = await database.pool.query<Transfer>(
    `select customer.name, to_char(payment.amount_minor / 100.0, 'FM999999990.00') as amount, payment.received_on::text as "receivedOn"
     from billing.payments payment join customers.customers customer on customer.id = payment.customer_id
     where payment.method = 'transfer' and payment.reversed_at is null order by payment.received_on desc, payment.id desc limit 1`,
  );
  const lines = linesOf(database, debts, transfers);
  const content = Buffer.from(lines.map((line) => line.join(';')).join('\r\n')).toString('base64');
  await inTransaction(database, office, (work) =>
    importBankFile(work, { fileName: 'equity-bank.csv', bank: 'Equity Bank', content, format }),
  );
  await recordSome(database);
}

function linesOf(database: Database, debts: readonly Debt[], transfers: readonly Transfer[]): string[][] {
  const day = database.clock.now().toZonedDateTimeISO('Africa/Nairobi').toPlainDate().subtract({ days: 1 }).toString();
  const [first, second, third, fourth, fifth] = debts;
  const entries = [
    ...[first, second, third].flatMap((debt) =>
      debt ? [[day, debt.name, `Invoice ${debt.number}`, debt.amount]] : [],
    ),
    ...(fourth ? [[day, fourth.name, `Internet #${fourth.customerNumber}, a part`, '10.00']] : []),
    ...(first && fifth
      ? [[day, 'Kilima Flats Ltd', `Flats of #${first.customerNumber} and #${fifth.customerNumber}`, '60.00']]
      : []),
    ...transfers.map(({ name, amount, receivedOn }) => [receivedOn, name, 'Internet, thank you', amount]),
    [day, 'WANANCHI SACCO', 'DEPOSIT 0091', '45.00'],
    [day, 'Equity Bank', 'Interest', '1.24'],
    [day, 'Market Road Power Co', 'Electricity', '-84.00'],
  ];
  return [
    ['Date', 'Payer', 'Reference', 'Amount', 'Transaction'],
    ...entries.map((entry, index) => [...entry, `EQ${7_000_100 + index}`]),
  ];
}

/** Two of the certain ones are payments already; what else is certain is there to be recorded. */
async function recordSome(database: Database): Promise<void> {
  const { items } = await listBankLines(database.db, { limit: 50, state: 'waiting' });
  const certain = items.filter(({ suggestions }) => suggestions[0]?.confidence === 'certain');
  for (const { id } of certain.slice(0, 2)) await inTransaction(database, office, (work) => assignIfCertain(work, id));
}
