import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { addAbsentRouter, addCustomer, getCustomer, issueInvoice } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';

const noon = '2026-06-15T12:00:00Z';
const clock = manualClock(noon);
let running: Running & { close(): Promise<void> };
let routerId: string;
let customerId: string;

beforeAll(async () => {
  running = await openTestLastmile({ clock });
  routerId = (await addAbsentRouter(running)).id;
  // The clock goes to the end of the year and back.
  await running.query(`update auth.sessions set expires_at = '2100-01-01'`);
});
afterAll(() => running.close());
beforeEach(async () => {
  clock.set(noon);
  await changeSettings({ timeZone: 'UTC', currency: 'USD', graceDays: 0 });
  customerId = (await addCustomer(running, routerId)).id;
});

async function changeSettings(change: Record<string, unknown>): Promise<void> {
  const { body } = await running.call('GET /api/settings');
  expect((await running.call('PUT /api/settings', { revision: body.revision, ...change })).status).toBe(200);
}

const issue = (change: Record<string, unknown> = {}) =>
  running.call('POST /api/invoices', {
    customerId,
    amountMinor: '2999',
    dueOn: '2026-06-20',
    description: 'June',
    ...change,
  });

test('an invoice is issued with a number, today’s date and the amount to the cent (A8, A44)', async () => {
  const { status, body } = await issue({ dueOn: '2026-06-14' });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    number: expect.stringMatching(/^INV-2026-\d{5}$/),
    status: 'open',
    amountMinor: '2999',
    settledMinor: '0',
    currency: 'USD',
    issuedOn: '2026-06-15',
    dueOn: '2026-06-14',
    isOverdue: true,
    payments: [],
  });
  expect(await getCustomer(running, customerId)).toMatchObject({ balanceMinor: '2999', overdueMinor: '2999' });
});

test.each([
  ['zero', { amountMinor: '0' }, 'amountMinor', 'must be above zero'],
  ['a negative amount', { amountMinor: '-2999' }, 'amountMinor', 'must be above zero'],
  ['a fraction of a cent', { amountMinor: '29.99' }, 'amountMinor', 'must be whole minor units'],
  ['more money than there is', { amountMinor: '1'.repeat(16) }, 'amountMinor', 'must be whole minor units'],
  ['a day that is none', { dueOn: '2026-02-30' }, 'dueOn', 'is not a day'],
  ['the year 0', { dueOn: '0000-01-01' }, 'dueOn', 'between the years'],
  ['no description', { description: ' ' }, 'description', 'must not be empty'],
  ['10,000 characters', { description: 'x'.repeat(10_000) }, 'description', 'at most 500 characters'],
])('an invoice with %s is refused at its field, and draws no number', async (_name, change, path, message) => {
  const before = (await issueInvoice(running, customerId)).number;
  const { status, body } = await issue(change);
  expect(status).toBe(400);
  expect(body.fields).toEqual([{ path, message: expect.stringContaining(message) }]);
  const after = (await issueInvoice(running, customerId)).number;
  expect(numberOf(after) - numberOf(before)).toBe(1);
});

const numberOf = (number: string) => Number(number.split('-').at(-1));

test('nobody and somebody who was removed get no invoice', async () => {
  expect(await issue({ customerId: '01890a5d-ac96-774b-bcce-b302099a8057' })).toMatchObject({
    status: 404,
    body: { code: 'customer_not_found' },
  });
  await running.call(`DELETE /api/customers/${customerId}`);
  expect(await issue()).toMatchObject({ status: 409, body: { code: 'customer_removed' } });
});

test('twenty invoices at the same moment have twenty numbers without a gap', async () => {
  const first = numberOf((await issue()).body.number);
  const issued = await Promise.all(Array.from({ length: 20 }, () => issue()));
  expect(issued.map(({ status }) => status)).toEqual(Array(20).fill(201));
  const numbers = issued.map(({ body }) => numberOf(body.number)).toSorted((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: 20 }, (_, place) => first + 1 + place));
});

describe('overdue is derived from the due date in the operator’s zone (A10, A58)', () => {
  test.each([
    ['UTC', '2026-06-20T23:59:59Z', false],
    ['UTC', '2026-06-21T00:00:00Z', true],
    ['Pacific/Kiritimati', '2026-06-20T09:59:59Z', false],
    ['Pacific/Kiritimati', '2026-06-20T10:00:00Z', true],
    ['America/Los_Angeles', '2026-06-21T06:59:59Z', false],
    ['America/Los_Angeles', '2026-06-21T07:00:00Z', true],
    ['Asia/Kathmandu', '2026-06-20T18:14:59Z', false],
    ['Asia/Kathmandu', '2026-06-20T18:15:00Z', true],
  ])('in %s an invoice due on 20 June is at %s overdue: %s', async (timeZone, instant, expected) => {
    await changeSettings({ timeZone });
    const { id } = (await issue()).body;
    clock.set(instant);
    expect((await running.call(`GET /api/invoices/${id}`)).body.isOverdue).toBe(expected);
    const listed = await running.call(`GET /api/invoices?status=overdue&customerId=${customerId}`);
    expect(listed.body.items).toHaveLength(expected ? 1 : 0);
    expect((await getCustomer(running, customerId)).overdueMinor).toBe(expected ? '2999' : '0');
  });
});

