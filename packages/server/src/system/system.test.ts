// The owner's pages: events, schedules, database; and what is told to him without being asked.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openAnchorFile } from '#audit/anchor-file.ts';
import { loadSigningKey } from '#audit/signing-key.ts';
import { manualClock } from '#platform/clock.ts';
import { type Actor, inTransaction, openDatabase } from '#platform/db.ts';
import { createSealer, keyFromSecret } from '#platform/secrets.ts';
import { eventually, type Loose, openTestLastmile, type Running } from '#test/running.ts';
import { mailDailyRoots } from './daily-root.ts';
import { recordEvent, sweepEvents } from './events.ts';
import { createJobKeeper } from './schedules.ts';
import { watchLog } from './watch-log.ts';

const clock = manualClock('2026-06-15T12:00:00Z');
const actor: Actor = { kind: 'schedule', id: null, name: 'system' };
let running: Running & { close(): Promise<void> };
let database: ReturnType<typeof openDatabase>;

beforeAll(async () => {
  running = await openTestLastmile({ clock });
  database = openDatabase(running.databaseUrl, clock, 4);
});
afterAll(async () => {
  await database.pool.end();
  await running.close();
});

const events = async (query = '') => (await running.call(`GET /api/events${query}`)).body.items as Loose[];
const jobNamed = async (name: string) =>
  (await running.call('GET /api/jobs')).body.items.find((job: Loose) => job.name === name);
const setOwner = async (ownerEmail: string | null) => {
  const { revision } = (await running.call('GET /api/settings')).body;
  return running.call('PUT /api/settings', { revision, ownerEmail });
};
const letters = (kind: string) =>
  running.query('select subject, body from notifications.messages where kind = $1 order by id', [kind]);

test('events are filtered by kind, level and words, page by page', async () => {
  await inTransaction(database, actor, async (work) => {
    for (let n = 0; n < 5; n++)
      await recordEvent(work, {
        kind: 'router',
        level: 'warning',
        name: 'router.unreachable',
        message: `Hill ${n} 100%`,
      });
    await recordEvent(work, { kind: 'job', level: 'info', name: 'job.resumed', message: 'Hill' });
  });
  const first = (await running.call('GET /api/events?kind=router&search=hill&limit=3')).body;
  expect(first.items.map(({ message }: Loose) => message)).toEqual(['Hill 4 100%', 'Hill 3 100%', 'Hill 2 100%']);
  const rest = await events(`?kind=router&search=hill&limit=3&after=${first.next}`);
  expect(rest.map(({ message }: Loose) => message)).toEqual(['Hill 1 100%', 'Hill 0 100%']);
  expect(await events('?level=info&search=hill')).toHaveLength(1);
  expect(await events('?search=100%25')).toHaveLength(5);
  expect(await events('?search=1_0')).toHaveLength(0);
});

test('what is older than the setting says goes, and an alarm that nobody has seen stays', async () => {
  await running.query(
    `insert into system.events (at, kind, level, name, message) select $1::timestamptz, 'system', level, 'system.old', level from unnest(array['info', 'alarm']) level`,
    ['2026-01-01T00:00:00Z'],
  );
  await inTransaction(database, actor, sweepEvents);
  expect((await events('?search=system.old')).map(({ level }: Loose) => level)).toEqual(['alarm']);
});

test('every schedule is listed with its next run, runs when it is asked to, and keeps how it ended', async () => {
  const { items } = (await running.call('GET /api/jobs')).body;
  expect(items.length).toBeGreaterThan(8);
  expect(items.every(({ nextRunAt }: Loose) => Date.parse(nextRunAt) > clock.now().epochMilliseconds)).toBe(true);
  expect((await running.call('POST /api/jobs/run', { job: 'auth.clean-up' })).status).toBe(204);
  const ran = await eventually(
    () => jobNamed('auth.clean-up'),
    ({ runCount }) => runCount > 0,
  );
  expect(ran).toMatchObject({ failureCount: 0, lastError: null, lastDurationMs: expect.any(Number) });
  expect(await running.call('POST /api/jobs/run', { job: 'auth.nothing' })).toMatchObject({ status: 404 });
});

test('a paused schedule rests until it is resumed, and is not run by hand', async () => {
  const job = 'notifications.send-messages';
  const keeper = createJobKeeper(database);
  await running.call('POST /api/auth/confirmation', { password: 'correct horse' });
  expect((await running.call('POST /api/jobs/pause', { job, reason: 'mail loops' })).status).toBe(204);
  expect(await running.call('POST /api/jobs/pause', { job, reason: 'mail loops' })).toMatchObject({ status: 409 });
  expect(await jobNamed(job)).toMatchObject({ pausedBy: 'admin', nextRunAt: null });
  expect(await keeper.begin(job)).toBe(false);
  expect(await running.call('POST /api/jobs/run', { job })).toMatchObject({ body: { code: 'job_paused' } });
  expect((await running.call('POST /api/jobs/resume', { job })).status).toBe(204);
  expect(await keeper.begin(job)).toBe(true);
  expect(await running.call('POST /api/jobs/resume', { job })).toMatchObject({ body: { code: 'job_not_paused' } });
});

