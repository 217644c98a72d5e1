// Whatever somebody's terms are, the invoices that the office is shown ahead are those that the runs then make.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { addAbsentRouter, addCustomer, fresh } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';

const today = Temporal.PlainDate.from('2026-01-20');
const clock = manualClock(`${today}T12:00:00Z`);
let running: Running & { close(): Promise<void> };
let routerId: string;
let planIds: string[];

beforeAll(async () => {
  running = await openTestLastmile({ clock });
  await running.query(`update auth.sessions set expires_at = '2100-01-01'`);
  routerId = (await addAbsentRouter(running)).id;
  const tax = (rateBp: number) => running.call('POST /api/taxes', { name: fresh('VAT'), rateBp });
  const taxIds = [null, (await tax(2000)).body.id, (await tax(875)).body.id];
  const plan = (taxId: string | null) =>
    running.call('POST /api/plans', { name: fresh('Plan'), priceMinor: '2999', taxId, downKbps: '5M', upKbps: '5M' });
  planIds = await Promise.all(taxIds.map(async (taxId) => (await plan(taxId)).body.id));
});
afterAll(() => running.close());

const inDays = (days: number) => today.add({ days }).toString();
const period = fc.oneof(
  fc.record({ periodUnit: fc.constant('day'), periodCount: fc.integer({ min: 10, max: 40 }) }),
  fc.record({ periodUnit: fc.constant('week'), periodCount: fc.integer({ min: 2, max: 4 }) }),
  fc.record({ periodUnit: fc.constant('month'), periodCount: fc.integer({ min: 1, max: 3 }) }),
);
const amount = (min: number, max: number) => fc.integer({ min, max }).map(String);
const discount = fc.oneof(
  fc.constant({}),
  fc.record({ discountBp: fc.integer({ min: 1, max: 10_000 }) }),
  fc.record({ discountMinor: amount(1, 2000) }),
);
const terms = fc
  .record({
    planNo: fc.integer({ min: 0, max: 2 }),
    startsIn: fc.integer({ min: -5, max: 20 }),
    trialDays: fc.option(fc.integer({ min: 1, max: 45 })),
    period,
    anchorDay: fc.option(fc.integer({ min: 1, max: 31 }), { nil: undefined }),
    paymentMode: fc.constantFrom('prepaid', 'postpaid'),
    priceOverrideMinor: fc.option(amount(0, 9999)),
    discount,
    discountDays: fc.option(fc.integer({ min: 1, max: 200 })),
    setupFeeMinor: amount(0, 5000),
  })
  .map(
    ({ planNo, startsIn, trialDays, period: { periodUnit, periodCount }, discount: less, discountDays, ...rest }) => ({
      planNo,
      ...rest,
      ...less,
      periodUnit,
      periodCount,
      startsOn: inDays(startsIn),
      trialEndsOn: trialDays === null ? null : inDays(startsIn + trialDays),
      discountEndsOn: discountDays === null || Object.keys(less).length === 0 ? null : inDays(startsIn + discountDays),
    }),
  );
const policies = fc.record({
  taxMode: fc.constantFrom('exclusive', 'inclusive'),
  taxLevel: fc.constantFrom('rate_group', 'line'),
  taxRounding: fc.constantFrom('half_up', 'half_even', 'down'),
  stubPolicy: fc.constantFrom('separate', 'with_next_period'),
  dayCount: fc.constantFrom('actual', 'fixed30'),
  leadDays: fc.integer({ min: 0, max: 10 }),
  termsDays: fc.integer({ min: 0, max: 15 }),
});

/** What the form shows of each before it is added. */
async function previewsOf(wishes: readonly Loose[]): Promise<string[][]> {
  const previews: string[][] = [];
  for (const { planNo, ...wish } of wishes) {
    const shown = await running.call('POST /api/subscriptions/preview', { ...wish, planId: planIds[planNo] });
    expect(shown, JSON.stringify(shown.body)).toMatchObject({ status: 200 });
    previews.push(shown.body.items.map(sayOf));
  }
  return previews;
}

