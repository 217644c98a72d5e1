// A year of a provider's life, made by the same acts that the office uses, with the clock set back.
import { runInvoicing } from '@lastmile/server/billing/invoice-runs.ts';
import { runOverdueCheck } from '@lastmile/server/billing/overdue-runs.ts';
import type { PaymentMethod } from '@lastmile/server/billing/payments.ts';
import { changePolicy, getPolicy } from '@lastmile/server/billing/policy.ts';
import { recordPayment } from '@lastmile/server/billing/receive-payments.ts';
import { recognizeRevenue } from '@lastmile/server/billing/recognition.ts';
import { changePlan, listPlans, type PlanView } from '@lastmile/server/plans/plans.ts';
import { manualClock } from '@lastmile/server/platform/clock.ts';
import { type Actor, type Database, inTransaction } from '@lastmile/server/platform/db.ts';
import type { Sealer } from '@lastmile/server/platform/secrets.ts';
import { addLocation } from '@lastmile/server/routers/locations.ts';
import { addRouter, changeRouter, newRouterId } from '@lastmile/server/routers/routers.ts';
import { changeSettings, getSettings } from '@lastmile/server/settings/provider.ts';
import { addSubscriber, suspendSubscriber } from '@lastmile/server/subscribers/subscriber-acts.ts';
import { runQuotas } from '@lastmile/server/usage/settle-quotas.ts';
import { demoLogin, demoPool, siteLabels } from './network.ts';
import { createDice, inventPeople } from './people.ts';
import { demoCap, fillUsage } from './usage.ts';

const customerCount = 300;
const cappedPlan = 'Basic';
const months = 12;
const schedule: Actor = { kind: 'schedule', id: null, name: 'invoicing' };
const office: Actor = { kind: 'staff', id: null, name: 'admin' };

type Subscribed = { customerId: string; plan: PlanView; since: Temporal.PlainDate };

/** Fills an empty database; a later start finds it filled and leaves it. */
export async function fillBooks(
  database: Database,
  sealer: Sealer,
  ports: readonly number[],
  say: (text: string) => void,
): Promise<void> {
  const { rows } = await database.pool.query('select exists (select from customers.customers) as it');
  if (rows[0]?.it) return;
  say('Filling a year of books ...');
  const today = database.clock.now().toZonedDateTimeISO('UTC').toPlainDate();
  const firstDay = today.with({ day: 1 }).subtract({ months });
  const at = (day: Temporal.PlainDate, hour: number): Database => ({
    ...database,
    clock: manualClock(day.toZonedDateTime({ timeZone: 'UTC', plainTime: { hour } }).toInstant().toString()),
  });
  await nameProvider(at(firstDay, 7));
  const routerIds = await addRouters(at(firstDay, 8), sealer, ports);
  const subscribed = await addCustomers(database, at, sealer, routerIds, firstDay);
  await billEveryMonth(at, firstDay, today);
  await recognizeRevenue(database, schedule);
  await suspendSome(database, subscribed);
  await runOverdueCheck(database, { kind: 'schedule', id: null, name: 'overdue check' });
  await fillUsage(database, today);
  await runQuotas(database);
}

async function nameProvider(database: Database): Promise<void> {
  await inTransaction(database, office, async (work) => {
    const { revision } = await getSettings(work.db);
    await changeSettings(work, {
      providerName: 'Savanna Net',
      country: 'KE',
      timeZone: 'Africa/Nairobi',
      graceDays: 5,
      liveIntervalSeconds: 3,
      revision,
    });
    for (const plan of (await listPlans(work.db, { status: 'active', limit: 10 })).items)
      await changePlan(work, plan.id, {
        addressPool: demoPool,
        ...(plan.name === cappedPlan ? demoCap : {}),
        revision: plan.revision,
      });
    // Who is billed on the first pays by the tenth.
    await changePolicy(work, { termsDays: 9, revision: (await getPolicy(work.db)).revision });
  });
}