test('a schedule that fails says why on its line and in the events, and is well again after a good run', async () => {
  const keeper = createJobKeeper(database);
  await keeper.know({ name: 'test.job', cron: '0 0 * * *', timeZone: 'UTC' });
  await keeper.begin('test.job');
  clock.advance({ milliseconds: 1500 });
  await keeper.end('test.job', new Error('the disk is full'));
  expect(await jobNamed('test.job')).toMatchObject({
    lastError: 'the disk is full',
    failureCount: 1,
    lastDurationMs: 1500,
  });
  expect(await events('?kind=job&search=disk')).toMatchObject([{ level: 'warning', name: 'job.failed' }]);
  await keeper.begin('test.job');
  await keeper.end('test.job');
  expect(await jobNamed('test.job')).toMatchObject({ lastError: null, failureCount: 1, runCount: 2 });
});

test('the database says how large it is, who is connected and who waits for whom', async () => {
  const holder = await database.pool.connect();
  const waiter = await database.pool.connect();
  try {
    await holder.query('begin; lock table system.jobs in access exclusive mode');
    const waiting = waiter.query('select count(*) from system.jobs');
    const report = await eventually(
      async () => (await running.call('GET /api/database')).body,
      ({ waits }) => waits.length > 0,
    );
    expect(report.waits[0]).toMatchObject({ statement: expect.stringContaining('system.jobs') });
    expect(report.waits[0].blockedBy).toHaveLength(1);
    // The size of a table that somebody holds is not to be had: the rest of the page is.
    expect(report).toMatchObject({ areTablesLocked: true, tables: [] });
    expect(Number(report.bytes)).toBeGreaterThan(1_000_000);
    expect(report.connections.map(({ application }: Loose) => application)).toContain('lastmile');
    await holder.query('rollback');
    await waiting;
    const { body } = await running.call('GET /api/database');
    expect(body).toMatchObject({ areTablesLocked: false, waits: [] });
    expect(body.tables.map(({ name }: Loose) => name)).toContain('audit.entries');
  } finally {
    holder.release();
    waiter.release();
  }
});

test('a slow statement is remembered without its values', async () => {
  await database.db.selectNoFrom((e) => e.fn('pg_sleep', [e.val(0.3)]).as('slept')).execute();
  const [slowest] = database.slowStatements();
  expect(slowest).toMatchObject({ statement: 'select pg_sleep($1) as "slept"', count: 1 });
  expect(slowest?.slowestMs).toBeGreaterThanOrEqual(250);
});

test('the root of each closed day goes to the owner once, with what the log is checked against later', async () => {
  await setOwner(null);
  clock.advance({ hours: 24 });
  await setOwner('owner@example.org');
  await eventually(async () => (await running.query('select 1 from audit.days')).length > 0);
  for (let n = 0; n < 2; n++) await inTransaction(database, actor, mailDailyRoots);
  const [letter, ...others] = await letters('audit_root');
  expect(others).toEqual([]);
  const [day] = await running.query(
    `select last_seq::text as seq, encode(root, 'hex') as root, encode(head, 'hex') as head from audit.days`,
  );
  expect(letter.subject).toContain('2026-06-15');
  expect(letter.body).toContain(day.root);
  expect(letter.body).toContain(`${day.seq}:${day.head}`);
});

test('a log that was changed behind the program rings: an event, a mail, once for the same finding', async () => {
  const signing = await loadSigningKey(database, createSealer(keyFromSecret('a secret for the tests')));
  const witness = { signing, anchors: openAnchorFile(running.dataDir, signing.key), timeZone: async () => 'UTC' };
  await eventually(async () => (await running.query('select 1 from audit.unchained')).length === 0);
  expect(await watchLog(database, witness)).toBe(true);
  await running.query(`alter table audit.entries disable trigger append_only`);
  await running.query(`grant update on audit.entries to current_user`);
  await running.query(`update audit.entries set payload = payload || ' ' where id = 2`);
  expect(await watchLog(database, witness)).toBe(false);
  expect(await watchLog(database, witness)).toBe(false);
  expect(await events('?search=audit.tampered')).toMatchObject([{ level: 'alarm', kind: 'security', seenAt: null }]);
  const rung = (await letters('alarm')).filter(({ subject }) => subject.includes('audit log'));
  expect(rung).toMatchObject([{ body: expect.stringContaining('record') }]);
});

test('who guesses is told to the owner: an account after ten wrong passwords', async () => {
  await running.callerWithRole('office');
  await running.query(`update auth.staff set failed_count = 9 where username = 'the-office'`);
  const wrong = { username: 'the-office', password: 'wrong' };
  expect((await running.stranger('POST /api/auth/signin', wrong)).status).toBe(401);
  const [alarm] = await events('?search=staff.locked');
  expect(alarm).toMatchObject({ level: 'alarm', kind: 'security' });
  expect(alarm?.message).toContain('the-office');
});

test.each([
  ['GET /api/events', ['super_admin', 'auditor']],
  ['GET /api/jobs', ['super_admin', 'auditor']],
  ['GET /api/database', ['super_admin', 'auditor']],
])('%s is for the owner, and for the auditor to read', async (route, may) => {
  for (const role of ['super_admin', 'auditor', 'manager', 'admin', 'cashier'] as const) {
    const call = await running.callerWithRole(role);
    expect([role, (await call(route)).status]).toEqual([role, may.includes(role) ? 200 : 403]);
  }
});
