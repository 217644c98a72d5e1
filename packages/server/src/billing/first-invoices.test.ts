// The first invoices of a subscription through the whole program, as a customer would check them on paper.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { addAbsentRouter, addCustomer, fresh } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';

const clock = manualClock('2026-01-10T12:00:00Z');
let running: Running & { close(): Promise<void> };
let customerId: string;

beforeAll(async () => {
  running = await openTestLastmile({ clock });
  customerId = (await addCustomer(running, (await addAbsentRouter(running)).id)).id;
  await running.query(`update auth.sessions set expires_at = '2100-01-01'`);
});
afterAll(() => running.close());

const month = { priceMinor: '3100' };

async function subscribe(plan: Record<string, unknown>, terms: Record<string, unknown>): Promise<Loose> {
  clock.set('2026-01-10T12:00:00Z');
  // Each has its turn alone.
  await running.query(`update billing.subscriptions set status = 'cancelled', ends_on = starts_on, next_invoice_on = null,
    paused_from = null, paused_until = null`);
  const { body } = await running.call('POST /api/plans', {
    name: fresh('Plan'),
    downKbps: '5M',
    upKbps: '5M',
    ...plan,
  });
  const added = await running.call(`POST /api/customers/${customerId}/subscriptions`, {
    planId: body.id,
    startsOn: '2026-01-10',
    ...terms,
  });
  expect(added).toMatchObject({ status: 201 });
  return added.body;
}

async function runOn(days: readonly string[]): Promise<void> {
  for (const day of days) {
    clock.set(`${day}T12:00:00Z`);
    expect(await running.call('POST /api/billing/invoice-runs')).toMatchObject({ body: { failedCount: 0 } });
  }
}

/** Each line with the day of its invoice, what it is for and what it comes to. */
const linesOf = async ({ id }: Loose): Promise<string[]> =>
  (
    await running.query(
      `select invoice.issued_on::text || ': ' || concat_ws(' ', line.kind, line.starts_on, line.ends_on) || ' = ' || line.net_minor as text
       from billing.invoice_lines line join billing.invoices invoice on invoice.id = line.invoice_id
       where line.subscription_id = $1 order by line.starts_on nulls first, line.line_no`,
      [id],
    )
  ).map(({ text }) => text);