/** A customer with these subscriptions, and nobody else whom a run would find. */
async function subscribe(wishes: readonly Loose[]): Promise<string> {
  const { id } = await addCustomer(running, routerId);
  await running.query(
    `update billing.subscriptions set next_invoice_on = null, status = 'cancelled', ends_on = starts_on where status = 'active'`,
  );
  for (const { planNo, ...wish } of wishes) {
    const added = await running.call(`POST /api/customers/${id}/subscriptions`, { ...wish, planId: planIds[planNo] });
    expect(added, JSON.stringify(added.body)).toMatchObject({ status: 201 });
  }
  return id;
}

async function setPolicy(policy: Loose): Promise<void> {
  const { revision } = (await running.call('GET /api/billing/policy')).body;
  const set = await running.call('PUT /api/billing/policy', { revision, maxUnpaidRecurring: 24, ...policy });
  expect(set).toMatchObject({ status: 200 });
}

/** What somebody reads of an invoice ahead of it, in one line. */
const sayOf = ({ startsOn, endsOn, issueOn, dueOn, lines, netMinor, taxMinor, amountMinor }: Loose) => {
  const charged = lines.map(
    (line: Loose) =>
      `${line.kind} ${line.description} ${line.startsOn} to ${line.endsOn} ${line.amountMinor} after ${line.discountMinor}`,
  );
  return `${startsOn} to ${endsOn} on ${issueOn}, due ${dueOn}: ${charged.join(', ')}: ${netMinor} + ${taxMinor} = ${amountMinor}`;
};

/** Those of each subscription, as they were made. */
async function issuedTo(customerId: string): Promise<Map<string, string[]>> {
  const rows = await running.query(
    `select line.subscription_id as "subscriptionId", min(line.starts_on)::text as "startsOn", max(line.ends_on)::text as "endsOn",
       invoice.issued_on::text as "issueOn", invoice.due_on::text as "dueOn", invoice.net_minor as "netMinor",
       invoice.tax_minor as "taxMinor", invoice.amount_minor as "amountMinor",
       json_agg(json_build_object('kind', line.kind, 'description', line.description, 'startsOn', line.starts_on,
         'endsOn', line.ends_on, 'amountMinor', line.amount_minor, 'discountMinor', line.discount_minor) order by line.line_no) as lines
     from billing.invoices invoice join billing.invoice_lines line on line.invoice_id = invoice.id
     where invoice.customer_id = $1 group by invoice.id, line.subscription_id order by invoice.id`,
    [customerId],
  );
  return linesBySubscription(rows);
}

function linesBySubscription(invoices: readonly Loose[]): Map<string, string[]> {
  const groups = Map.groupBy(invoices, ({ subscriptionId }) => subscriptionId);
  return new Map([...groups].map(([id, own]) => [id, own.map(sayOf)]));
}

test('the next three invoices that are shown, on the form and then on the page, are what the runs then make', async () => {
  await fc.assert(
    fc.asyncProperty(policies, fc.array(terms, { minLength: 10, maxLength: 10 }), async (policy, wishes) => {
      clock.set(`${today}T12:00:00Z`);
      await setPolicy(policy);
      const shownBefore = await previewsOf(wishes);
      const customerId = await subscribe(wishes);
      const { items } = (await running.call(`GET /api/customers/${customerId}/upcoming-invoices`)).body;
      const previewed = linesBySubscription(items);
      expect([...previewed.values()].map(({ length }) => length)).toEqual(wishes.map(() => 3));
      expect([...previewed.values()].toSorted()).toEqual(shownBefore.toSorted());
      for (const day of [...new Set<string>(items.map(({ issueOn }: Loose) => issueOn))].sort()) {
        clock.set(`${day}T12:00:00Z`);
        await running.call('POST /api/billing/invoice-runs');
      }
      // Those with short periods have more than three by then.
      const issued = await issuedTo(customerId);
      for (const [id, own] of previewed) expect(issued.get(id)?.slice(0, 3)).toEqual(own);
    }),
    { numRuns: 5, endOnFailure: true },
  );
}, 240_000);

