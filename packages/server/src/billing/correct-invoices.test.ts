import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { addAbsentRouter, addCustomer, fresh } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';

const clock = manualClock('2026-01-10T12:00:00Z');
let running: Running & { close(): Promise<void> };
let routerId: string;
let planId: string;
let customerId: string;
let invoice: Loose;

beforeAll(async () => {
  running = await openTestLastmile({ clock });
  await running.query(`update auth.sessions set expires_at = '2100-01-01'`);
  await running.call('POST /api/taxes', { name: 'VAT', rateBp: 2000 });
  routerId = (await addAbsentRouter(running)).id;
  const plan = { name: fresh('Plan'), priceMinor: '3100', downKbps: '5M', upKbps: '5M' };
  planId = (await running.call('POST /api/plans', plan)).body.id;
});
afterAll(() => running.close());

// Two lines of 3.33 with 20 % on top: 7.99.
beforeEach(async () => {
  clock.set('2026-01-10T12:00:00Z');
  customerId = (await addCustomer(running, routerId, { planId })).id;
  const vat = await vatOf();
  const line = (description: string) => ({ description, unitMinor: '333', taxId: vat.id });
  const wish = { customerId, dueOn: '2026-01-20', description: 'Two', lines: [line('One'), line('Another')] };
  invoice = (await running.call('POST /api/invoices', wish)).body;
  expect(invoice.amountMinor).toBe('799');
});

const credit = (body: Record<string, unknown> = {}) =>
  running.call(`POST /api/invoices/${invoice.id}/credit-notes`, { reason: 'was offline', ...body });
const pay = (amountMinor: string) => running.call(`POST /api/invoices/${invoice.id}/payments`, { amountMinor });
const writeOff = () => running.call(`POST /api/invoices/${invoice.id}/write-off`, { reason: 'moved away' });
const vatOf = async () =>
  (await running.call('GET /api/taxes')).body.items.find(({ name }: Loose) => name === 'VAT') as Loose;
/** Debits less credits. */
const balanceOf = async (kind: string) => {
  const [{ balance }] = await running.query(
    `select coalesce(sum(case when p.debit_id = a.id then p.amount_minor else -p.amount_minor end), 0)::text as balance
     from ledger.accounts a join ledger.postings p on a.id in (p.debit_id, p.credit_id)
     where a.kind = $1 and a.customer_id is not distinct from $2`,
    [kind, ['receivable', 'customer_credit'].includes(kind) ? customerId : null],
  );
  return Number(balance);
};

