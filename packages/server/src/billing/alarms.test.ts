// What wakes the owner about money: the fuse, and who paid and is still off. His mails go over a real SMTP server.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sendMessages } from '#notifications/send-messages.ts';
import { manualClock } from '#platform/clock.ts';
import { type Database, openDatabase } from '#platform/db.ts';
import { createSealer, keyFromSecret } from '#platform/secrets.ts';
import { startMailServer } from '#test/mail-server.test-support.ts';
import { addAbsentRouter, addCustomer, issueInvoice } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';
import { watchPaidAndBlocked } from './paid-and-blocked.ts';

const clock = manualClock('2026-06-15T12:00:00Z');
const watch = { kind: 'schedule', id: null, name: 'watch of who paid' } as const;
let running: Running & { close(): Promise<void> };
let database: Database;
let router: Loose;

beforeAll(async () => {
  running = await openTestLastmile({ clock });
  database = openDatabase(running.databaseUrl, clock);
  router = await addAbsentRouter(running);
  await running.query(`update settings.provider set owner_email = 'owner@example.org'`);
  await running.query(
    `update notifications.mail_settings set is_on = true, host = '127.0.0.1', security = 'none', from_address = 'a@isp.example'`,
  );
});
afterAll(async () => {
  await database.pool.end();
  await running.close();
});
beforeEach(() => running.query('delete from notifications.messages'));

/** What the owner finds in his mailbox after what is done. */
async function mailsOf(act: () => Promise<unknown>): Promise<{ to: Loose; subject: string; text: string }[]> {
  const server = await startMailServer();
  await running.query('update notifications.mail_settings set port = $1', [server.port]);
  await act();
  await sendMessages(database, createSealer(keyFromSecret('a secret for the tests')));
  return server.mails.map(({ to, subject = '', text = '' }) => ({ to: to?.[0]?.address, subject, text }));
}

async function addDebtor(): Promise<{ id: string; invoiceId: string }> {
  const { id } = await addCustomer(running, router.id);
  const invoice = await issueInvoice(running, id, { dueOn: '2026-06-14' });
  return { id, invoiceId: invoice.id };
}

const run = async () => (await running.call('POST /api/billing/overdue-runs')).body;

test('a fuse that trips is mailed to the owner, once for each time that it trips', async () => {
  const { revision } = (await running.call('GET /api/billing/overdue-policy')).body;
  await running.call('PUT /api/billing/overdue-policy', { revision, fuseLeastCount: 1, fusePercent: 1 });
  await addDebtor();
  await addDebtor();
  const mails = await mailsOf(async () => {
    expect(await run()).toMatchObject({ stoppedReason: 'too_many', suspendedCount: 0 });
    expect(await run()).toMatchObject({ stoppedReason: 'too_many', suspendedCount: 0 });
  });
  expect(mails).toMatchObject([
    { to: 'owner@example.org', subject: 'Alarm: Suspending stopped and waits for a person.' },
  ]);
  expect(mails[0]?.text).toContain('2 customers would have been suspended');
  expect((await running.call('GET /api/events?level=alarm&search=fuse')).body.items).toMatchObject([
    { kind: 'job', name: 'billing.fuse_tripped', seenAt: null },
  ]);

  await running.call('POST /api/billing/fuse/lift', { allowedCount: 2, note: 'both are right' });
  clock.advance({ minutes: 1 });
  expect(await mailsOf(run)).toEqual([]);
  await addDebtor();
  expect(await mailsOf(run)).toHaveLength(1);
});

test('who paid and is still off after half a minute is mailed to the owner, once a day for each router', async () => {
  const debtors = await running.query(
    `select distinct on (customer_id) id, customer_id as "customerId" from billing.invoices where status = 'open' order by customer_id`,
  );
  await running.call('POST /api/billing/fuse/lift', { allowedCount: 10, note: 'all are right' });
  await run();
  const pay = ({ id }: Loose) => running.call(`POST /api/invoices/${id}/payments`, {});
  const look = () => watchPaidAndBlocked(database, watch);
  const blocked = async () => (await running.call('GET /api/dashboard')).body.paidAndStillBlocked;
  expect(await pay(debtors[0])).toMatchObject({ status: 201 });
  expect(await mailsOf(look)).toEqual([]);
  clock.advance({ seconds: 31 });
  expect(await blocked()).toBe(1);
  const mails = await mailsOf(async () => {
    await look();
    await pay(debtors[1]);
    clock.advance({ seconds: 31 });
    await look();
  });
  expect(mails).toMatchObject([{ to: 'owner@example.org', subject: 'Alarm: Paid and still blocked.' }]);
  expect(mails[0]?.text).toContain(`Ana Horvat paid all that was due, and ${router.label} does not show it yet`);
  expect(await blocked()).toBe(2);
  clock.advance({ hours: 24 });
  const nextDay = await mailsOf(look);
  expect(nextDay).toHaveLength(1);
  expect(nextDay[0]?.text).toContain('2 customers, Ana Horvat among them, paid');
});

test('where a router is only observed nobody was cut, so nobody is still blocked', async () => {
  const observed = await addAbsentRouter(running);
  const { id } = await addCustomer(running, observed.id);
  await running.query(`update routers.routers set mode = 'observe' where id = $1`, [observed.id]);
  const invoice = await issueInvoice(running, id, { dueOn: '2026-06-14' });
  const [before] = await running.query(
    `select count(*)::int as count from system.events where name = 'billing.paid_and_blocked'`,
  );
  await running.call('POST /api/billing/fuse/lift', { allowedCount: 100, note: 'all are right' });
  await run();
  const [block] = await running.query(
    `select reason from provisioning.blocks where account_id in (select id from provisioning.accounts where customer_id = $1)`,
    [id],
  );
  expect(block).toEqual({ reason: 'overdue' });
  await running.call(`POST /api/invoices/${invoice.id}/payments`, {});
  clock.advance({ seconds: 31 });
  await watchPaidAndBlocked(database, watch);
  expect(
    await running.query(`select count(*)::int as count from system.events where name = 'billing.paid_and_blocked'`),
  ).toEqual([before]);
});
