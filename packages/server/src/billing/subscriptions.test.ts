import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { addAbsentRouter, addCustomer, fresh, getCustomer } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';

const clock = manualClock('2026-01-10T12:00:00Z');
let running: Running & { close(): Promise<void> };
let routerId: string;
let basic: Loose;
let premium: Loose;
let customerId: string;
let subscription: Loose;

beforeAll(async () => {
  running = await openTestLastmile({ clock });
  routerId = (await addAbsentRouter(running)).id;
  await running.query(`update auth.sessions set expires_at = '2100-01-01'`);
  const plan = (priceMinor: string) =>
    running.call('POST /api/plans', { name: fresh('Plan'), priceMinor, downKbps: '5M', upKbps: '5M' });
  basic = (await plan('3100')).body;
  premium = (await plan('6200')).body;
});
afterAll(() => running.close());

beforeEach(async () => {
  clock.set('2026-01-10T12:00:00Z');
  // Each test has its own customer, and the run finds nobody else.
  await running.query(
    `update billing.subscriptions set next_invoice_on = null, status = 'cancelled', ends_on = starts_on, pending_on = null, pending_version_id = null`,
  );
  customerId = (await addCustomer(running, routerId, { planId: basic.id })).id;
  subscription = await current();
});

const run = async () => (await running.call('POST /api/billing/invoice-runs')).body;
const current = async () => (await running.call(`GET /api/customers/${customerId}/subscriptions`)).body.items[0];
const act = async (deed: string, body: Record<string, unknown> = {}) =>
  running.call(`POST /api/subscriptions/${subscription.id}/${deed}`, { revision: (await current()).revision, ...body });
const invoices = async () => {
  const { body } = await running.call(`GET /api/invoices?customerId=${customerId}`);
  const details = body.items.map(({ id }: Loose) => running.call(`GET /api/invoices/${id}`));
  return (await Promise.all(details)).map((answer: Loose) => answer.body).toReversed();
};
const days = async () =>
  (await invoices()).flatMap(({ lines }: Loose) => lines.map(({ startsOn, endsOn }: Loose) => `${startsOn} ${endsOn}`));

test('a new customer has a subscription, and the run invoices its first period once', async () => {
  expect(subscription).toMatchObject({ planName: basic.name, startsOn: '2026-01-10', anchorDay: 10, status: 'active' });
  expect(await run()).toMatchObject({
    invoiceCount: 1,
    failedCount: 0,
    totals: [{ currency: 'USD', amountMinor: '3100' }],
  });
  expect(await run()).toMatchObject({ invoiceCount: 0 });
  const [invoice] = await invoices();
  expect(invoice).toMatchObject({ amountMinor: '3100', issuedOn: '2026-01-10', dueOn: '2026-01-10', status: 'open' });
  expect(invoice.lines).toMatchObject([{ kind: 'recurring', startsOn: '2026-01-10', endsOn: '2026-02-10' }]);
});

test('the next period is invoiced four days before the last day of the one that runs, and not before', async () => {
  await run();
  clock.set('2026-02-04T12:00:00Z');
  expect(await run()).toMatchObject({ invoiceCount: 0 });
  clock.set('2026-02-05T12:00:00Z');
  expect(await run()).toMatchObject({ invoiceCount: 1 });
  expect((await invoices()).at(-1)).toMatchObject({ issuedOn: '2026-02-05', dueOn: '2026-02-10' });
});

test('a run says how many were due and how many of them it has been at', async () => {
  expect(await run()).toMatchObject({ invoiceCount: 1, dueCount: 1, doneCount: 1 });
  expect(await run()).toMatchObject({ invoiceCount: 0, dueCount: 0, doneCount: 0 });
});

test('a run that comes late by months invoices each missed period once, and none is backdated', async () => {
  await run();
  clock.set('2026-05-20T12:00:00Z');
  expect(await run()).toMatchObject({ invoiceCount: 4 });
  expect(await days()).toEqual([
    '2026-01-10 2026-02-10',
    '2026-02-10 2026-03-10',
    '2026-03-10 2026-04-10',
    '2026-04-10 2026-05-10',
    '2026-05-10 2026-06-10',
  ]);
  expect((await invoices()).slice(1).map(({ issuedOn }: Loose) => issuedOn)).toEqual(Array(4).fill('2026-05-20'));
});

test('the preview says what the next three runs then do', async () => {
  const { items } = (await running.call(`GET /api/customers/${customerId}/upcoming-invoices`)).body;
  expect(items).toHaveLength(3);
  for (const upcoming of items) {
    clock.set(`${upcoming.issueOn}T12:00:00Z`);
    expect(await run()).toMatchObject({ invoiceCount: 1 });
    const invoice = (await invoices()).at(-1);
    expect(invoice).toMatchObject({
      issuedOn: upcoming.issueOn,
      dueOn: upcoming.dueOn,
      amountMinor: upcoming.amountMinor,
      lines: [{ startsOn: upcoming.startsOn, endsOn: upcoming.endsOn }],
    });
  }
});