describe('a credit note', () => {
  test('settles what is open first, and the last one takes the cent of tax that is left', async () => {
    const first = await credit({ lines: [{ lineNo: 1, amountMinor: '333' }] });
    expect(first.body).toMatchObject({ creditedMinor: '400', balanceMinor: '399', status: 'open' });
    const last = await credit();
    expect(last.body).toMatchObject({ creditedMinor: '799', balanceMinor: '0', status: 'paid' });
    expect(last.body.creditNotes.map(({ taxMinor }: Loose) => taxMinor)).toEqual(['67', '66']);
    expect(await balanceOf('receivable')).toBe(0);
  });

  test('of what was paid becomes credit of the customer, and the invoice stays as it was issued', async () => {
    await pay('799');
    const { body } = await credit({ lines: [{ lineNo: 2, amountMinor: '333' }] });
    expect(body).toMatchObject({ amountMinor: '799', status: 'paid', creditNotes: [{ appliedMinor: '0' }] });
    expect(await balanceOf('customer_credit')).toBe(-Number(body.creditedMinor));
  });

  test('never exceeds its line or its invoice, at once or one after the other', async () => {
    const tooMuch = (await credit({ lines: [{ lineNo: 1, amountMinor: '334' }] })).body;
    expect(tooMuch.code).toBe('credit_exceeds_invoice');
    expect(JSON.stringify(tooMuch)).toContain('lines.0.amountMinor');
    await credit();
    expect((await credit()).body.code).toBe('credit_exceeds_invoice');
    expect((await credit({ lines: [{ lineNo: 3, amountMinor: '1' }] })).body.code).toBe('invalid_input');
  });

  test('of one line in two parts is judged by both together', async () => {
    const lines = [
      { lineNo: 1, amountMinor: '200' },
      { lineNo: 1, amountMinor: '134' },
    ];
    const refused = (await credit({ lines })).body;
    expect(refused).toMatchObject({ code: 'credit_exceeds_invoice' });
    expect(JSON.stringify(refused)).toContain('lines.1.amountMinor');
    lines[1]!.amountMinor = '133';
    expect((await credit({ lines })).body.lines).toMatchObject([
      { creditedMinor: '333', creditableMinor: '0' },
      { creditedMinor: '0', creditableMinor: '333' },
    ]);
  });

  /** Invoices a month from 10 January and changes to a plan of 62.00 on the 20th: 21.00 of the old one are taken off 42.00. */
  async function changePlan(premium: Record<string, unknown> = {}) {
    const fields = { name: fresh('Plan'), priceMinor: '6200', downKbps: '5M', upKbps: '5M', ...premium };
    const { id: premiumId } = (await running.call('POST /api/plans', fields)).body;
    await running.call('POST /api/billing/invoice-runs');
    clock.set('2026-01-20T12:00:00Z');
    const mine = async () =>
      (await running.call(`GET /api/customers/${customerId}/subscriptions`)).body.items[0] as Loose;
    const { id, revision } = await mine();
    await running.call(`POST /api/subscriptions/${id}/plan`, { revision, planId: premiumId });
    const { items } = (await running.call(`GET /api/invoices?customerId=${customerId}`)).body;
    const details = await Promise.all(items.map((item: Loose) => running.call(`GET /api/invoices/${item.id}`)));
    const change = details.map(({ body }) => body).find(({ lines }) => lines[0].kind === 'proration_credit');
    const creditOf = (body: Record<string, unknown>) =>
      running.call(`POST /api/invoices/${change.id}/credit-notes`, { reason: 'was offline', ...body });
    return { id, mine, change, creditOf };
  }

  test('of a dearer plan is by line, too: what the old plan took off can not be credited', async () => {
    const { id, mine, change, creditOf } = await changePlan();
    expect(change.lines).toMatchObject([
      { kind: 'proration_credit', amountMinor: '-2100', creditableMinor: '0' },
      { kind: 'proration_charge', amountMinor: '4200', creditableMinor: '2100' },
    ]);
    for (const [lineNo, amountMinor] of [
      [1, '1'],
      [2, '2101'],
    ])
      expect((await creditOf({ lines: [{ lineNo, amountMinor }] })).body.code).toBe('credit_exceeds_invoice');
    expect((await creditOf({ lines: [{ lineNo: 2, amountMinor: '600' }] })).body).toMatchObject({
      balanceMinor: '1500',
    });
    const { body } = await creditOf({});
    expect(body).toMatchObject({ creditedMinor: '2100', balanceMinor: '0', status: 'paid' });
    expect(body.lines[1]).toMatchObject({ creditedMinor: '2100', creditableMinor: '0' });
    // Its days were given back, so the end of the service gives back none of them again.
    const ended = await running.call(`POST /api/subscriptions/${id}/cancel`, {
      revision: (await mine()).revision,
      policy: 'immediate_with_credit',
      reason: 'moved away',
    });
    expect(ended.status).toBe(200);
    expect((await running.call(`GET /api/invoices/${change.id}`)).body.creditedMinor).toBe('2100');
  });

  test.each([
    // The tax of the new plan, less that of the old one which was taken off with its price.
    { to: 'VAT', taxMinor: 840, partMinor: 720 },
    { to: null, taxMinor: 0, partMinor: 600 },
  ])(
    'of a change to a plan that is taxed otherwise ($to) takes back each rate, at once or after a part',
    async (expected) => {
      const vat = await vatOf();
      const reduced = (await running.call('POST /api/taxes', { name: fresh('Reduced'), rateBp: 1000 })).body;
      const old = { name: fresh('Plan'), priceMinor: '3100', downKbps: '5M', upKbps: '5M', taxId: reduced.id };
      const oldId = (await running.call('POST /api/plans', old)).body.id;
      for (const part of [[], [{ lineNo: 2, amountMinor: '600' }]]) {
        clock.set('2026-01-10T12:00:00Z');
        customerId = (await addCustomer(running, routerId, { planId: oldId })).id;
        const { change, creditOf } = await changePlan({ taxId: expected.to && vat.id });
        const taxMinor = expected.taxMinor - 210;
        const amountMinor = 2100 + taxMinor;
        expect(change).toMatchObject({ taxMinor: `${taxMinor}`, amountMinor: `${amountMinor}` });
        expect(change.lines.map(({ creditableMinor }: Loose) => creditableMinor)).toEqual(['0', '2100']);
        const before = [await balanceOf('tax_payable'), await balanceOf('receivable')];
        if (part.length > 0) {
          const { body } = await creditOf({ lines: part });
          expect(body.creditedMinor).toBe(`${expected.partMinor}`);
        }
        const { status, body } = await creditOf({});
        expect([status, body]).toMatchObject([
          201,
          { creditedMinor: `${amountMinor}`, balanceMinor: '0', status: 'paid' },
        ]);
        expect(body.lines).toMatchObject([{ creditedMinor: '-2100' }, { creditedMinor: '4200' }]);
        const after = [await balanceOf('tax_payable'), await balanceOf('receivable')];
        expect(after.map((balance, index) => balance - before[index]!)).toEqual([taxMinor, -amountMinor]);
        expect((await creditOf({})).body.code).toBe('credit_exceeds_invoice');
      }
      expect((await running.call('GET /api/books/check')).body.differences).toEqual([]);
    },
  );

  test('written twice at the same moment is written once', async () => {
    const both = await Promise.all([credit(), credit()]);
    expect(both.map(({ status }) => status < 300).sort()).toEqual([false, true]);
    expect((await running.call(`GET /api/invoices/${invoice.id}`)).body.creditedMinor).toBe('799');
  });
});

describe('a write-off', () => {
  test('gives up what is open, and the rest stays settled', async () => {
    await pay('300');
    const before = await balanceOf('bad_debt');
    expect((await writeOff()).body).toMatchObject({ status: 'uncollectible', settledMinor: '300' });
    expect([await balanceOf('receivable'), (await balanceOf('bad_debt')) - before]).toEqual([0, 499]);
    expect((await writeOff()).status).toBe(409);
  });

  test('is undone by the payment that comes after all, and by a void', async () => {
    const before = await balanceOf('bad_debt');
    await writeOff();
    expect((await pay('799')).body).toMatchObject({ status: 'paid' });
    expect(await balanceOf('bad_debt')).toBe(before);
    const wish = { customerId, amountMinor: '500', dueOn: '2026-01-20', description: 'Other' };
    invoice = (await running.call('POST /api/invoices', wish)).body;
    await writeOff();
    expect((await running.call(`DELETE /api/invoices/${invoice.id}`, { reason: 'a mistake' })).body).toMatchObject({
      status: 'void',
    });
    expect([await balanceOf('bad_debt'), await balanceOf('receivable')]).toEqual([before, 0]);
  });
});
