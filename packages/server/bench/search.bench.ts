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

export const name = 'search';
export const about =
  'finding a caller by all that he may say, sessions, lists and the first page on 100,000 customers (CUSTOMERS=n: fewer)';

type Row = { id: string; subject: string; value: number; unit: string };

const customerCount = Number(process.env.CUSTOMERS ?? 100_000);

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

// A page as the web asks for it, and one more to know whether there is a next.
const page = { limit: 51 };
// Of fewer the hundredth part is not even one.
const leastRounds = 200;

const firstNames = ['Ana', 'Chipo', 'Faraji', 'Mariana', 'Njeri', 'Wanjiru', 'Zoë'];
const lastNames = ['Banda', 'García', 'Horvat', 'Jovanović', 'Mwangi', 'Okafor', 'Żukowski'];
const streets = ['market road', 'hill street', 'old mill lane', 'station avenue', 'lake view', 'acacia close'];

const of = (list: readonly string[], n: number) => list[n % list.length] ?? '';
const padded = (n: number) => String(n).padStart(6, '0');
const macOf = (n: number) =>
  `AA:${n
    .toString(16)
    .padStart(10, '0')
    .replace(/(..)(?=.)/g, '$1:')}`;
const addressOf = (n: number) => `10.64.${Math.floor(n / 250) % 250}.${n % 250}`;

/** What is typed for a customer, by his number; `ids` are those of some. */
const typedFor: Record<string, (n: number, ids: readonly string[]) => string> = {
  name: (n) => `${of(lastNames, n)} ${of(firstNames, n >> 3)}`,
  'part of a name': (n) => of([...firstNames, ...lastNames], n).slice(0, 3),
  'two letters': (n) => of([...firstNames, ...lastNames], n).slice(0, 2),
  phone: (n) => `0712${padded(n)}`,
  'phone, written otherwise': (n) => `+254 712 ${padded(n).slice(0, 3)} ${padded(n).slice(3)}`,
  'account name': (n) => `acc${n}`,
  street: (n) => `${n % 180} ${of(streets, n)}`,
  'IP address': addressOf,
  'MAC address': macOf,
  number: (n) => `#${n}`,
  id: (n, ids) => of(ids, n),
  nobody: (n) => `qqq${n}`,
};
const typedForSessions = ['name', 'part of a name', 'account name', 'IP address', 'MAC address', 'nobody'];

type Deed = { id: string; subject: string; run: (n: number) => Promise<unknown> };

async function measure({ db }: Database, runs: number): Promise<Row[]> {
  const now = Temporal.Now.instant();
  const list = (filter: object) => listSubscribers(db, { ...page, sort: 'name', ...filter }, now, 'everywhere');
  const sessions = (search?: string) => listSessions(db, { ...page, search }, 'everywhere', true);
  const some = await db.selectFrom('customers.customers').select('id').orderBy('id').limit(500).execute();
  const ids = some.map(({ id }) => id);
  const router = (await db.selectFrom('routers.routers').select('id').limit(1).executeTakeFirstOrThrow()).id;
  const statuses = ['active', 'suspended', 'no_account', 'pending', 'overdue', 'online', 'offline', 'removed'] as const;
  const deeds: Deed[] = [
    ...Object.entries(typedFor).map(([subject, typed]) => ({
      id: 'search-100k',
      subject,
      run: (n: number) => list({ search: typed(n, ids) }),
    })),
    ...typedForSessions.map((subject) => ({
      id: 'session-search-20k',
      subject,
      run: (n: number) => sessions(typedFor[subject]?.(n % (customerCount / 5), ids)),
    })),
    { id: 'session-list-20k', subject: 'first page', run: () => sessions() },
    { id: 'dashboard-100k', subject: 'all', run: () => getDashboard(db, now, 'everywhere') },
    { id: 'customer-page-100k', subject: 'one', run: (n) => getSubscriber(db, of(ids, n), now) },
    ...Object.entries({
      'first page': {},
      newest: { sort: 'newest' },
      router: { routerId: router },
      tag: { tag: 'fibre' },
      ...Object.fromEntries(statuses.map((status) => [status, { status }])),
    }).map(([subject, filter]) => ({ id: 'customer-list-100k', subject, run: () => list(filter) })),
  ];
  const rows: Row[] = [];
  for (const deed of deeds) rows.push(...(await timed(deed, Math.max(leastRounds, runs * 4))));
  return rows;
}

async function timed({ id, subject, run }: Deed, rounds: number): Promise<Row[]> {
  const times: number[] = [];
  // The first one reads from disk and plans. The step meets all parts of the base.
  for (let round = 0; round <= rounds; round++) {
    const began = performance.now();
    await run(1 + ((round * 7919) % customerCount));
    times.push(performance.now() - began);
  }
  const sorted = times.slice(1).sort((a, b) => a - b);
  return [50, 99].map((percent) => {
    const value = sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? 0;
    console.error(`search: ${id} ${subject} p${percent}: ${value.toFixed(2)} ms`);
    return { id, subject: `${subject} p${percent}`, value: Number(value.toPrecision(3)), unit: 'ms' };
  });
}
