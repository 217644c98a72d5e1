// From a bank's file to payments: read, kept once, assigned, undone, and nothing twice.
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addAbsentRouter, addCustomer, fresh, getCustomer, issueInvoice } from '#test/provider.test-support.ts';
import { eventually, type Loose, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };
let routerId: string;
let customer: Loose;
let bank: string;

beforeAll(async () => {
  running = await openTestLastmile();
  routerId = (await addAbsentRouter(running)).id;
});
afterAll(() => running.close());
beforeEach(async () => {
  customer = await addCustomer(running, routerId, { name: fresh('Marta') });
  bank = fresh('Bank');
});

const later = (days: number) => Temporal.Now.plainDateISO('UTC').add({ days }).toString();
const owe = (amountMinor: string) => issueInvoice(running, customer.id, { amountMinor, dueOn: later(5) });
const heads = 'Date;Payer;Reference;Amount;Transaction ID';
const line = (payer: string, reference: string, amount: string, ref: string, day = later(-1)) =>
  [day, payer, reference, amount, ref].join(';');
const base64 = (lines: string[]) => Buffer.from([heads, ...lines].join('\r\n')).toString('base64');
const format = {
  skippedLines: 1,
  dateColumn: 0,
  dateOrder: 'ymd',
  amountColumn: 3,
  decimalSign: '.',
  payerColumn: 1,
  referenceColumns: [2],
  bankRefColumn: 4,
};
const review = async (lines: string[], change: object = {}) =>
  (await running.call('POST /api/bank-imports/review', { fileName: 'july.csv', content: base64(lines), ...change }))
    .body;
const importFile = (lines: string[], change: object = {}) =>
  running.call('POST /api/bank-imports', { fileName: 'july.csv', content: base64(lines), bank, format, ...change });
const linesOf = async (query = '') =>
  (await running.call(`GET /api/bank-lines?limit=200${query}`)).body.items.filter((one: Loose) => one.bank === bank);
const only = async () => (await linesOf())[0];
const assign = (id: string, parts: object[]) => running.call(`POST /api/bank-lines/${id}/assign`, { parts });
const whole = () => [{ customerId: customer.id, amountMinor: '2999' }];
const waitForAll = async () => {
  let [next, assignedCount] = [undefined as string | null | undefined, 0];
  do {
    const { body } = await running.call('POST /api/bank-lines/assign-certain', next ? { after: next } : {});
    assignedCount += body.assignedCount;
    next = body.next;
  } while (next);
  return assignedCount;
};

test('a review says what would become of each line, with whom it is of, and writes nothing', async () => {
  const invoice = await owe('2999');
  const lines = [
    line('Somebody', `pays ${invoice.number}`, '29.99', 'A1'),
    line('Water works', 'bill', '-40.00', 'A2'),
    line('Marta', 'x', 'much', 'A3'),
  ];
  const seen = await review(lines);
  expect(seen).toMatchObject({
    encoding: 'UTF-8',
    delimiter: ';',
    columnCount: 5,
    bank: null,
    format,
    newMinor: '2999',
  });
  expect(seen.counts).toEqual({ new: 1, known: 0, outgoing: 1, unreadable: 1 });
  expect(seen.rows.map(({ lineNo, state }: Loose) => [lineNo, state])).toEqual([
    [2, 'new'],
    [3, 'outgoing'],
    [4, 'unreadable'],
  ]);
  expect(seen.rows[0].suggestion).toMatchObject({
    confidence: 'certain',
    reasons: ['invoice_number', 'amount'],
    customerId: customer.id,
    invoices: [{ id: invoice.id }],
  });
  expect(await linesOf()).toEqual([]);
});

test('what is certain becomes payments, once: the customer’s invoice is paid, and the same file brings nothing new', async () => {
  const invoice = await owe('2999');
  const lines = [line('X', `${invoice.number.toLowerCase()}`, '29.99', 'B1'), line('Nobody', 'thanks', '5.00', 'B2')];
  expect((await importFile(lines)).body).toMatchObject({
    newCount: 2,
    knownCount: 0,
    leftOutCount: 0,
    waitingCount: 2,
  });
  expect(await waitForAll()).toBeGreaterThanOrEqual(1);
  expect((await running.call(`GET /api/invoices/${invoice.id}`)).body).toMatchObject({ status: 'paid' });
  const [paid] = (await running.call(`GET /api/payments?customerId=${customer.id}`)).body.items;
  expect(paid).toMatchObject({ amountMinor: '2999', method: 'transfer', receivedOn: later(-1) });
  expect((await linesOf('&state=waiting')).map(({ bankRef }: Loose) => bankRef)).toEqual(['B2']);
  expect((await importFile(lines)).body).toMatchObject({ newCount: 0, knownCount: 2 });
  expect((await review(lines)).counts).toMatchObject({ new: 0, known: 2 });
  expect((await review(lines)).bank).toBe(bank);
});

