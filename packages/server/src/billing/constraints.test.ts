// The list of wrong states of billing.md section 6, each tried with plain SQL on real rows: the database refuses it, whatever the
// program may think.
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addAbsentRouter, addCustomer, issueInvoice } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };
let client: pg.Client;
/** Ids to fill the statements with. */
const id: Record<string, string> = {};

beforeAll(async () => {
  running = await openTestLastmile();
  const routerId = (await addAbsentRouter(running)).id;
  const customer = await addCustomer(running, routerId);
  const other = await addCustomer(running, routerId);
  await running.call('POST /api/billing/invoice-runs');
  const byHand = await issueInvoice(running, customer.id, { amountMinor: '10000' });
  const paid = await issueInvoice(running, customer.id);
  await running.call(`POST /api/invoices/${paid.id}/payments`, {});
  const draft = await issueInvoice(running, customer.id, { isDraft: true });
  const [line] = await running.query(
    `select l.invoice_id, l.subscription_id, l.period_on::text, l.ends_on::text from billing.invoice_lines l join billing.invoices i on i.id = l.invoice_id
     where i.customer_id = $1 and l.kind = 'recurring'`,
    [customer.id],
  );
  const [series] = await running.query(
    `select prefix, year::text, last_no::text from billing.number_series where prefix = 'INV'`,
  );
  const accounts = await running.query(`select id::text, kind from ledger.accounts where currency = 'USD'`);
  const [foreign] = await running.query(
    `insert into ledger.accounts (kind, currency) values ('cash', 'KES') returning id::text`,
  );
  const [journal] = await running.query(`select id, kind, ref_id from ledger.journals limit 1`);
  const account = (kind: string) => accounts.find((row: Loose) => row.kind === kind).id;
  Object.assign(id, {
    customer: customer.id,
    other: other.id,
    byHand: byHand.id,
    paid: paid.id,
    draft: draft.id,
    recurring: line.invoice_id,
    subscription: line.subscription_id,
    period: line.period_on,
    periodEnd: line.ends_on,
    year: series.year,
    last: series.last_no,
    receivable: account('receivable'),
    revenue: account('revenue'),
    cashKes: foreign.id,
    journal: journal.id,
    journalKind: journal.kind,
    journalRef: journal.ref_id,
  });
  client = new pg.Client({ connectionString: running.databaseUrl });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await running.close();
});

const period = (startsOn: string, endsOn: string, prev: string) =>
  `insert into billing.periods (subscription_id, starts_on, ends_on, prev_ends_on, kind, plan_version_id, price_minor)
   select '$subscription', ${startsOn}, ${endsOn}, ${prev}, 'service', plan_version_id, 1 from billing.subscriptions where id = '$subscription'`;
const invoice = (number: string, amount = 100, more = '', currency = 'USD') =>
  `insert into billing.invoices (id, series_prefix, series_year, series_no, number, customer_id, currency, net_minor, issued_on, due_on, description, created_at, status)
   values ('01890a5d-ac96-774b-bcce-b302099a8057', 'INV', $year, ${number}, 'INV-X', '$customer', '${currency}', ${amount}, '2026-01-01', '2026-01-01', 'x', now(), '${amount === 0 ? 'paid' : 'open'}');${more}`;
const line = (invoiceId: string, more = '') =>
  `insert into billing.invoice_lines (invoice_id, line_no, kind, description, unit_minor, net_minor ${more ? ', subscription_id, period_on, starts_on, ends_on' : ''})
   values ('${invoiceId}', 9, '${more ? 'recurring' : 'manual'}', 'x', 0, 0 ${more})`;
const posting = (debit: string, credit: string, currency = 'USD', amount = 1) =>
  `insert into ledger.postings (journal_id, debit_id, credit_id, currency, amount_minor) values ('$journal', ${debit}, ${credit}, '${currency}', ${amount})`;