test.each([
  {
    what: 'a month, and the next one four days before the last day of the first',
    runs: ['2026-01-10', '2026-02-04', '2026-02-05'],
    lines: ['2026-01-10: recurring 2026-01-10 2026-02-10 = 3100', '2026-02-05: recurring 2026-02-10 2026-03-10 = 3100'],
  },
  {
    what: 'two weeks free, a set-up, and 8 of 31 days up to the first of the month',
    terms: { trialEndsOn: '2026-01-24', setupFeeMinor: '5000', anchorDay: 1 },
    runs: ['2026-01-10', '2026-01-23', '2026-01-24', '2026-01-26', '2026-01-27'],
    lines: [
      '2026-01-24: setup = 5000',
      '2026-01-24: stub 2026-01-24 2026-02-01 = 800',
      '2026-01-27: recurring 2026-02-01 2026-03-01 = 3100',
    ],
  },
  {
    what: 'a tenth off the first month, and nothing off the second',
    terms: { discountBp: 1000, discountEndsOn: '2026-02-10' },
    runs: ['2026-01-10', '2026-02-05'],
    lines: ['2026-01-10: recurring 2026-01-10 2026-02-10 = 2790', '2026-02-05: recurring 2026-02-10 2026-03-10 = 3100'],
  },
  {
    what: 'a tenth off 5 of 31 days, and off the month after them',
    terms: { discountBp: 1000, anchorDay: 15 },
    runs: ['2026-01-10'],
    // The first whole month is invoiced on the same day: four days before the last of the five.
    lines: ['2026-01-10: stub 2026-01-10 2026-01-15 = 450', '2026-01-10: recurring 2026-01-15 2026-02-15 = 2790'],
  },
  {
    what: 'five off each month, and the set-up whole',
    terms: { discountMinor: '500', setupFeeMinor: '2000' },
    runs: ['2026-01-10', '2026-02-05'],
    lines: [
      '2026-01-10: setup = 2000',
      '2026-01-10: recurring 2026-01-10 2026-02-10 = 2600',
      '2026-02-05: recurring 2026-02-10 2026-03-10 = 2600',
    ],
  },
  {
    what: 'a discount above the price makes it free, and owes him nothing',
    terms: { discountMinor: '9900' },
    runs: ['2026-01-10'],
    lines: ['2026-01-10: recurring 2026-01-10 2026-02-10 = 0'],
  },
  {
    what: 'weeks, each four days before the last of the one before',
    plan: { priceMinor: '700', periodUnit: 'week' },
    runs: ['2026-01-10', '2026-01-11', '2026-01-12', '2026-01-18', '2026-01-19'],
    lines: [
      '2026-01-10: recurring 2026-01-10 2026-01-17 = 700',
      '2026-01-12: recurring 2026-01-17 2026-01-24 = 700',
      '2026-01-19: recurring 2026-01-24 2026-01-31 = 700',
    ],
  },
  {
    what: 'days, each on the day before it',
    plan: { priceMinor: '100', periodUnit: 'day' },
    runs: ['2026-01-10', '2026-01-11', '2026-01-12'],
    lines: [
      '2026-01-10: recurring 2026-01-10 2026-01-11 = 100',
      '2026-01-10: recurring 2026-01-11 2026-01-12 = 100',
      '2026-01-11: recurring 2026-01-12 2026-01-13 = 100',
      '2026-01-12: recurring 2026-01-13 2026-01-14 = 100',
    ],
  },
  {
    what: 'a year',
    plan: { priceMinor: '36500', periodUnit: 'year' },
    runs: ['2026-01-10', '2027-01-04', '2027-01-05'],
    lines: [
      '2026-01-10: recurring 2026-01-10 2027-01-10 = 36500',
      '2027-01-05: recurring 2027-01-10 2028-01-10 = 36500',
    ],
  },
  {
    what: 'a month that is paid afterwards, on the day after its last',
    terms: { paymentMode: 'postpaid' },
    runs: ['2026-01-10', '2026-02-09', '2026-02-10'],
    lines: ['2026-02-10: recurring 2026-01-10 2026-02-10 = 3100'],
  },
  {
    what: '22 of 31 days that are paid afterwards, and the set-up with them',
    terms: { paymentMode: 'postpaid', anchorDay: 1, setupFeeMinor: '5000' },
    runs: ['2026-01-10', '2026-01-31', '2026-02-01'],
    lines: ['2026-02-01: setup = 5000', '2026-02-01: stub 2026-01-10 2026-02-01 = 2200'],
  },
])('the first invoices: $what', async ({ plan, terms, runs, lines }) => {
  const subscription = await subscribe(plan ?? month, terms ?? {});
  await runOn(runs);
  expect(await linesOf(subscription)).toEqual(lines);
  expect((await running.call('GET /api/books/check')).body).toMatchObject({ count: 0 });
});

test('the first invoices: a vacation across the billing day costs none of its days', async () => {
  const subscription = await subscribe(month, {});
  await runOn(['2026-01-10']);
  const { body } = await running.call(`GET /api/customers/${customerId}/subscriptions`);
  const { revision } = body.items.find(({ id }: Loose) => id === subscription.id);
  const paused = await running.call(`POST /api/subscriptions/${subscription.id}/pause`, {
    from: '2026-02-01',
    until: '2026-02-20',
    revision,
  });
  expect(paused).toMatchObject({ status: 200 });
  await runOn(['2026-02-01', '2026-02-05', '2026-02-16', '2026-02-20']);
  const [whole, rest, ...others] = await linesOf(subscription);
  expect(whole).toBe('2026-01-10: recurring 2026-01-10 2026-02-10 = 3100');
  // 18 of the 28 days up to the tenth of March.
  expect(rest).toMatch(/: stub 2026-02-20 2026-03-10 = 1993$/);
  expect(others).toEqual([]);
  // 9 of the 31 days of the month that was charged before.
  const [credited] = await running.query(
    `select sum(credit.amount_minor)::text as minor from billing.credit_note_lines credit
     join billing.invoice_lines line on line.invoice_id = credit.invoice_id and line.line_no = credit.invoice_line_no
     where line.subscription_id = $1`,
    [subscription.id],
  );
  expect(credited).toEqual({ minor: '900' });
  expect((await running.call('GET /api/books/check')).body).toMatchObject({ count: 0 });
});
