// Break-glass acts on a whole program: what each does, who is told, and that it ends, by hand and by itself.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import type { Actor } from '#platform/db.ts';
import { openDatabase } from '#platform/db.ts';
import { clockIn, counterStaff } from '#test/counter.test-support.ts';
import { addAbsentRouter, addCustomer, getCustomer, issueInvoice } from '#test/provider.test-support.ts';
import { type Answer, type Loose, openTestLastmile, type Running } from '#test/running.ts';
import { endOverdue } from './break-glass.ts';

const noon = '2026-06-15T12:00:00Z';
const clock = manualClock(noon);
const schedule: Actor = { kind: 'schedule', id: null, name: 'end of emergencies' };
const reason = 'the bank file of yesterday is lost';
let running: Running & { close(): Promise<void> };
let routerId: string;

beforeAll(async () => {
  running = await openTestLastmile({ clock });
  routerId = (await addAbsentRouter(running)).id;
  const { revision } = (await running.call('GET /api/settings')).body;
  await running.call('PUT /api/settings', { revision, ownerEmail: 'owner@example.org' });
});
afterAll(() => running.close());
beforeEach(async () => {
  // The password was given a moment ago.
  await running.call('POST /api/auth/confirmation', { password: 'correct horse' });
});

const start = (wanted: Record<string, unknown>): Promise<Answer> =>
  running.call('POST /api/emergency/overrides', { reason, ...wanted });
const standing = async () => (await running.call('GET /api/emergency/standing')).body.items;
const end = (id: string) => running.call(`POST /api/emergency/overrides/${id}/end`, { note: 'found' });
const runCheck = async () => (await running.call('POST /api/billing/overdue-runs')).body;

/** What the schedule does every minute. */
async function endByItself(): Promise<void> {
  const database = openDatabase(running.databaseUrl, clock, 2);
  await endOverdue(database, schedule).finally(() => database.pool.end());
}

async function debtor(): Promise<string> {
  const { id } = await addCustomer(running, routerId);
  await issueInvoice(running, id, { dueOn: '2026-06-10' });
  return id;
}

async function isCut(id: string): Promise<boolean> {
  const { accounts } = await getCustomer(running, id);
  return accounts[0].blocks.some((block: Loose) => block.reason === 'overdue');
}

test('while suspension is paused no run cuts anybody, and when it ends the next run does', async () => {
  const id = await debtor();
  const begun = await start({ kind: 'suspension_pause', hours: 4 });
  expect(begun).toMatchObject({
    status: 201,
    body: { kind: 'suspension_pause', reason, startedBy: 'admin', endedAt: null, until: '2026-06-15T16:00:00.000Z' },
  });
  expect(await runCheck()).toMatchObject({ suspendedCount: 0, plannedCount: 1, stoppedReason: 'paused' });
  expect(await isCut(id)).toBe(false);
  // Nobody has to lift a fuse afterwards: it has not tripped.
  expect((await running.call('GET /api/billing/fuse')).body.trip).toBeNull();
  expect((await standing()).map(({ kind }: Loose) => kind)).toEqual(['suspension_pause']);
  expect(await end(begun.body.id)).toMatchObject({ status: 200, body: { endedBy: 'admin', note: 'found' } });
  expect(await end(begun.body.id)).toMatchObject({ status: 409, body: { code: 'override_ended' } });
  expect(await standing()).toEqual([]);
  expect(await runCheck()).toMatchObject({ suspendedCount: 1, stoppedReason: null });
  expect(await isCut(id)).toBe(true);
});

test('a pause is over by its own hour, whether or not a job has said so', async () => {
  const id = await debtor();
  await start({ kind: 'suspension_pause', hours: 1 });
  clock.advance({ minutes: 59 });
  expect(await runCheck()).toMatchObject({ stoppedReason: 'paused' });
  clock.advance({ minutes: 1 });
  expect(await runCheck()).toMatchObject({ suspendedCount: 1 });
  expect(await isCut(id)).toBe(true);
  await endByItself();
  expect(await standing()).toEqual([]);
  const [last] = (await running.call('GET /api/emergency/overrides?limit=1')).body.items;
  expect(last).toMatchObject({ endedBy: 'end of emergencies', note: 'its time was over' });
});

test('who was cut in the last hours comes back, and stays for the days that were said', async () => {
  const old = await debtor();
  await runCheck();
  clock.advance({ hours: 5 });
  const fresh = await debtor();
  await runCheck();
  await running.call('POST /api/auth/confirmation', { password: 'correct horse' });
  const { body } = await start({ kind: 'restoration', cutWithinHours: 2, keepDays: 3 });
  expect(body).toMatchObject({ reached: 1, endedBy: 'admin' });
  expect([await isCut(old), await isCut(fresh)]).toEqual([true, false]);
  expect(await runCheck()).toMatchObject({ suspendedCount: 0 });
  const [hold] = (await running.call(`GET /api/billing/holds?customerId=${fresh}`)).body.items;
  expect(hold).toMatchObject({ kind: 'exemption', reason, untilOn: '2026-06-18' });
  // Again is as good as once: nobody is left.
  expect((await start({ kind: 'restoration', cutWithinHours: 2, keepDays: 3 })).body).toMatchObject({ reached: 0 });
});

