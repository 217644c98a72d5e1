// What the office does all day, on 100,000 customers, 20,000 of them online: finding a caller, paging lists, the first page.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { systemClock } from '#platform/clock.ts';
import { type Database, openDatabase } from '#platform/db.ts';
import { startEmbeddedPostgres } from '#platform/embedded-postgres.ts';
import { migrate } from '#platform/migrate.ts';
import { getDashboard } from '#reports/dashboard.ts';
import { listSessions } from '#subscribers/session-list.ts';
import { listSubscribers } from '#subscribers/subscriber-list.ts';
import { getSubscriber } from '#subscribers/subscribers.ts';
import { writeOffice } from '../test/office.test-support.ts';

export const name = 'office';
export const about =
  'finding a caller, lists, sessions and the first page on 100,000 customers (OFFICE_CUSTOMERS=n: fewer)';

type Row = { id: string; subject: string; value: number; unit: string };

const customerCount = Number(process.env.OFFICE_CUSTOMERS ?? 100_000);
// What people type: a rare and a common part of a name, two names, a telephone, an account, an address, a device, two letters.
const typed = [
  'kow',
  'ana',
  'wanj',
  'horvat ana',
  '0712 00',
  '+254 7120',
  'acc4711',
  'acc47',
  'mill lane',
  '10.64.3.',
  'AA:00:00:01',
  'zo',
  'an',
  '#99',
  'fibre',
  'qqq',
];

export async function run({ runs }: { runs: number }): Promise<Row[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lastmile-bench-'));
  // As root the database runs as another user, who must be able to pass through.
  fs.chmodSync(folder, 0o711);
  const postgres = await startEmbeddedPostgres(folder);
  const database = openDatabase(postgres.url, systemClock);
  try {
    await migrate(database.pool);
    await writeOffice(database, customerCount, customerCount / 5);
    return await measure(database, runs);
  } finally {
    await database.pool.end();
    await postgres.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

const page = { limit: 51 };

async function measure({ db }: Database, runs: number): Promise<Row[]> {
  const now = Temporal.Now.instant();
  const list = (filter: object) => listSubscribers(db, { ...page, sort: 'name', ...filter }, now, 'everywhere');
  const [someone] = (await list({ search: 'acc4711' })).items;
  const router = (await db.selectFrom('routers.routers').select('id').limit(1).executeTakeFirstOrThrow()).id;
  const deeds: [string, string, () => Promise<unknown>][] = [
    ...typed.map((search): [string, string, () => Promise<unknown>] => [
      'customer-search',
      search,
      () => list({ search }),
    ]),
    ...(['active', 'suspended', 'no_account', 'pending', 'overdue', 'online', 'offline', 'removed'] as const).map(
      (status): [string, string, () => Promise<unknown>] => ['customer-list', status, () => list({ status })],
    ),
    ['customer-list', 'first page', () => list({})],
    ['customer-list', 'newest', () => list({ sort: 'newest' })],
    ['customer-list', 'router', () => list({ routerId: router })],
    ['customer-list', 'tag', () => list({ tag: 'fibre' })],
    ['customer-page', 'one', () => getSubscriber(db, someone?.id ?? '', now)],
    ['session-list', 'first page', () => listSessions(db, { limit: 51 }, 'everywhere', true)],
    ...['ana', 'acc47', '10.64.3.', 'aa:00:00:01', 'qqq'].map((search): [string, string, () => Promise<unknown>] => [
      'session-search',
      search,
      () => listSessions(db, { limit: 51, search }, 'everywhere', true),
    ]),
    ['dashboard', 'all', () => getDashboard(db, now, 'everywhere')],
  ];
  const rows: Row[] = [];
  for (const [id, subject, deed] of deeds) {
    const times: number[] = [];
    for (let count = 0; count < runs * 4 + 1; count++) {
      const began = performance.now();
      await deed();
      times.push(performance.now() - began);
    }
    // The first one reads from disk and plans.
    const value = median(times.slice(1));
    console.error(`office: ${id} ${subject}: ${value.toFixed(2)} ms`);
    rows.push({ id, subject, value: Number(value.toPrecision(3)), unit: 'ms' });
  }
  return rows;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
