// How the operator bills: what it is at first, and how parts of a month are counted.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { addAbsentRouter, addCustomer, fresh } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';
import { billingTermsOf, taxPolicyOf } from './policy.ts';
import { defaultInvoiceTerms, defaultSuspendedBilling } from './rules/invoice-schedule-rules.ts';
import { defaultTaxPolicy } from './rules/tax-rules.ts';

const clock = manualClock('2026-02-01T12:00:00Z');
let running: Running & { close(): Promise<void> };

beforeAll(async () => {
  running = await openTestLastmile({ clock });
  await running.query(`update auth.sessions set expires_at = '2100-01-01'`);
});
afterAll(() => running.close());

test('a fresh installation bills by the defaults of the rules', async () => {
  const policy = (await running.call('GET /api/billing/policy')).body;
  expect(billingTermsOf(policy)).toEqual({
    terms: defaultInvoiceTerms,
    suspended: defaultSuspendedBilling,
    stubPolicy: 'separate',
  });
  expect(taxPolicyOf(policy)).toEqual(defaultTaxPolicy);
});

test('with months of 30 days, first days, a change of plan and a cancellation count February as 30', async () => {
  const { revision } = (await running.call('GET /api/billing/policy')).body;
  expect((await running.call('PUT /api/billing/policy', { revision, dayCount: 'fixed30' })).status).toBe(200);
  const plan = async (priceMinor: string) =>
    (await running.call('POST /api/plans', { name: fresh('Plan'), priceMinor, downKbps: '5M', upKbps: '5M' })).body;
  const [basic, dear] = [await plan('3000'), await plan('6000')];
  const routerId = (await addAbsentRouter(running)).id;
  const customerId = (await addCustomer(running, routerId)).id;
  const subscribe = async (body: Loose): Promise<string> => {
    const route = `POST /api/customers/${customerId}/subscriptions`;
    const { body: added } = await running.call(route, { planId: basic.id, ...body });
    return added.id;
  };
  const monthly = await subscribe({ startsOn: '2026-02-01' });
  await subscribe({ startsOn: '2026-02-28', anchorDay: 1 });
  const weekly = await subscribe({ startsOn: '2026-02-01', periodUnit: 'week', periodCount: 1 });
  await running.call('POST /api/billing/invoice-runs');

  clock.set('2026-02-15T12:00:00Z');
  const preview = async (id: string, act: string, body: Loose) =>
    (await running.call(`POST /api/subscriptions/${id}/${act}/preview`, body)).body.lines;
  // Fourteen days were used, and sixteen of thirty are left.
  expect(await preview(monthly, 'plan', { planId: dear.id, policy: 'immediate' })).toMatchObject([
    { kind: 'proration_credit', amountMinor: '-1600' },
    { kind: 'proration_charge', amountMinor: '3200' },
  ]);
  expect(await preview(monthly, 'cancel', { policy: 'immediate_with_credit' })).toMatchObject([
    { amountMinor: '-1600' },
  ]);
  // A week has seven days.
  clock.set('2026-02-03T12:00:00Z');
  expect(await preview(weekly, 'cancel', { policy: 'immediate_with_credit' })).toMatchObject([
    { amountMinor: '-2143' },
  ]);

  clock.set('2026-02-28T12:00:00Z');
  await running.call('POST /api/billing/invoice-runs');
  const rows = await running.query(
    `select amount_minor::text as amount from billing.invoice_lines where kind = 'stub' and starts_on = '2026-02-28' and ends_on = '2026-03-01'`,
  );
  // The last day of February makes up for those that it lacks.
  expect(rows).toEqual([{ amount: '300' }]);
});