test('the days up to the first anchor are said with the invoice that charges them', async () => {
  clock.set(`${today}T12:00:00Z`);
  await setPolicy({ stubPolicy: 'with_next_period', leadDays: 4 });
  const customerId = await subscribe([{ planNo: 0, startsOn: '2026-01-20', anchorDay: 1 }]);
  const { items } = (await running.call(`GET /api/customers/${customerId}/upcoming-invoices`)).body;
  expect(items[0]).toMatchObject({ startsOn: '2026-01-20', endsOn: '2026-03-01' });
  expect(items[1]).toMatchObject({ startsOn: '2026-03-01', endsOn: '2026-04-01' });
});

const wish = (more: Loose) => ({ planId: planIds[0], startsOn: today.toString(), ...more });
const previewed = (more: Loose) => running.call('POST /api/subscriptions/preview', wish(more));

test('what should have been invoiced before today is shown with the day on which it will be', async () => {
  clock.set(`${today}T12:00:00Z`);
  await setPolicy({ stubPolicy: 'separate', leadDays: 4, termsDays: 0, minDaysToPay: 3 });
  const { items } = (await previewed({ startsOn: '2025-12-05' })).body;
  expect(items.map(({ issueOn, dueOn, startsOn }: Loose) => [startsOn, issueOn, dueOn])).toEqual([
    ['2025-12-05', '2026-01-20', '2026-01-20'],
    ['2026-01-05', '2026-01-20', '2026-01-23'],
    ['2026-02-05', '2026-01-31', '2026-02-05'],
  ]);
});

test('a wish that would be refused is refused by its preview too, at the same field', async () => {
  const customerId = (await addCustomer(running, routerId)).id;
  const wishes = [
    { trialEndsOn: '2026-01-20' },
    { endsOn: '2026-01-19' },
    { discountBp: 100, discountMinor: '100' },
    { planId: '01890a5d-ac96-774b-bcce-b302099a8057' },
    { anchorDay: 32 },
    { periodUnit: 'year', periodCount: 101 },
  ];
  for (const more of wishes) {
    const shown = await previewed(more);
    const added = await running.call(`POST /api/customers/${customerId}/subscriptions`, wish(more));
    expect(shown.status).toBeGreaterThanOrEqual(400);
    expect({ ...shown.body, requestId: '' }).toEqual({ ...added.body, requestId: '' });
  }
});

test('a period of a century and a subscription that ends soon are shown as far as they go', async () => {
  const century = await previewed({ periodUnit: 'year', periodCount: 100 });
  expect(century.body.items.map(({ endsOn }: Loose) => endsOn)).toEqual(['2126-01-20']);
  const { items } = (await previewed({ endsOn: '2026-02-01', anchorDay: 20 })).body;
  expect(items.map(({ startsOn, endsOn }: Loose) => [startsOn, endsOn])).toEqual([['2026-01-20', '2026-02-01']]);
});

test('changed terms are shown with the invoices that then stand on his page, and refused as the change is', async () => {
  clock.set(`${today}T12:00:00Z`);
  const customerId = await subscribe([{ planNo: 1, startsOn: '2026-01-20', discountBp: 500 }]);
  const subscription = (await running.call(`GET /api/customers/${customerId}/subscriptions`)).body.items[0];
  const changes = [
    { priceOverrideMinor: '1234', discountBp: null, discountMinor: '34', discountEndsOn: '2026-03-01' },
    { paymentMode: 'postpaid' },
    { discountMinor: null, discountEndsOn: null, priceOverrideMinor: null },
  ];
  let { revision } = subscription;
  for (const change of changes) {
    const shown = await running.call(`POST /api/subscriptions/${subscription.id}/terms/preview`, change);
    expect(shown).toMatchObject({ status: 200 });
    const set = await running.call(`PUT /api/subscriptions/${subscription.id}`, { revision, ...change });
    expect(set).toMatchObject({ status: 200 });
    revision = set.body.revision;
    const { items } = (await running.call(`GET /api/customers/${customerId}/upcoming-invoices`)).body;
    expect(items.map(sayOf)).toEqual(shown.body.items.map(sayOf));
  }
  const wrong = { discountBp: 100, discountMinor: '100' };
  expect(await running.call(`POST /api/subscriptions/${subscription.id}/terms/preview`, wrong)).toMatchObject({
    status: 400,
    body: { fields: [{ path: 'discountMinor' }] },
  });
});