test('the year of a number is that of the operator’s day', async () => {
  clock.set('2026-12-31T23:30:00Z');
  expect((await issue()).body).toMatchObject({ issuedOn: '2026-12-31', number: expect.stringMatching(/^INV-2026-/) });
  await changeSettings({ timeZone: 'Asia/Tokyo' });
  expect((await issue()).body).toMatchObject({ issuedOn: '2027-01-01', number: 'INV-2027-00001' });
});

test('a change of currency and zone is for the next invoice; those that stand stay as they are', async () => {
  const before = (await issue()).body;
  await changeSettings({ currency: 'KES', timeZone: 'Pacific/Kiritimati' });
  expect((await issue()).body).toMatchObject({ currency: 'KES', issuedOn: '2026-06-16' });
  expect((await running.call(`GET /api/invoices/${before.id}`)).body).toEqual(before);
  expect((await running.call('GET /api/invoices/totals')).body).toMatchObject({ currency: 'KES', openMinor: '2999' });
});

test('a void invoice keeps its number and says why, and is owed no more', async () => {
  const { id, number } = (await issue()).body;
  const { status, body } = await running.call(`DELETE /api/invoices/${id}`, { reason: 'typed twice' });
  expect(status).toBe(200);
  expect(body).toMatchObject({ number, status: 'void', voidReason: 'typed twice', isOverdue: false });
  expect((await getCustomer(running, customerId)).balanceMinor).toBe('0');
  expect(await running.call(`DELETE /api/invoices/${id}`)).toMatchObject({
    status: 409,
    body: { code: 'invoice_not_open' },
  });
  expect(await running.call(`POST /api/invoices/${id}/payments`, {})).toMatchObject({ status: 409 });
  expect(await running.call(`PUT /api/invoices/${id}`, { dueOn: '2026-07-01' })).toMatchObject({ status: 409 });
});

test('an invoice on which something was paid cannot be voided', async () => {
  const { id } = (await issue()).body;
  await running.call(`POST /api/invoices/${id}/payments`, { amountMinor: '1' });
  expect(await running.call(`DELETE /api/invoices/${id}`)).toMatchObject({
    status: 409,
    body: { code: 'invoice_not_open' },
  });
});

test('an issued invoice is never changed; a draft is, and is deleted, until it is issued', async () => {
  const { id } = (await issue()).body;
  expect(await running.call(`PUT /api/invoices/${id}`, { dueOn: '2026-07-01' })).toMatchObject({
    status: 409,
    body: { code: 'invoice_immutable' },
  });
  const draft = (await issue({ isDraft: true })).body;
  expect(draft).toMatchObject({ status: 'draft', number: null, issuedOn: null, balanceMinor: '2999' });
  expect((await getCustomer(running, customerId)).balanceMinor).toBe('2999');
  const change = { dueOn: '2026-07-01', description: 'June and July', amountMinor: '5998' };
  expect((await running.call(`PUT /api/invoices/${draft.id}`, change)).body).toMatchObject({
    ...change,
    lines: [{ description: 'June and July', netMinor: '5998' }],
  });
  const issued = await running.call(`POST /api/invoices/${draft.id}/issue`);
  expect(issued.body).toMatchObject({ status: 'open', number: expect.any(String), issuedOn: '2026-06-15' });
  expect((await getCustomer(running, customerId)).balanceMinor).toBe('8997');
  const second = (await issue({ isDraft: true })).body;
  expect(await running.call(`DELETE /api/invoices/${second.id}`)).toMatchObject({
    status: 200,
    body: { status: 'draft' },
  });
  expect(await running.call(`GET /api/invoices/${second.id}`)).toMatchObject({ status: 404 });
});

test('the list narrows by state and by words, and pages without losing or repeating one (A9)', async () => {
  const issued: string[] = [];
  for (let count = 0; count < 5; count++) issued.push((await issue({ dueOn: '2026-06-01' })).body.id);
  const [paid = '', annulled = ''] = issued;
  await running.call(`POST /api/invoices/${paid}/payments`, {});
  await running.call(`DELETE /api/invoices/${annulled}`);
  const idsWhere = async (query: string) => {
    const { body } = await running.call(`GET /api/invoices?customerId=${customerId}&${query}`);
    return body.items.map(({ id }: Loose) => id);
  };
  expect(await idsWhere('status=paid')).toEqual([paid]);
  expect(await idsWhere('status=void')).toEqual([annulled]);
  expect(await idsWhere('status=open')).toEqual(issued.slice(2).toReversed());
  expect(await idsWhere('status=overdue')).toEqual(issued.slice(2).toReversed());
  const number = (await running.call(`GET /api/invoices/${paid}`)).body.number.toLowerCase();
  expect(await idsWhere(`search=${number}`)).toEqual([paid]);
  expect(await idsWhere('search=%25')).toEqual([]);

  const walked: string[] = [];
  let after = '';
  do {
    const { body } = await running.call(`GET /api/invoices?customerId=${customerId}&limit=2${after}`);
    walked.push(...body.items.map(({ id }: Loose) => id));
    after = body.next ? `&after=${body.next}` : '';
  } while (after);
  expect(walked).toEqual(issued.toReversed());
});
