// Where other programs invoiced twice: a second before and after midnight, in zones far apart, at the ends of months and in leap years.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { addAbsentRouter, addCustomer, fresh } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';

const clock = manualClock('2024-01-15T12:00:00Z');
let running: Running & { close(): Promise<void> };
let routerId: string;
let planId: string;

beforeAll(async () => {
  running = await openTestLastmile({ clock });
  await running.query(`update auth.sessions set expires_at = '2100-01-01'`);
  routerId = (await addAbsentRouter(running)).id;
  const plan = { name: fresh('Plan'), priceMinor: '3100', downKbps: '5M', upKbps: '5M' };
  planId = (await running.call('POST /api/plans', plan)).body.id;
});
afterAll(() => running.close());

const run = async () => (await running.call('POST /api/billing/invoice-runs')).body.invoiceCount;

/** On which days each period begins, up to the end of the last that is looked at. */
const wishes: [wish: Loose, days: string][] = [
  [{ startsOn: '2024-01-29' }, '01-29 02-29 03-29 04-29'],
  [{ startsOn: '2024-01-30' }, '01-30 02-29 03-30 04-30'],
  [{ startsOn: '2024-01-31' }, '01-31 02-29 03-31 04-30'],
  [{ startsOn: '2024-02-29', periodUnit: 'year' }, '02-29'],
  [
    { startsOn: '2024-02-26', periodUnit: 'week', periodCount: 1 },
    '02-26 03-04 03-11 03-18 03-25 04-01 04-08 04-15 04-22 04-29',
  ],
  [{ startsOn: '2024-02-29', periodUnit: 'day', periodCount: 30 }, '02-29 03-30 04-29'],
];

async function subscribe(timeZone: string): Promise<string[]> {
  clock.set('2024-01-15T12:00:00Z');
  const { revision } = (await running.call('GET /api/settings')).body;
  expect(await running.call('PUT /api/settings', { revision, timeZone })).toMatchObject({ status: 200 });
  const policy = (await running.call('GET /api/billing/policy')).body;
  // On the last day before each period.
  await running.call('PUT /api/billing/policy', { revision: policy.revision, leadDays: 0 });
  const { id } = await addCustomer(running, routerId);
  await running.query(
    `update billing.subscriptions set next_invoice_on = null, status = 'cancelled', ends_on = starts_on where status = 'active'`,
  );
  const added = wishes.map(([wish]) => running.call(`POST /api/customers/${id}/subscriptions`, { planId, ...wish }));
  return (await Promise.all(added)).map(({ body }) => body.id);
}

const nextDay = async () =>
  (
    await running.query(`select min(next_invoice_on)::text as day from billing.subscriptions where status = 'active'`)
  )[0].day;

test.each(['Pacific/Kiritimati', 'America/St_Johns', 'Pacific/Pago_Pago'])(
  'in %s nobody is invoiced a second before midnight, and each period once after it',
  async (timeZone) => {
    const ids = await subscribe(timeZone);
    for (let day = await nextDay(); day <= '2024-04-30'; day = await nextDay()) {
      const midnight = Temporal.PlainDate.from(day).toZonedDateTime(timeZone).toInstant();
      clock.set(midnight.subtract({ seconds: 1 }).toString());
      expect([day, await run()]).toEqual([day, 0]);
      clock.set(midnight.toString());
      expect([day, await run()]).not.toEqual([day, 0]);
      clock.set(midnight.add({ seconds: 1 }).toString());
      expect([day, await run()]).toEqual([day, 0]);
    }
    for (const [index, [, days]] of wishes.entries()) {
      const periods = await running.query(
        `select to_char(period.starts_on, 'MM-DD') as "startsOn"
       from billing.periods period
       join billing.invoice_lines line on line.subscription_id = period.subscription_id and line.period_on = period.starts_on
       where period.subscription_id = $1 order by period.starts_on`,
        [ids[index]],
      );
      expect(periods.map(({ startsOn }) => startsOn).join(' ')).toBe(days);
    }
  },
  120_000,
);
