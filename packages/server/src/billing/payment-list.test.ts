// Payments as the office looks for them, and what one would settle before it is recorded.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { textOfPdf } from '#test/pdf-text.test-support.ts';
import { addAbsentRouter, addCustomer, fresh, issueInvoice } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };
let routerId: string;
let customerId: string;
let name: string;

beforeAll(async () => {
  running = await openTestLastmile();
  routerId = (await addAbsentRouter(running)).id;
});
afterAll(() => running.close());
beforeEach(async () => {
  name = fresh('Jelena');
  customerId = (await addCustomer(running, routerId, { name })).id;
});

const later = (days: number) => Temporal.Now.plainDateISO('UTC').add({ days }).toString();
const receive = async (amountMinor: string, change: Record<string, unknown> = {}) =>
  (await running.call('POST /api/payments', { customerId, amountMinor, ...change })).body;
const found = async (query: string) => {
  const { items } = (await running.call(`GET /api/payments?customerId=${customerId}&${query}`)).body;
  return items.map(({ amountMinor }: Loose) => amountMinor);
};

test('payments are found by receipt, by the reference of the bank in any case, by customer, days, way and state', async () => {
  const cash = await receive('100');
  await receive('200', { method: 'transfer', provider: 'bank', providerRef: fresh('Ref'), receivedOn: later(-9) });
  const { providerRef } = (await running.call(`GET /api/payments/${(await receive('300', { method: 'card' })).id}`))
    .body;
  expect(providerRef).toBeNull();
  const undone = await receive('400');
  await running.call(`POST /api/payments/${undone.id}/reverse`, { reason: 'was none' });
  const [{ ref }] = await running.query(
    `select provider_ref as ref from billing.payments where customer_id = $1 and provider_ref is not null`,
    [customerId],
  );
  expect(await found(`search=${cash.receiptNumber.toLowerCase()}`)).toEqual(['100']);
  expect(await found(`search=${Number(cash.receiptNumber.slice(4))}`)).toContain('100');
  expect(await found(`search=${ref.toUpperCase()}`)).toEqual(['200']);
  expect(await found(`search=${name.toUpperCase()}`)).toEqual(['400', '300', '200', '100']);
  expect(await found(`search=nobody-of-this-name`)).toEqual([]);
  expect(await found(`from=${later(-1)}&state=standing`)).toEqual(['300', '100']);
  expect(await found(`to=${later(-5)}`)).toEqual(['200']);
  expect(await found('state=reversed')).toEqual(['400']);
  expect(await found('method=card')).toEqual(['300']);
});

test('the totals are of the same payments as the list, and what was undone does not count', async () => {
  await receive('100');
  await receive('250');
  await receive('300', { method: 'card' });
  const undone = await receive('400');
  await running.call(`POST /api/payments/${undone.id}/reverse`, { reason: 'was none' });
  const totals = async (query: string) =>
    (await running.call(`GET /api/payments/totals?customerId=${customerId}&${query}`)).body.received.map(
      ({ method, count, amountMinor }: Loose) => [method, count, amountMinor],
    );
  expect(await totals('')).toEqual([
    ['card', 1, '300'],
    ['cash', 2, '350'],
  ]);
  expect(await totals('method=card')).toEqual([['card', 1, '300']]);
  expect(await totals(`from=${later(-9)}&to=${later(-3)}`)).toEqual([]);
});

