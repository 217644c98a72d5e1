// For tests only: the books of a provider with many subscribers, workers of their own that can be killed, and backends that can be
// ended under them.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import pg from 'pg';
import { onTestFinished } from 'vitest';
import { addPlan } from '../src/plans/plans.ts';
import { manualClock } from '../src/platform/clock.ts';
import { type Actor, type Database, inTransaction, openDatabase } from '../src/platform/db.ts';
import { createTestDatabase } from '../src/platform/test-database.ts';

export const actor: Actor = { kind: 'schedule', id: null, name: 'runs' };
const firstDay = '2026-03-01';

export type Books = {
  database: Database;
  url: string;
  query(sql: string): Promise<Record<string, string>[]>;
  clock: ReturnType<typeof manualClock>;
};

/** Subscribers enough for several batches, all due on the same day. */
export async function openBooks(now: string, count: number): Promise<Books> {
  const test = await createTestDatabase();
  const clock = manualClock(now);
  const database = openDatabase(test.url, clock);
  onTestFinished(async () => {
    await database.pool.end();
    await test.drop();
  });
  await subscribe(database, count);
  const query = async (text: string) => (await database.pool.query(text)).rows;
  return { database, url: test.url, query, clock };
}

async function subscribe(database: Database, count: number): Promise<void> {
  const plan = await inTransaction(database, actor, (work) =>
    addPlan(work, {
      name: 'Basic',
      priceMinor: 2999n,
      service: 'pppoe',
      downKbps: 5120,
      upKbps: 5120,
      dataCapBytes: null,
      periodUnit: 'month',
      periodCount: 1,
    } as never),
  );
  await database.pool.query(
    `insert into customers.customers (id, name, created_at) select gen_random_uuid(), 'Customer ' || n, now() from generate_series(1, $1::int) n`,
    [count],
  );
  await database.pool.query(
    `insert into billing.subscriptions (id, customer_id, plan_version_id, currency, starts_on, anchor_day, period_unit, period_count, charged_from, charged_through, next_invoice_on, created_at)
     select gen_random_uuid(), id, $1, 'USD', $2, 1, 'month', 1, $2, $2, $2, now() from customers.customers`,
    [plan.versionId, firstDay],
  );
}

/** Each of them with an account on a router that nobody reaches. */
export async function addAccounts({ query }: Books): Promise<void> {
  await query(
    `insert into routers.routers (id, label, host, port, tls, username, password_sealed, mode, created_at)
     values ('01890a5d-ac96-774b-bcce-b302099a8057', 'Tower', '127.0.0.1', 9, 'off', 'x', '', 'observe', now())`,
  );
  await query(
    `insert into provisioning.accounts (id, customer_id, router_id, profile_id, service, name, password_sealed, pending_since, created_at)
     select gen_random_uuid(), c.id, '01890a5d-ac96-774b-bcce-b302099a8057', p.id, 'pppoe', c.id::text, '', now(), now()
     from customers.customers c cross join (select profile_id as id from plans.plans limit 1) p`,
  );
  await query(
    'update billing.subscriptions s set account_id = a.id from provisioning.accounts a where a.customer_id = s.customer_id',
  );
}

const programs = {
  invoicing: ['#billing/invoice-runs.ts', 'runInvoicing'],
  recognition: ['#billing/recognition.ts', 'recognizeRevenue'],
  overdue: ['#billing/overdue-runs.ts', 'runOverdueCheck'],
} as const;

const programOf = ([file, run]: (typeof programs)[keyof typeof programs]) => `
  const { openDatabase } = await import('#platform/db.ts');
  const { ${run} } = await import('${file}');
  const now = Temporal.Instant.from(process.env.NOW);
  const database = openDatabase(process.env.DATABASE_URL, { now: () => now });
  console.log('ready');
  await ${run}(database, { kind: 'schedule', id: null, name: 'runs' });
  await database.pool.end();
`;

/** A process of its own that runs one of them once. */
async function startWorker(url: string, now: string, what: keyof typeof programs): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', programOf(programs[what])], {
    cwd: path.join(import.meta.dirname, '..'),
    env: { DATABASE_URL: url, NOW: now },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout!, 'data');
  return child;
}

type Misfortune = {
  what: keyof typeof programs;
  now: string;
  /** How far it comes before it is killed, each time. */
  marks: readonly number[];
  progress: () => Promise<number>;
};

/**
 * Starts a worker again and again, and kills it by kill -9 as soon as it has come as far as each mark: in the middle of what
 * follows. Answers how many were killed.
 */
export async function killAt({ url, query }: Books, { what, now, marks, progress }: Misfortune): Promise<number> {
  let kills = 0;
  for (const least of marks) {
    const before = await countBackends(query);
    const worker = await startWorker(url, now, what);
    while ((await progress()) < least && worker.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 5));
    if (worker.exitCode !== null) break;
    worker.kill('SIGKILL');
    await once(worker, 'exit');
    kills += 1;
    // PostgreSQL ends the statement of who died before it looks for him.
    while ((await countBackends(query)) > before) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return kills;
}

async function countBackends(query: Books['query']): Promise<number> {
  const [row] = await query(
    `select count(*)::text as n from pg_stat_activity where datname = current_database() and application_name = 'lastmile'`,
  );
  return Number(row?.n);
}

/** Ends a working backend, three times, as soon as one is seen at work. Answers how many were ended. */
export async function endBackends(url: string, pauseMs = 150): Promise<number> {
  const killer = new pg.Client({ connectionString: url });
  await killer.connect();
  let ended = 0;
  for (let round = 0; round < 3; round++) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    // Between two statements nobody is at work for a moment: so it is asked again, for two seconds.
    for (let attempt = 0; attempt < 400; attempt++) {
      const { rowCount } = await killer.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and state = 'active' and application_name = 'lastmile' limit 1`,
      );
      ended += rowCount ?? 0;
      if (rowCount) break;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  await killer.end();
  return ended;
}