test('the same file read twice at the same moment is kept once', async () => {
  const lines = [line('A', 'x', '1.00', 'C1'), line('B', 'y', '2.00', 'C2')];
  const answers = await Promise.all([importFile(lines), importFile(lines), importFile(lines)]);
  expect(answers.map(({ status, body }) => [status, body.newCount]).toSorted()).toEqual([
    [201, 0],
    [201, 0],
    [201, 2],
  ]);
  expect(await linesOf()).toHaveLength(2);
});

test('a payment whose callback never came is found in the statement of the bank, and he is on again', async () => {
  const invoice = await issueInvoice(running, customer.id, { amountMinor: '2999', dueOn: later(-30) });
  await running.call('POST /api/billing/overdue-runs');
  const blocks = async () => (await getCustomer(running, customer.id)).accounts[0].blocks;
  expect(await blocks()).toMatchObject([{ reason: 'overdue' }]);
  await importFile([line(customer.name, `mobile money ${invoice.number}`, '29.99', 'MM-LOST-1')]);
  await waitForAll();
  expect(await blocks()).toEqual([]);
  expect((await running.call(`GET /api/invoices/${invoice.id}`)).body).toMatchObject({ status: 'paid' });
});

test('two equal lines of a bank without numbers are two, and a longer file brings only what is new', async () => {
  const without = { format: { ...format, bankRefColumn: null } };
  const twice = line('Ana', 'July', '10.00', '');
  expect((await importFile([twice, twice], without)).body.newCount).toBe(2);
  expect((await importFile([twice, twice, twice], without)).body).toMatchObject({ newCount: 1, knownCount: 2 });
});

test('a waiting line is split over two customers, the rest waits, and more than is left is refused', async () => {
  const other = await addCustomer(running, routerId);
  await importFile([line('Landlord', 'two flats', '50.00', 'D1')]);
  const { id } = await only();
  const first = await assign(id, [
    { customerId: customer.id, amountMinor: '2000' },
    { customerId: other.id, amountMinor: '1000' },
  ]);
  expect(first).toMatchObject({ status: 201, body: { state: 'waiting', assignedMinor: '3000' } });
  expect(first.body.payments).toHaveLength(2);
  expect(await assign(id, [{ customerId: other.id, amountMinor: '2001' }])).toMatchObject({
    status: 409,
    body: { code: 'bank_line_exceeded', details: { leftMinor: '2000' } },
  });
  expect((await assign(id, [{ customerId: other.id, amountMinor: '2000' }])).body.state).toBe('assigned');
  expect(await assign(id, whole())).toMatchObject({ status: 409, body: { code: 'bank_line_not_waiting' } });
});

test('a split that waits for one of its customers keeps nobody else from being given a receipt', async () => {
  const [busy, stranger] = [await addCustomer(running, routerId), await addCustomer(running, routerId)];
  await importFile([line('Landlord', 'two flats', '50.00', 'D2')]);
  const { id } = await only();
  const somebody = new pg.Client(running.databaseUrl);
  await somebody.connect();
  try {
    await somebody.query('begin');
    await somebody.query('select from customers.customers where id = $1 for update', [busy.id]);
    const split = assign(id, [
      { customerId: busy.id, amountMinor: '2000' },
      { customerId: customer.id, amountMinor: '3000' },
    ]);
    await eventually(async () => {
      const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      return (await running.query(waiting)).length > 0;
    });
    const paid = await running.call('POST /api/payments', { customerId: stranger.id, amountMinor: '100' });
    expect(paid.status).toBe(201);
    await somebody.query('commit');
    expect((await split).body.state).toBe('assigned');
  } finally {
    await somebody.end();
  }
});