test('a preview says what a payment settles, writes nothing, and the payment does just that', async () => {
  const late = await issueInvoice(running, customerId, { amountMinor: '2000', dueOn: later(2) });
  const later9 = await issueInvoice(running, customerId, { amountMinor: '3000', dueOn: later(9) });
  const preview = (change: object) =>
    running.call('POST /api/payments/preview', { customerId, amountMinor: '2500', ...change });
  const parts = ({ invoices }: Loose) => invoices.map(({ invoiceId, amountMinor }: Loose) => [invoiceId, amountMinor]);
  const oldest = (await preview({})).body;
  expect(parts(oldest)).toEqual([
    [late.id, '2000'],
    [later9.id, '500'],
  ]);
  expect(oldest.creditMinor).toBe('0');
  const chosen = (await preview({ invoiceIds: [later9.id] })).body;
  expect(parts(chosen)).toEqual([
    [late.id, '0'],
    [later9.id, '2500'],
  ]);
  expect((await preview({ amountMinor: '6000' })).body.creditMinor).toBe('1000');
  expect((await running.call(`GET /api/payments?customerId=${customerId}`)).body.items).toEqual([]);
  const paid = await receive('2500');
  expect(paid.allocations.map(({ invoiceId, amountMinor }: Loose) => [invoiceId, amountMinor])).toEqual(parts(oldest));
  expect(await preview({ invoiceIds: [late.id] })).toMatchObject({
    status: 409,
    body: { code: 'invoice_not_open', fields: [{ path: 'invoiceIds.0' }] },
  });
});

const load = async (path: string) =>
  fetch(running.lastmile.url + path, { headers: { authorization: `Bearer ${await running.tokenOf('admin')}` } });
const words = async (path: string) => {
  const answer = await load(path);
  expect(answer.headers.get('content-type')).toContain('pdf');
  return textOfPdf(Buffer.from(await answer.arrayBuffer()));
};

test('a statement is the same as page, PDF and CSV, and goes to the customer by mail', async () => {
  const invoice = await issueInvoice(running, customerId, { amountMinor: '3000', dueOn: later(5) });
  const paid = await receive('1000');
  const url = `/api/customers/${customerId}/statement`;
  const { closingMinor } = (await running.call(`GET ${url}`)).body;
  expect(closingMinor).toBe('2000');
  const pdf = await words(`${url}.pdf`);
  for (const part of [name, invoice.number, paid.receiptNumber]) expect(pdf).toContain(part);
  const csv = await (await load(`${url}.csv`)).text();
  const [heads, opening, ...rows] = csv
    .trim()
    .split('\r\n')
    .map((row) => row.split(','));
  expect(heads?.slice(1)).toEqual(['kind', 'reference', 'charged', 'paid', 'balance', 'currency']);
  expect(opening?.slice(1)).toEqual(['opening', '', '0.00', '0.00', '0.00', 'USD']);
  expect(rows.map((row) => row.slice(1))).toEqual([
    ['invoice', invoice.number, '30.00', '0.00', '30.00', 'USD'],
    ['payment', paid.receiptNumber, '0.00', '10.00', '20.00', 'USD'],
  ]);
  expect((await load(`${url}.pdf?from=soon`)).status).toBe(400);
  expect(await running.call(`POST ${url}/mail`, {})).toMatchObject({
    status: 409,
    body: { code: 'customer_has_no_email' },
  });
  const preferences = { language: 'es', email: 'jelena@example.org', optedOut: [] };
  await running.call(`PUT /api/customers/${customerId}/contact-preferences`, preferences);
  expect(await running.call(`POST ${url}/mail`, {})).toMatchObject({
    status: 202,
    body: { toAddress: 'jelena@example.org' },
  });
  const [message] = (await running.call(`GET /api/messages?customerId=${customerId}`)).body.items;
  expect(message).toMatchObject({ kind: 'statement', language: 'es', state: 'waiting' });
  const { attachments } = (await running.call(`GET /api/messages/${message.id}`)).body;
  expect(attachments).toMatchObject([{ name: 'statement.pdf', type: 'application/pdf' }]);
});

test('a credit note has a paper of its own, and so has a sample of the settings', async () => {
  const invoice = await issueInvoice(running, customerId, { amountMinor: '3000', dueOn: later(5) });
  await running.call(`POST /api/invoices/${invoice.id}/credit-notes`, { reason: 'a week without service' });
  const [note] = (await running.call(`GET /api/invoices/${invoice.id}`)).body.creditNotes;
  const text = await words(`/api/credit-notes/${note.id}/pdf`);
  for (const part of [note.number, invoice.number, 'a week without service']) expect(text).toContain(part);
  expect((await load('/api/credit-notes/01890a5d-ac96-774b-bcce-b302099a8057/pdf')).status).toBe(404);
  expect(await words('/api/billing/document-settings/sample.pdf')).toContain('Ana Horvat');
});
