import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { openDatabase } from '#platform/db.ts';
import { addAbsentRouter, addCustomer, issueInvoice } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';
import { previewNumberScheme } from './number-schemes.ts';

const clock = manualClock('2026-06-15T12:00:00Z');
let running: Running & { close(): Promise<void> };
let customerId: string;

async function open(): Promise<void> {
  clock.set('2026-06-15T12:00:00Z');
  running = await openTestLastmile({ clock });
  await running.query(`update auth.sessions set expires_at = '2100-01-01'`);
  customerId = (await addCustomer(running, (await addAbsentRouter(running)).id)).id;
}

type Kind = 'invoice' | 'credit_note' | 'receipt';

const schemeOf = async (kind: Kind): Promise<Loose> =>
  (await running.call('GET /api/billing/number-schemes')).body.items.find((item: Loose) => item.kind === kind);

async function change(kind: Kind, wish: Loose) {
  const { prefix, hasYear, digits, revision } = await schemeOf(kind);
  return running.call(`PUT /api/billing/number-schemes/${kind}`, { prefix, hasYear, digits, revision, ...wish });
}

const preview = (kind: Kind, wish: Loose) => running.call(`POST /api/billing/number-schemes/${kind}/preview`, wish);
const invoice = async (): Promise<string> => (await issueInvoice(running, customerId)).number;
const receipt = async (): Promise<string> =>
  (await running.call('POST /api/payments', { customerId, amountMinor: '1', method: 'cash' })).body.receiptNumber;

async function creditNote(): Promise<string> {
  const { id } = await issueInvoice(running, customerId);
  const { body } = await running.call(`POST /api/invoices/${id}/credit-notes`, { reason: 'was offline' });
  return body.creditNotes[0].number;
}

describe('with numbers from the beginning', () => {
  beforeEach(async () => {
    await open();
    return () => running.close();
  });

  test('invoices, credit notes and receipts have numbers of their own, each in its own way', async () => {
    expect([await invoice(), await creditNote(), await receipt()]).toEqual([
      'INV-2026-00001',
      'INV-CN-2026-00001',
      'RCP-000001',
    ]);
    await change('credit_note', { prefix: 'CN', hasYear: false, digits: 3 });
    await change('receipt', { hasYear: true, digits: 1 });
    expect([await invoice(), await creditNote(), await receipt()]).toEqual(['INV-2026-00003', 'CN-002', 'RCP-2026-2']);
  });

  test('another scheme goes on after the numbers before it, and no number comes back (R-NUM-2)', async () => {
    const drawn = [await invoice(), await invoice()];
    await change('invoice', { prefix: 'NAI' });
    drawn.push(await invoice());
    await change('invoice', { hasYear: false, digits: 3 });
    drawn.push(await invoice(), await invoice());
    // Back to what was: it goes on where it stood.
    await change('invoice', { prefix: 'INV', hasYear: true, digits: 5 });
    drawn.push(await invoice());
    expect(drawn).toEqual([
      'INV-2026-00001',
      'INV-2026-00002',
      'NAI-2026-00003',
      'NAI-004',
      'NAI-005',
      'INV-2026-00003',
    ]);
  });

  test('numbers with a year begin anew with it, and those without go on', async () => {
    await change('receipt', { hasYear: false });
    expect([await invoice(), await receipt()]).toEqual(['INV-2026-00001', 'RCP-000001']);
    clock.set('2027-01-01T12:00:00Z');
    expect([await invoice(), await receipt()]).toEqual(['INV-2027-00001', 'RCP-000002']);
  });

  test('who comes from another program chooses the first number, only forward and only before a document has one', async () => {
    expect(await schemeOf('invoice')).toMatchObject({ nextNo: 1, nextNumber: 'INV-2026-00001', hasBegun: false });
    expect((await change('invoice', { nextNo: 4712 })).body).toMatchObject({ nextNumber: 'INV-2026-04712' });
    expect((await change('invoice', { nextNo: 4711 })).body).toMatchObject({
      code: 'number_series_begun',
      details: { nextNo: 4712 },
      fields: [{ path: 'nextNo' }],
    });
    expect((await change('invoice', { nextNo: 5000, digits: 2 })).status).toBe(200);
    expect([await invoice(), await invoice()]).toEqual(['INV-2026-5000', 'INV-2026-5001']);
    expect(await change('invoice', { nextNo: 6000 })).toMatchObject({
      status: 409,
      body: { details: { nextNo: 5002 } },
    });
    // Under another prefix a new series begins, after those before.
    expect((await change('invoice', { prefix: 'B', nextNo: 100 })).body.code).toBe('number_series_begun');
    expect((await change('invoice', { prefix: 'B', nextNo: 6000 })).body).toMatchObject({ nextNumber: 'B-2026-6000' });
    expect(await invoice()).toBe('B-2026-6000');
  });
});