test('two people who assign one line at the same moment record one payment', async () => {
  await importFile([line('X', 'y', '29.99', 'E1')]);
  const { id } = await only();
  const answers = await Promise.all([assign(id, whole()), assign(id, whole()), assign(id, whole())]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
  expect((await running.call(`GET /api/payments?customerId=${customer.id}`)).body.items).toHaveLength(1);
});

test('a payment that was assigned to the wrong one is undone, and its line waits again for the right one', async () => {
  const wrong = await addCustomer(running, routerId);
  await importFile([line('X', 'y', '29.99', 'F1')]);
  const { id } = await only();
  const { payments } = (await assign(id, [{ customerId: wrong.id, amountMinor: '2999' }])).body;
  await running.call(`POST /api/payments/${payments[0].id}/reverse`, { reason: 'wrong customer' });
  expect(await only()).toMatchObject({ state: 'waiting', assignedMinor: '0', payments: [] });
  expect((await assign(id, whole())).body).toMatchObject({ state: 'assigned', payments: [{ amountMinor: '2999' }] });
});

test('a transfer that was recorded by hand is not recorded a second time by itself', async () => {
  await running.call('POST /api/payments', { customerId: customer.id, amountMinor: '2999', method: 'transfer' });
  await owe('2999');
  await owe('2999');
  await importFile([line('X', `#${customer.number}`, '29.99', 'G1')]);
  expect((await only()).suggestions[0]).toMatchObject({ confidence: 'possible', customerId: customer.id });
  expect((await only()).suggestions[0].reasons).toContain('recorded_already');
  await waitForAll();
  expect((await only()).state).toBe('waiting');
});

test('a transfer that was recorded by hand is linked to its line: recorded once, and unlinked the line waits again', async () => {
  const byHand = { customerId: customer.id, amountMinor: '2999', method: 'transfer', receivedOn: later(-2) };
  const { id: paymentId } = (await running.call('POST /api/payments', byHand)).body;
  await importFile([line(customer.name, 'thanks', '29.99', 'L1'), line('X', 'y', '40.00', 'L2')]);
  const byRef = async (ref: string) => (await linesOf()).find(({ bankRef }: Loose) => bankRef === ref);
  const [mine, other] = [await byRef('L1'), await byRef('L2')];
  expect(mine.recorded[0]).toMatchObject({
    id: paymentId,
    customerName: customer.name,
    customerNumber: customer.number,
    receivedOn: later(-2),
  });
  const link = (lineId: string, act = 'link') => running.call(`POST /api/bank-lines/${lineId}/${act}`, { paymentId });
  const answers = await Promise.all([link(mine.id), link(mine.id)]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  expect((await running.call(`GET /api/bank-lines?search=L1&limit=200`)).body.items).toContainEqual(
    expect.objectContaining({
      id: mine.id,
      state: 'assigned',
      payments: [expect.objectContaining({ isLinked: true })],
    }),
  );
  expect((await running.call(`GET /api/payments?customerId=${customer.id}`)).body.items).toHaveLength(1);
  expect(await link(other.id)).toMatchObject({ status: 409, body: { code: 'payment_linked' } });
  expect(await link(other.id, 'unlink')).toMatchObject({ status: 409, body: { code: 'payment_not_linked' } });
  expect(await link(mine.id, 'unlink')).toMatchObject({
    status: 200,
    body: { state: 'waiting', assignedMinor: '0', payments: [] },
  });
  await link(mine.id);
  await running.call(`POST /api/payments/${paymentId}/reverse`, { reason: 'never came' });
  expect(await byRef('L1')).toMatchObject({ state: 'waiting', assignedMinor: '0', payments: [] });
  expect(await link(mine.id, 'unlink')).toMatchObject({ status: 409 });
  expect((await assign(mine.id, whole())).body).toMatchObject({ state: 'assigned' });
});

test.each([
  ['cash', { method: 'cash', amountMinor: '100' }, 'invalid_input'],
  ['in another currency', { method: 'transfer', amountMinor: '100', currency: 'EUR' }, 'invalid_input'],
  ['more than the line', { method: 'transfer', amountMinor: '101' }, 'bank_line_exceeded'],
])('a payment that is %s is not linked to a line', async (_what, payment, code) => {
  const { body } = await running.call('POST /api/payments', { customerId: customer.id, ...payment });
  await importFile([line('X', 'y', '1.00', 'M1')]);
  const { id } = await only();
  expect((await running.call(`POST /api/bank-lines/${id}/link`, { paymentId: body.id })).body.code).toBe(code);
  expect((await only()).state).toBe('waiting');
});

test('a payment that a line became is not unlinked: it is undone', async () => {
  await importFile([line('X', 'y', '29.99', 'N1')]);
  const { id } = await only();
  const { payments } = (await assign(id, whole())).body;
  expect(await running.call(`POST /api/bank-lines/${id}/unlink`, { paymentId: payments[0].id })).toMatchObject({
    status: 409,
    body: { code: 'payment_not_linked' },
  });
  const remove = 'delete from billing.bank_line_payments where line_id = $1';
  await expect(running.query(remove, [id])).rejects.toThrow();
});

test('a line that is nobody’s payment is set aside with a reason, and can be taken back', async () => {
  await importFile([line('Bank', 'interest', '0.12', 'H1')]);
  const { id } = await only();
  const aside = await running.call(`POST /api/bank-lines/${id}/set-aside`, { reason: 'interest of the bank' });
  expect(aside.body).toMatchObject({ state: 'set_aside', setAsideBy: 'admin', setAsideReason: 'interest of the bank' });
  expect(await assign(id, [{ customerId: customer.id, amountMinor: '12' }])).toMatchObject({ status: 409 });
  expect((await linesOf('&state=waiting')).length).toBe(0);
  expect((await running.call(`POST /api/bank-lines/${id}/take-back`)).body.state).toBe('waiting');
  expect(await running.call(`POST /api/bank-lines/${id}/take-back`)).toMatchObject({
    status: 409,
    body: { code: 'bank_line_not_set_aside' },
  });
});

test('what the bank wrote cannot be changed or deleted, whoever asks the database', async () => {
  await importFile([line('Bank', 'x', '1.00', 'I1')]);
  const { id } = await only();
  for (const statement of [
    'update billing.bank_lines set amount_minor = 5 where id = $1',
    'update billing.bank_lines set assigned_minor = 101 where id = $1',
    'delete from billing.bank_lines where id = $1',
  ])
    await expect(running.query(statement, [id])).rejects.toThrow();
});