test('a person who is locked out has no session, no key and no way in until it ends', async () => {
  const office = await running.callerWithRole('office');
  const [{ id: staffId }] = await running.query(`select id from auth.staff where username = 'the-office'`);
  const { body } = await start({ kind: 'shut_out', staffId, hours: 8 });
  expect(body).toMatchObject({ subject: 'the-office', subjectId: staffId });
  expect(await office('GET /api/customers')).toMatchObject({ status: 401, body: { code: 'signed_out' } });
  const signIn = { username: 'the-office', password: 'correct horse' };
  expect(await running.stranger('POST /api/auth/signin', signIn)).toMatchObject({ status: 429 });
  expect(await start({ kind: 'shut_out', staffId, hours: 8 })).toMatchObject({ body: { code: 'override_stands' } });
  await end(body.id);
  expect(await running.stranger('POST /api/auth/signin', signIn)).toMatchObject({ status: 200 });
  const [me] = await running.query(`select id from auth.staff where username = 'admin'`);
  expect(await start({ kind: 'shut_out', staffId: me.id, hours: 1 })).toMatchObject({ body: { code: 'yourself' } });
});

test('all routers are only observed, and those that were managed are managed again', async () => {
  const watched = await addAbsentRouter(running);
  const { revision } = watched;
  await running.call(`PUT /api/routers/${watched.id}`, { revision, mode: 'observe' });
  const modes = async () => {
    const { items } = (await running.call('GET /api/routers')).body;
    return [routerId, watched.id].map((id) => items.find((router: Loose) => router.id === id).mode);
  };
  await running.query(`update routers.routers set mode = 'manage' where id = $1`, [routerId]);
  await start({ kind: 'observe_all', hours: 2 });
  expect(await modes()).toEqual(['observe', 'observe']);
  clock.advance({ hours: 2 });
  await endByItself();
  expect(await modes()).toEqual(['manage', 'observe']);
});

test('the drawer of somebody who is gone is counted by another, who hands it over and does not approve his own count', async () => {
  const { call: seller } = await counterStaff(running);
  const { id: shiftId } = await clockIn(seller, routerId);
  const taken = await start({ kind: 'shift_takeover', shiftId, cash: [{ faceValue: '100', count: 3 }] });
  expect(taken).toMatchObject({ status: 201, body: { endedBy: 'admin' } });
  expect(await start({ kind: 'shift_takeover', shiftId, cash: [] })).toMatchObject({ status: 409 });
  const [shift] = await running.query('select state, counted_minor from vouchers.shifts where id = $1', [shiftId]);
  expect(shift).toMatchObject({ state: 'counted' });
  const approval = await running.call(`POST /api/shifts/${shiftId}/approval`, { note: 'it is what it is' });
  expect(approval).toMatchObject({ status: 403, body: { code: 'self_approval' } });
});

test('each wants the password again, a reason and an end, and only the owner may', async () => {
  clock.advance({ hours: 1 });
  const pause = { kind: 'suspension_pause', hours: 1 };
  expect(await start(pause)).toMatchObject({ status: 403, body: { code: 'sign_in_again' } });
  await running.call('POST /api/auth/confirmation', { password: 'correct horse' });
  expect(await start({ ...pause, reason: '' })).toMatchObject({ status: 400, body: { fields: [{ path: 'reason' }] } });
  expect(await start({ ...pause, hours: 73 })).toMatchObject({ status: 400, body: { fields: [{ path: 'hours' }] } });
  for (const role of ['manager', 'admin', 'auditor'] as const) {
    const call = await running.callerWithRole(role);
    expect(await call('POST /api/emergency/overrides', { ...pause, reason })).toMatchObject({ status: 403 });
  }
});

test('the owner is told by an alarm and by mail, and everybody sees what stands', async () => {
  const { body } = await start({ kind: 'suspension_pause', hours: 1 });
  const { items, ringingCount } = (await running.call('GET /api/events?level=alarm&limit=1')).body;
  expect(items[0]).toMatchObject({ kind: 'security', name: 'emergency.suspension_pause', subjectId: body.id });
  expect(items[0].message).toContain(reason);
  expect(ringingCount).toBeGreaterThan(0);
  const [mail] = await running.query(
    `select to_address, subject, body from notifications.messages where kind = 'alarm' order by id desc limit 1`,
  );
  expect(mail).toMatchObject({ to_address: 'owner@example.org', subject: 'Alarm: Automatic suspension is paused.' });
  expect(mail.body).toContain(reason);
  const cashier = await running.callerWithRole('cashier');
  const seen = (await cashier('GET /api/emergency/standing')).body.items;
  expect(seen).toMatchObject([{ kind: 'suspension_pause', startedBy: 'admin' }]);
  // Why is between those who lead.
  expect(JSON.stringify(seen)).not.toContain(reason);
  await running.call('POST /api/events/silence', { upToId: items[0].id });
  expect((await running.call('GET /api/events')).body.ringingCount).toBe(0);
  await end(body.id);
});

test('of two who begin the same at once, one does', async () => {
  const answers = await Promise.all([1, 2, 3].map(() => start({ kind: 'suspension_pause', hours: 1 })));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
  const [{ id }] = await standing();
  const ends = await Promise.all([1, 2, 3].map(() => end(id)));
  expect(ends.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
});

test('what began and how it ended is kept as it was', async () => {
  for (const table of ['emergency.overrides', 'emergency.endings']) {
    await expect(running.query(`delete from ${table}`)).rejects.toThrow('append-only');
    await expect(running.query(`truncate ${table} cascade`)).rejects.toThrow('append-only');
  }
  await expect(running.query(`update emergency.overrides set reason = 'none'`)).rejects.toThrow('append-only');
});