describe('with numbers that stand somewhere', () => {
  beforeAll(open);
  afterAll(() => running.close());

  test.each([
    ['says the number twice', { prefix: 'A{seq}' }, 'sequence_missing'],
    ['says what no document has', { prefix: '{day}' }, 'unknown_placeholder'],
    ['has no digit', { digits: 0 }, 'unknown_placeholder'],
  ])('a scheme that %s is refused by the examined rule, past any form', async (_name, wish, refusal) => {
    const database = openDatabase(running.databaseUrl, clock);
    onTestFinished(() => database.pool.end());
    const scheme = { prefix: 'INV', hasYear: true, digits: 5, ...wish };
    await expect(previewNumberScheme(database.db, clock.now(), 'invoice', scheme)).rejects.toMatchObject({
      code: 'invalid_input',
      fields: [{ path: 'prefix', message: expect.stringContaining(refusal) }],
    });
  });

  test.each<[string, Loose, string, number]>([
    ['no prefix', { prefix: '' }, 'prefix', 400],
    ['a path for a prefix', { prefix: '../../etc' }, 'prefix', 400],
    ['a space in the prefix', { prefix: 'INV 2026' }, 'prefix', 400],
    ['a prefix of 17 letters', { prefix: 'x'.repeat(17) }, 'prefix', 400],
    ['a prefix that reads like another series with its year', { prefix: 'INV-2026', hasYear: false }, 'prefix', 400],
    ['the prefix of the credit notes', { prefix: 'INV-CN' }, 'prefix', 409],
    ['no digits', { digits: 0 }, 'digits', 400],
    ['13 digits', { digits: 13 }, 'digits', 400],
    ['half a digit', { digits: 2.5 }, 'digits', 400],
    ['the number 0', { nextNo: 0 }, 'nextNo', 400],
    ['a number that no counter reaches', { nextNo: 1e12 }, 'nextNo', 400],
  ])('%s is refused at its field, by the preview, too', async (_name, wish, path, status) => {
    const whole = { prefix: 'INV', hasYear: true, digits: 5, ...wish };
    for (const answer of [await change('invoice', whole), await preview('invoice', whole)]) {
      expect(answer.status).toBe(status);
      expect(answer.body.fields.map((field: Loose) => field.path)).toEqual([path]);
    }
  });

  test.each<[string, string, RegExp]>([
    [
      'a receipt with a number that was not drawn',
      `insert into billing.payments (id, customer_id, amount_minor, currency, method, received_on, recorded_by, recorded_at, receipt_prefix, receipt_year, receipt_no, receipt_number)
    select gen_random_uuid(), customer_id, 1, currency, 'cash', received_on, 'x', now(), 'RCP', 0, 99, 'RCP-000099' from billing.payments limit 1`,
      /not drawn/,
    ],
    [
      'a credit note in the series of the invoices',
      `insert into billing.credit_notes (id, series_prefix, series_year, series_no, number, invoice_id, customer_id, currency, net_minor, tax_minor, applied_minor, reason, issued_on, by_name, created_at)
    select gen_random_uuid(), series_prefix, series_year, series_no, 'X', id, customer_id, currency, 1, 0, 0, 'x', issued_on, 'x', now() from billing.invoices limit 1`,
      /not drawn/,
    ],
    ['a series whose first number goes back', `update billing.number_series set first_no = 0`, /drawn once/],
    [
      'a series that changes its kind',
      `update billing.number_series set kind = 'receipt' where kind <> 'receipt'`,
      /drawn once/,
    ],
    [
      'a number without a year that reads like one with it',
      `update billing.number_schemes set prefix = 'A-2026', has_year = false where kind = 'invoice'`,
      /number_schemes_year/,
    ],
    ['one prefix for two kinds', `update billing.number_schemes set prefix = 'X'`, /number_schemes_prefix_key/],
  ])('%s is refused by the database', async (_name, statement, refusal) => {
    await receipt();
    await invoice();
    await expect(running.query(statement)).rejects.toThrow(refusal);
  });

  test('the preview says the number that comes then, and changes nothing', async () => {
    await invoice();
    const wish = { prefix: 'B', hasYear: false, digits: 4 };
    const before = await schemeOf('invoice');
    const { body } = await preview('invoice', wish);
    const nextNo = before.nextNo;
    expect(body).toEqual({ nextNo, nextNumber: `B-000${nextNo}`, hasBegun: false });
    expect(await schemeOf('invoice')).toEqual(before);
    await change('invoice', wish);
    expect(await invoice()).toBe(body.nextNumber);
  });

  test('a change is in the audit log with before and after, and one of an older page is refused', async () => {
    const { revision } = await schemeOf('receipt');
    await change('receipt', { prefix: 'R' });
    const { items } = (await running.call('GET /api/audit?action=settings.numbers_changed')).body;
    expect(items[0].details).toMatchObject({
      kind: 'receipt',
      before: { prefix: 'RCP', hasYear: false, digits: 6 },
      after: { prefix: 'R', hasYear: false, digits: 6 },
      nextNumber: expect.stringMatching(/^R-00000\d$/),
    });
    expect(await change('receipt', { prefix: 'S', revision })).toMatchObject({
      status: 409,
      body: { code: 'edit_conflict' },
    });
  });

  test('a prefix that other documents had before is refused, too', async () => {
    await creditNote();
    await change('credit_note', { prefix: 'CN' });
    expect(await change('invoice', { prefix: 'INV-CN' })).toMatchObject({
      status: 409,
      body: { code: 'number_prefix_taken', fields: [{ path: 'prefix' }] },
    });
  });

  test('twenty payments at once, while the scheme changes, leave no gap in either series', async () => {
    const customers = await Promise.all(
      [1, 2, 3, 4].map(async () => (await addCustomer(running, (await addAbsentRouter(running)).id)).id),
    );
    const pay = (n: number) =>
      running.call('POST /api/payments', { customerId: customers[n % 4], amountMinor: '1', method: 'cash' });
    const { nextNo } = await schemeOf('receipt');
    const [changed, ...paid] = await Promise.all([
      change('receipt', { prefix: 'Q' }),
      ...Array.from({ length: 20 }, (_, n) => pay(n)),
    ]);
    expect([changed.status, ...paid.map(({ status }) => status)]).toEqual([200, ...paid.map(() => 201)]);
    const numbers = paid.map(({ body }) => Number(body.receiptNumber.split('-').at(-1)));
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => nextNo + n));
  });

  test('a payment is found by its receipt as it is printed, without its zeros, and by the digits alone', async () => {
    await change('receipt', { prefix: 'R/A', hasYear: true, digits: 4 });
    const number = await receipt();
    const no = Number(number.slice(-4));
    expect(number).toBe(`R/A-2026-00${no}`);
    for (const search of [number, `r/a-2026-${no}`, `${no}`, `00${no}`]) {
      const { items } = (await running.call(`GET /api/payments?search=${encodeURIComponent(search)}`)).body;
      expect(items.map((item: Loose) => item.receiptNumber)).toContain(number);
    }
    expect((await running.call('GET /api/payments?search=X-1')).body.items).toEqual([]);
  });
});