test.each<[string, string, RegExp]>([
  ['a period that overlaps another by its beginning', period(`'$period'`, `'$periodEnd'`, 'null'), /periods_pkey/],
  [
    'a period that overlaps another from within',
    period(`'$period'::date + 3`, `'$periodEnd'::date + 3`, `'$period'::date + 3`),
    /periods_chain/,
  ],
  [
    'a period after a gap',
    period(`'$periodEnd'::date + 1`, `'$periodEnd'::date + 9`, `'$periodEnd'::date + 1`),
    /periods_chain/,
  ],
  [
    'two periods that end on one day',
    period(`'$period'::date - 3`, `'$periodEnd'`, `'$period'::date - 3`),
    /periods_subscription_id_ends_on_key/,
  ],
  ['a second beginning', period(`'$periodEnd'::date`, `'$periodEnd'::date + 9`, 'null'), /periods_one_beginning/],
  [
    'a period that names another as its predecessor',
    period(`'$periodEnd'::date + 1`, `'$periodEnd'::date + 9`, `'$periodEnd'`),
    /periods_check/,
  ],
  ['a period without a day', period(`'$periodEnd'`, `'$periodEnd'`, `'$periodEnd'`), /periods_check/],
  [
    'the end of a chain pulled back under a charge',
    `delete from billing.periods where subscription_id = '$subscription'`,
    /foreign key/,
  ],
  [
    'one period on two lines',
    `update billing.number_series set last_no = last_no + 1 where prefix = 'INV'; ${invoice('$last + 1', 0)} ${line('01890a5d-ac96-774b-bcce-b302099a8057', `, '$subscription', '$period', '$period', '$periodEnd'`)}`,
    /invoice_lines_period/,
  ],
  [
    'paid without money',
    `update billing.invoices set status = 'paid' where id = '$byHand'`,
    /invoices_paid_is_settled/,
  ],
  [
    'settled, and still open',
    `update billing.invoices set settled_minor = amount_minor where id = '$byHand'`,
    /invoices_paid_is_settled/,
  ],
  [
    'paid more than it is',
    `update billing.invoices set settled_minor = amount_minor + 1, status = 'paid' where id = '$byHand'`,
    /invoices_settled|invoices_paid_is_settled/,
  ],
  [
    'less than nothing paid',
    `update billing.invoices set settled_minor = -1 where id = '$byHand'`,
    /invoices_(settled|paid_is_settled)/,
  ],
  ['void with money on it', `update billing.invoices set status = 'void' where id = '$paid'`, /check constraint/],
  ['a number twice', invoice('$last'), /series_no_key/],
  ['a number that was not drawn', invoice('$last + 1'), /would have a gap, or were not drawn/],
  [
    'a gap between numbers',
    `update billing.number_series set last_no = last_no + 2 where prefix = 'INV'; ${invoice('$last + 2')}`,
    /would have a gap/,
  ],
  ['a counter that goes back', `update billing.number_series set last_no = last_no - 1`, /drawn once/],
  ['a counter that is deleted', `delete from billing.number_series`, /drawn once/],
  [
    'an invoice without lines',
    `update billing.number_series set last_no = last_no + 1 where prefix = 'INV'; ${invoice('$last + 1')}`,
    /has no lines/,
  ],
  ['a line more on an issued invoice', line('$byHand'), /do not sum to it, or came after/],
  [
    'another amount of an issued invoice',
    `update billing.invoices set net_minor = 1 where id = '$byHand'`,
    /is issued/,
  ],
  [
    'another due day of an issued invoice',
    `update billing.invoices set due_on = due_on + 1 where id = '$byHand'`,
    /is issued/,
  ],
  [
    'another customer of an issued invoice',
    `update billing.invoices set customer_id = '$other' where id = '$byHand'`,
    /is issued/,
  ],
  [
    'an issued invoice made a draft',
    `update billing.invoices set status = 'draft', series_prefix = null, series_year = null, series_no = null, number = null, issued_on = null where id = '$byHand'`,
    /is issued/,
  ],
  ['an issued invoice deleted', `delete from billing.invoices where id = '$byHand'`, /is issued/],
  [
    'a line of an issued invoice changed',
    `update billing.invoice_lines set description = 'y' where invoice_id = '$byHand'`,
    /never changed/,
  ],
  [
    'a line of an issued invoice deleted',
    `delete from billing.invoice_lines where invoice_id = '$byHand'`,
    /never changed/,
  ],
  ['all invoices at once', `truncate billing.invoices cascade`, /append-only/],
  ['a draft with a number', `update billing.invoices set number = 'INV-1' where id = '$draft'`, /invoices_numbered/],
  [
    'a draft issued without a number',
    `update billing.invoices set status = 'open' where id = '$draft'`,
    /invoices_numbered|would leave a gap/,
  ],
  [
    'a line that charges somebody else',
    `update billing.invoices set customer_id = '$other' where id = '$draft'; insert into billing.invoice_lines (invoice_id, line_no, kind, description, unit_minor, net_minor, subscription_id) values ('$draft', 2, 'setup', 'x', 0, 0, '$subscription')`,
    /another customer or currency/,
  ],
  [
    'a line that charges another currency',
    `insert into customers.currencies values ('$customer', 'KES'); update billing.invoices set currency = 'KES' where id = '$draft'; insert into billing.invoice_lines (invoice_id, line_no, kind, description, unit_minor, net_minor, subscription_id) values ('$draft', 2, 'setup', 'x', 0, 0, '$subscription')`,
    /another customer or currency/,
  ],
  [
    'an invoice in a foreign currency',
    `update billing.number_series set last_no = last_no + 1 where prefix = 'INV'; ${invoice('$last + 1', 100, '', 'KES')}`,
    /invoices_customer_currency/,
  ],
  [
    'a draft made one in a foreign currency',
    `update billing.invoices set currency = 'KES' where id = '$draft'`,
    /invoices_customer_currency/,
  ],
  [
    'a subscription in a foreign currency',
    `insert into plans.versions (id, plan_id, version, price_minor, currency, period_unit, period_count, created_at)
    select '01890a5d-ac96-774b-bcce-b302099a8059', plan_id, 100, 1, 'KES', 'month', 1, now() from plans.versions limit 1;
    update billing.subscriptions set currency = 'KES', plan_version_id = '01890a5d-ac96-774b-bcce-b302099a8059' where id = '$subscription'`,
    /subscriptions_customer_currency/,
  ],
  [
    'a credit note in another currency than its invoice',
    `insert into customers.currencies values ('$customer', 'KES'); insert into billing.number_series (prefix, year, kind, last_no) values ('CN', 2026, 'credit_note', 1);
    insert into billing.credit_notes (id, series_prefix, series_year, series_no, number, invoice_id, customer_id, currency, net_minor, tax_minor, applied_minor, reason, issued_on, by_name, created_at)
    values (gen_random_uuid(), 'CN', 2026, 1, 'CN-1', '$byHand', '$customer', 'KES', 1, 0, 0, 'x', '2026-01-01', 'x', now())`,
    /credit_notes_invoice_id_currency_fkey/,
  ],
  [
    'a line of a credit note that takes back its price and charges its tax',
    `insert into billing.number_series (prefix, year, kind, last_no) values ('CN', 2026, 'credit_note', 1);
    insert into billing.credit_notes (id, series_prefix, series_year, series_no, number, invoice_id, customer_id, currency, net_minor, tax_minor, applied_minor, reason, issued_on, by_name, created_at)
    values ('01890a5d-ac96-774b-bcce-b302099a8060', 'CN', 2026, 1, 'CN-1', '$byHand', '$customer', 'USD', 10, -1, 0, 'x', '2026-01-01', 'x', now());
    insert into billing.credit_note_lines (credit_note_id, line_no, description, amount_minor, net_minor, tax_minor) values ('01890a5d-ac96-774b-bcce-b302099a8060', 1, 'x', 10, 10, -1)`,
    /credit_note_lines_one_side/,
  ],
  [
    'a currency that a customer owes in, taken from him',
    `delete from customers.currencies where customer_id = '$customer'`,
    /_customer_currency/,
  ],
  [
    'more credited than invoiced',
    `insert into billing.number_series (prefix, year, kind, last_no) values ('CN', 2026, 'credit_note', 1); insert into billing.credit_notes (id, series_prefix, series_year, series_no, number, invoice_id, customer_id, currency, net_minor, tax_minor, applied_minor, reason, issued_on, by_name, created_at)
    values (gen_random_uuid(), 'CN', 2026, 1, 'CN-1', '$byHand', '$customer', 'USD', 10001, 0, 0, 'x', '2026-01-01', 'x', now())`,
    /invoices_credited/,
  ],
  [
    'money of another currency on an invoice',
    `insert into billing.number_series (prefix, year, kind, last_no) values ('R', 0, 'receipt', 1);
    insert into billing.payments (id, customer_id, amount_minor, currency, method, received_on, recorded_by, recorded_at, receipt_prefix, receipt_year, receipt_no, receipt_number) values ('01890a5d-ac96-774b-bcce-b302099a8058', '$customer', 1, 'KES', 'cash', '2026-01-01', 'x', now(), 'R', 0, 1, 'R-1');
    insert into billing.allocations (payment_id, invoice_id, currency, amount_minor) values ('01890a5d-ac96-774b-bcce-b302099a8058', '$byHand', 'KES', 1)`,
    /foreign key/,
  ],
  [
    'more of a payment given out than it is',
    `update billing.payments set allocated_minor = amount_minor + 1 where customer_id = '$customer'`,
    /payments_used/,
  ],
  [
    'more given back than is left of a payment',
    `update billing.payments set refunded_minor = 1 where customer_id = '$customer'`,
    /payments_used/,
  ],
  [
    'less than nothing of a payment given out',
    `update billing.payments set allocated_minor = -1 where customer_id = '$customer'`,
    /payments_used/,
  ],
  [
    'a payment twice from one provider',
    `insert into billing.payments (id, customer_id, amount_minor, currency, method, received_on, recorded_by, recorded_at, provider, provider_ref, receipt_prefix, receipt_year, receipt_no, receipt_number)
    select gen_random_uuid(), '$customer', 1, 'USD', 'mobile_money', '2026-01-01', 'x', now(), 'x', 'x', 'R', 0, n, 'R-' || n from generate_series(1, 2) n`,
    /payments_provider_ref/,
  ],
  [
    'another amount of a payment',
    `update billing.payments set amount_minor = amount_minor + 1 where customer_id = '$customer'`,
    /append-only|never changed/,
  ],
  ['an allocation rewritten', `update billing.allocations set amount_minor = 1`, /append-only/],
  ['an allocation deleted', `delete from billing.allocations`, /append-only/],
  ['a posting in a foreign currency', posting('$cashKes', '$revenue'), /foreign key/],
  ['a posting from an account to itself', posting('$revenue', '$revenue'), /check constraint/],
  ['a posting of nothing', posting('$receivable', '$revenue', 'USD', 0), /check constraint/],
  [
    'an event booked twice',
    `insert into ledger.journals (id, kind, ref_id, posted_on, created_at) values (gen_random_uuid(), '$journalKind', '$journalRef', '2026-01-01', now())`,
    /journals_kind_ref_id_key/,
  ],
  [
    'a journal that says nothing',
    `insert into ledger.journals (id, kind, ref_id, posted_on, created_at) values (gen_random_uuid(), 'x', gen_random_uuid(), '2026-01-01', now())`,
    /has no posting/,
  ],
  [
    'a journal in a closed month',
    `insert into ledger.closing (closed_through, closed_by, closed_at) values ('2100-01-31', 'x', now()); insert into ledger.journals (id, kind, ref_id, posted_on, created_at) values (gen_random_uuid(), 'x', gen_random_uuid(), '2026-01-01', now())`,
    /month is closed/,
  ],
  [
    'books closed in the middle of a month',
    `insert into ledger.closing (closed_through, closed_by, closed_at) values ('2026-01-30', 'x', now())`,
    /closing_is_a_month/,
  ],
  ['a journal rewritten', `update ledger.journals set posted_on = '2020-01-01'`, /append-only/],
  ['a journal deleted', `delete from ledger.journals`, /append-only/],
  ['a posting rewritten', `update ledger.postings set amount_minor = 1`, /append-only/],
  ['all postings at once', `truncate ledger.postings`, /append-only/],
  ['a price rewritten', `update plans.versions set price_minor = 1`, /append-only/],
  [
    'a tax rate rewritten',
    `insert into plans.taxes (id, name, rate_bp, created_at) values (gen_random_uuid(), 'VAT', 1600, now()); update plans.taxes set rate_bp = 1`,
    /append-only/,
  ],
  [
    'two subscriptions of one account',
    `insert into billing.subscriptions (id, customer_id, account_id, plan_version_id, currency, starts_on, anchor_day, period_unit, period_count, charged_from, charged_through, created_at)
    select gen_random_uuid(), customer_id, account_id, plan_version_id, currency, starts_on, 1, 'month', 1, starts_on, starts_on, now() from billing.subscriptions where id = '$subscription'`,
    /subscriptions_account/,
  ],
  ['an anchor on the 32nd', `update billing.subscriptions set anchor_day = 32`, /anchor_day/],
  [
    'two discounts on one price',
    `update billing.subscriptions set discount_bp = 1, discount_minor = 1`,
    /check constraint/,
  ],
])('%s is refused', async (_name, statement, refusal) => {
  const filled = statement.replace(/\$([a-zA-Z]+)/g, (_, name: string) => id[name] ?? `?${name}`);
  await client.query('begin');
  try {
    // What is looked at only at the commit is looked at now, so that each attempt leaves nothing behind.
    await expect(client.query(`${filled}; set constraints all immediate`)).rejects.toThrow(refusal);
  } finally {
    await client.query('rollback');
  }
});