test('the office reads for how many days the credit of a customer pays what he takes', async () => {
  const creditDays = async () =>
    (await running.call(`GET /api/customers/${customerId}/upcoming-invoices`)).body.creditDays;
  expect(await creditDays()).toEqual([]);
  await running.call('POST /api/payments', { customerId, amountMinor: '9300' });
  // 31.00 for the 31 days of the last interval that is shown.
  expect(await creditDays()).toEqual([{ currency: 'USD', days: 93 }]);
  await run();
  // The last one shown has 30 days now.
  expect(await creditDays()).toEqual([{ currency: 'USD', days: 60 }]);
});

test('a dearer plan counts at once: the preview has the lines that the invoice then has', async () => {
  await run();
  clock.set('2026-01-20T12:00:00Z');
  const wish = { planId: premium.id };
  const preview = (await running.call(`POST /api/subscriptions/${subscription.id}/plan/preview`, wish)).body;
  // 21 of 31 days are left.
  expect(preview).toMatchObject({
    effectiveOn: '2026-01-20',
    amountMinor: '2100',
    lines: [
      { kind: 'proration_credit', amountMinor: '-2100' },
      { kind: 'proration_charge', amountMinor: '4200' },
    ],
  });
  expect((await act('plan', wish)).body).toMatchObject({ planName: premium.name, pending: null });
  const invoice = (await invoices()).at(-1);
  expect(invoice).toMatchObject({ amountMinor: '2100', lines: preview.lines });
  expect((await getCustomer(running, customerId)).accounts[0].planId).toBe(premium.id);
  clock.set('2026-02-06T12:00:00Z');
  await run();
  expect((await invoices()).at(-1)).toMatchObject({ amountMinor: '6200' });
});

/** What all of his invoices and credit notes come to. */
const costMinor = async () =>
  (await invoices()).reduce(
    (sum: bigint, { amountMinor, creditedMinor }: Loose) => sum + BigInt(amountMinor) - BigInt(creditedMinor),
    0n,
  );

test('of several changes of plan on one day only the last one costs anything', async () => {
  await run();
  clock.set('2026-01-20T12:00:00Z');
  expect((await act('plan', { planId: premium.id })).status).toBe(200);
  expect(await costMinor()).toBe(5200n);
  const back = { planId: basic.id, policy: 'immediate' };
  expect((await act('plan', back)).body).toMatchObject({ planName: basic.name, pending: null });
  expect(await costMinor()).toBe(3100n);
  await act('plan', { planId: premium.id });
  expect(await costMinor()).toBe(5200n);
  clock.set('2026-02-06T12:00:00Z');
  await run();
  expect((await invoices()).at(-1)).toMatchObject({ amountMinor: '6200' });
});

test('who ends at once after he took a dearer plan gets back what both invoices charged for the days left', async () => {
  await run();
  clock.set('2026-01-20T12:00:00Z');
  await act('plan', { planId: premium.id });
  clock.set('2026-01-25T12:00:00Z');
  const wish = { policy: 'immediate_with_credit', reason: 'moves away' };
  const path = `POST /api/subscriptions/${subscription.id}/cancel/preview` as const;
  // 16 of 31 days at the dearer price.
  expect((await running.call(path, wish)).body).toMatchObject({ amountMinor: '-3200' });
  expect((await act('cancel', wish)).status).toBe(200);
  // Ten days of the old plan, and five of the dearer one.
  expect(await costMinor()).toBe(2000n);
  expect((await running.call('GET /api/books/check')).body).toMatchObject({ count: 0 });
});

test('a cheaper plan waits for the end of what is charged', async () => {
  await act('plan', { planId: premium.id });
  await run();
  clock.set('2026-01-20T12:00:00Z');
  expect((await act('plan', { planId: basic.id })).body).toMatchObject({
    planName: premium.name,
    pending: { planName: basic.name, on: '2026-02-10' },
  });
  clock.set('2026-02-06T12:00:00Z');
  await run();
  expect((await invoices()).at(-1)).toMatchObject({ amountMinor: '3100', lines: [{ startsOn: '2026-02-10' }] });
  expect((await getCustomer(running, customerId)).accounts[0].planId).toBe(premium.id);
  clock.set('2026-02-10T12:00:00Z');
  await run();
  expect(await current()).toMatchObject({ planName: basic.name, pending: null });
  expect((await getCustomer(running, customerId)).accounts[0].planId).toBe(basic.id);
});