async function addRouters(database: Database, sealer: Sealer, ports: readonly number[]): Promise<string[]> {
  return inTransaction(database, office, async (work) => {
    const ids: string[] = [];
    const townId = await addLocation(work, { name: 'Savanna town', address: 'Market Road 1', notes: null });
    const hillId = await addLocation(work, {
      name: 'Hilltop',
      address: null,
      notes: 'Key at the farm below. The breaker is left of the door.',
    });
    for (const [index, port] of ports.entries()) {
      const id = newRouterId();
      const label = siteLabels[index] ?? `Router ${index + 1}`;
      await addRouter(work, sealer, id, {
        label,
        host: '127.0.0.1',
        port,
        tls: 'off',
        fingerprint: null,
        username: demoLogin.name,
        password: demoLogin.password,
        mode: 'manage',
        locationId: label === siteLabels[0] ? hillId : townId,
      });
      // Its customers come all at once.
      await changeRouter(work, sealer, id, { revision: 1, changeLimitPercent: 100 });
      ids.push(id);
    }
    return ids;
  });
}

type At = (day: Temporal.PlainDate, hour: number) => Database;

async function addCustomers(
  database: Database,
  at: At,
  sealer: Sealer,
  routerIds: readonly string[],
  firstDay: Temporal.PlainDate,
): Promise<Subscribed[]> {
  const dice = createDice(11);
  const plans = (await listPlans(database.db, { status: 'active', limit: 10 })).items;
  const people = inventPeople(customerCount);
  const subscribed: Subscribed[] = [];
  // Two thirds were there from the beginning, the rest came over the year.
  for (let month = 0; month <= months; month++) {
    const since = firstDay.add({ months: month });
    const count = month === 0 ? 200 : month === months ? people.length : Math.ceil(100 / months);
    const arrivals = people.splice(0, count);
    await inTransaction(at(since, 9), office, async (work) => {
      for (const person of arrivals) {
        const plan = plans[Math.floor(dice() ** 1.5 * plans.length)];
        const routerId = routerIds[Math.floor(dice() * routerIds.length)];
        if (!plan || !routerId) continue;
        subscribed.push({
          plan,
          since,
          customerId: await addSubscriber(work, sealer, { ...person, planId: plan.id, routerId }),
        });
      }
    });
  }
  return subscribed;
}

type OpenInvoice = { id: string; dueOn: Temporal.PlainDate };

async function billEveryMonth(at: At, firstDay: Temporal.PlainDate, today: Temporal.PlainDate): Promise<void> {
  const dice = createDice(13);
  for (let month = 0; month <= months; month++) {
    const first = firstDay.add({ months: month });
    const issued = await issueForMonth(at(first, 6), first);
    await payOverTheMonth(at, issued, first, today, dice);
  }
}

/** By the run that the schedule starts every hour, on the first of the month. */
async function issueForMonth(database: Database, first: Temporal.PlainDate): Promise<OpenInvoice[]> {
  await runInvoicing(database, schedule);
  await recognizeRevenue(database, schedule);
  const rows = await database.db
    .selectFrom('billing.invoices')
    .select(['id', 'due_on as dueOn'])
    .where('issued_on', '=', first)
    .where('status', '=', 'open')
    .orderBy('id')
    .execute();
  return rows;
}

const methods: readonly PaymentMethod[] = ['mobile_money', 'mobile_money', 'cash', 'cash', 'transfer', 'card'];

/** Most pay before the day, some after, and of this month's a few not yet. */
async function payOverTheMonth(
  at: At,
  invoices: readonly OpenInvoice[],
  first: Temporal.PlainDate,
  today: Temporal.PlainDate,
  dice: () => number,
): Promise<void> {
  const isCurrent = first.month === today.month && first.year === today.year;
  const lastOffset = isCurrent ? Math.max(1, today.day - 2) : 25;
  const payers = invoices.filter(() => dice() < (isCurrent ? 0.94 : 1));
  const byDay = Map.groupBy(payers, () => Math.min(lastOffset, 1 + Math.floor(dice() ** 2.4 * 24)));
  for (const [offset, paying] of [...byDay].sort(([a], [b]) => a - b)) {
    const day = first.add({ days: offset });
    if (Temporal.PlainDate.compare(day, today) >= 0) return;
    await inTransaction(at(day, 12), office, async (work) => {
      for (const { id } of paying) {
        const method = methods[Math.floor(dice() * methods.length)] ?? 'cash';
        await recordPayment(work, id, { method, note: null });
      }
    });
  }
}

async function suspendSome(database: Database, subscribed: readonly Subscribed[]): Promise<void> {
  await inTransaction(database, office, async (work) => {
    for (const { customerId } of subscribed.filter((_, index) => index % 97 === 50))
      await suspendSubscriber(work, customerId, 'moved away, keeps the line for later');
  });
}