test('of eight allocations of 30.00 at once on a payment of 100.00, three succeed', async () => {
  const { id: customerId } = await addCustomer(running, (await addAbsentRouter(running)).id);
  await running.call('POST /api/payments', { customerId, amountMinor: '10000' });
  const clients = Array.from({ length: 8 }, () => new pg.Client({ connectionString: running.databaseUrl }));
  await Promise.all(clients.map((one) => one.connect()));
  const answers = await Promise.allSettled(
    clients.map((one) =>
      one.query('update billing.payments set allocated_minor = allocated_minor + 3000 where customer_id = $1', [
        customerId,
      ]),
    ),
  );
  await Promise.all(clients.map((one) => one.end()));
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  for (const answer of answers)
    if (answer.status === 'rejected') expect(answer.reason.message).toMatch(/payments_used/);
});

test('of eight invoices of 30.00 issued at once to who has a credit of 100.00, three are paid and one in part', async () => {
  const { id: customerId } = await addCustomer(running, (await addAbsentRouter(running)).id);
  await running.call('POST /api/payments', { customerId, amountMinor: '10000' });
  await Promise.all(Array.from({ length: 8 }, () => issueInvoice(running, customerId, { amountMinor: '3000' })));
  const settled = await running.query(
    'select settled_minor::int as minor from billing.invoices where customer_id = $1 order by 1 desc',
    [customerId],
  );
  expect(settled.map(({ minor }) => minor)).toEqual([3000, 3000, 3000, 1000, 0, 0, 0, 0]);
  expect(
    await running.query('select allocated_minor::int as it from billing.payments where customer_id = $1', [customerId]),
  ).toEqual([{ it: 10_000 }]);
});