test('a vacation is off and not charged, and what of it was charged is credited on return', async () => {
  await run();
  clock.set('2026-02-01T12:00:00Z');
  await act('pause', { from: '2026-02-01' });
  expect((await getCustomer(running, customerId)).accounts[0].blocks).toMatchObject([{ reason: 'vacation' }]);
  clock.set('2026-03-05T12:00:00Z');
  expect(await run()).toMatchObject({ invoiceCount: 0 });
  expect((await act('resume')).body).toMatchObject({ pause: null });
  expect((await getCustomer(running, customerId)).accounts[0].blocks).toEqual([]);
  const [first] = await invoices();
  // 9 of 31 days.
  expect(first).toMatchObject({ creditedMinor: '900', balanceMinor: '2200' });
  await run();
  expect((await days()).slice(1)).toEqual(['2026-03-05 2026-03-10', '2026-03-10 2026-04-10']);
});

test('a cancellation ends with what is charged, credits an invoice for the time after, and nothing more comes', async () => {
  await run();
  clock.set('2026-02-06T12:00:00Z');
  await run();
  expect(await invoices()).toHaveLength(2);
  const preview = await running.call(`POST /api/subscriptions/${subscription.id}/cancel/preview`, {});
  expect(preview.body).toMatchObject({ effectiveOn: '2026-02-10', amountMinor: '-3100' });
  expect((await act('cancel', { reason: 'moves away' })).body).toMatchObject({
    endsOn: '2026-02-10',
    status: 'active',
  });
  expect((await invoices()).at(-1)).toMatchObject({ creditedMinor: '3100', status: 'paid', balanceMinor: '0' });
  clock.set('2026-02-10T12:00:00Z');
  expect(await run()).toMatchObject({ invoiceCount: 0 });
  expect(await current()).toMatchObject({ status: 'cancelled' });
  expect((await getCustomer(running, customerId)).accounts[0].blocks).toMatchObject([{ reason: 'ended' }]);
  clock.set('2026-06-10T12:00:00Z');
  expect(await run()).toMatchObject({ invoiceCount: 0 });
});

test('a cancellation at once credits the rest of the period, and what was paid of it becomes credit', async () => {
  await run();
  const [invoice] = await invoices();
  await running.call(`POST /api/invoices/${invoice.id}/payments`, {});
  clock.set('2026-01-20T12:00:00Z');
  await act('cancel', { policy: 'immediate_with_credit', reason: 'moves away' });
  expect((await invoices())[0]).toMatchObject({
    creditedMinor: '2100',
    status: 'paid',
    creditNotes: [{ appliedMinor: '0' }],
  });
  const [{ balance }] = await running.query(
    `select sum(case when p.credit_id = a.id then p.amount_minor else -p.amount_minor end)::text as balance
     from ledger.accounts a join ledger.postings p on a.id in (p.debit_id, p.credit_id) where a.kind = 'customer_credit' and a.customer_id = $1`,
    [customerId],
  );
  expect(balance).toBe('2100');
});

test('who is off when a period begins is not charged for it, neither then nor on return', async () => {
  await run();
  clock.set('2026-01-20T12:00:00Z');
  await running.call(`POST /api/customers/${customerId}/suspend`, {});
  clock.set('2026-02-12T12:00:00Z');
  expect(await run()).toMatchObject({ invoiceCount: 0, passedCount: 1 });
  await running.call(`POST /api/customers/${customerId}/activate`, {});
  expect(await run()).toMatchObject({ invoiceCount: 0 });
  clock.set('2026-03-06T12:00:00Z');
  await run();
  expect(await days()).toEqual(['2026-01-10 2026-02-10', '2026-03-10 2026-04-10']);
});

test('price, discount, set-up and a trial are charged as they were agreed', async () => {
  await running.call(`PUT /api/subscriptions/${subscription.id}`, {
    revision: subscription.revision,
    priceOverrideMinor: '2000',
    discountBp: 1000,
  });
  await run();
  expect((await invoices())[0].lines).toMatchObject([{ unitMinor: '2000', discountMinor: '200', netMinor: '1800' }]);
  const other = (await addCustomer(running, routerId, { planId: basic.id })).id;
  await running.query(
    `update billing.subscriptions set status = 'cancelled', ends_on = starts_on, next_invoice_on = null where customer_id = $1`,
    [other],
  );
  customerId = other;
  const added = await running.call(`POST /api/customers/${other}/subscriptions`, {
    planId: basic.id,
    startsOn: '2026-01-10',
    trialEndsOn: '2026-01-24',
    setupFeeMinor: '5000',
    anchorDay: 1,
  });
  expect(added.status).toBe(201);
  expect(await run()).toMatchObject({ invoiceCount: 0 });
  clock.set('2026-01-24T12:00:00Z');
  await run();
  // 8 of 31 days.
  expect((await invoices())[0].lines).toMatchObject([
    { kind: 'setup', netMinor: '5000' },
    { kind: 'stub', netMinor: '800', startsOn: '2026-01-24', endsOn: '2026-02-01' },
  ]);
  clock.set('2026-01-28T12:00:00Z');
  await run();
  expect((await invoices())[1].lines).toMatchObject([{ kind: 'recurring', netMinor: '3100' }]);
});

test('a new price of a plan is for new subscriptions; who has it keeps his', async () => {
  const plan = (
    await running.call('POST /api/plans', { name: fresh('Plan'), priceMinor: '1000', downKbps: '5M', upKbps: '5M' })
  ).body;
  customerId = (await addCustomer(running, routerId, { planId: plan.id })).id;
  await running.call(`PUT /api/plans/${plan.id}`, { revision: plan.revision, priceMinor: '2000' });
  expect(await current()).toMatchObject({ planPriceMinor: '1000', planVersion: 1 });
  const later = (await addCustomer(running, routerId, { planId: plan.id })).id;
  customerId = later;
  expect(await current()).toMatchObject({ planPriceMinor: '2000', planVersion: 2 });
});

test('taxes of several rates, inclusive and exclusive, are on the lines and in the table', async () => {
  const vat = (await running.call('POST /api/taxes', { name: fresh('VAT'), rateBp: 1600 })).body;
  const levy = (await running.call('POST /api/taxes', { name: fresh('Levy'), rateBp: 250 })).body;
  const lines = [
    { description: 'Router', quantity: 2, unitMinor: '999', taxId: vat.id },
    { description: 'Cable', unitMinor: '500', taxId: levy.id },
    { description: 'Deposit', unitMinor: '100' },
  ];
  const issue = async () =>
    (await running.call('POST /api/invoices', { customerId, dueOn: '2026-02-01', description: 'Things', lines })).body;
  expect(await issue()).toMatchObject({
    netMinor: '2598',
    taxMinor: '333',
    amountMinor: '2931',
    taxes: [
      { rateBp: 1600, netMinor: '1998', taxMinor: '320' },
      { rateBp: 250, netMinor: '500', taxMinor: '13' },
    ],
  });
  const { revision } = (await running.call('GET /api/billing/policy')).body;
  await running.call('PUT /api/billing/policy', { revision, taxMode: 'inclusive' });
  expect(await issue()).toMatchObject({ amountMinor: '2598', netMinor: '2310', taxMinor: '288', taxMode: 'inclusive' });
  await running.call('PUT /api/billing/policy', { revision: revision + 1, taxMode: 'exclusive' });
});

test('who pays afterwards and changes his plan pays the days before at the price before', async () => {
  await running.call(`PUT /api/subscriptions/${subscription.id}`, {
    revision: subscription.revision,
    paymentMode: 'postpaid',
  });
  clock.set('2026-01-20T12:00:00Z');
  expect((await act('plan', { planId: premium.id })).body).toMatchObject({ pending: { on: '2026-01-20' } });
  expect((await getCustomer(running, customerId)).accounts[0].planId).toBe(premium.id);
  clock.set('2026-02-10T12:00:00Z');
  await run();
  const lines = (await invoices()).flatMap((invoice: Loose) => invoice.lines);
  // 10 of 31 days, and 21.
  expect(lines).toMatchObject([
    { kind: 'stub', netMinor: '1000', endsOn: '2026-01-20' },
    { kind: 'stub', netMinor: '4200', startsOn: '2026-01-20', endsOn: '2026-02-10' },
  ]);
});

test('the first days wait for the invoice of the first whole period where the policy says so', async () => {
  const { revision } = (await running.call('GET /api/billing/policy')).body;
  await running.call('PUT /api/billing/policy', { revision, stubPolicy: 'with_next_period' });
  await running.query(`update billing.subscriptions set anchor_day = 1 where id = $1`, [subscription.id]);
  expect(await run()).toMatchObject({ invoiceCount: 0 });
  clock.set('2026-01-27T12:00:00Z');
  expect(await run()).toMatchObject({ invoiceCount: 1 });
  expect(await days()).toEqual(['2026-01-10 2026-02-01', '2026-02-01 2026-03-01']);
  expect((await invoices())[0]).toMatchObject({ amountMinor: '5300', dueOn: '2026-02-01' });
  await running.call('PUT /api/billing/policy', { revision: revision + 1, stubPolicy: 'separate' });
});

test('a period that began while he was off is not charged on return, though no run came by meanwhile', async () => {
  await run();
  clock.set('2026-02-01T12:00:00Z');
  await running.call(`POST /api/customers/${customerId}/suspend`, {});
  clock.set('2026-02-20T12:00:00Z');
  await running.call(`POST /api/customers/${customerId}/activate`, {});
  expect(await run()).toMatchObject({ invoiceCount: 0, passedCount: 1 });
});
