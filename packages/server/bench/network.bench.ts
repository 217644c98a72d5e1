// Bringing accounts to routers: our reconciler against seed B's way (connect, log in, one command, close, one after another).
// The routers are simulated, in a process of their own; the database is a real one.
import { type ChildProcess, fork } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { connectRouter } from '@lastmile/routeros';
import { systemClock } from '#platform/clock.ts';
import { type Actor, type Database, inTransaction, openDatabase } from '#platform/db.ts';
import { startEmbeddedPostgres } from '#platform/embedded-postgres.ts';
import { newId } from '#platform/ids.ts';
import { createLocks } from '#platform/locks.ts';
import { createLog } from '#platform/log.ts';
import { migrate } from '#platform/migrate.ts';
import { asOwner } from '#platform/program-role.ts';
import { createSealer, keyFromSecret } from '#platform/secrets.ts';
import { addProfile } from '#provisioning/profiles.ts';
import { RouterWorker, type WorkerParts } from '#provisioning/router-worker.ts';
import { RouterConnections } from '#routers/connections.ts';
import { measureSteadyState, type SteadyState } from './steady-state.ts';

export const name = 'network';
export const about =
  'accounts to routers: the reconciler against a connection per operation, full looks, a steady day, connect to browser (BENCH_FULL=1: 100 routers)';

type Row = { id: string; subject: string; value: number; unit: string };

const latencyMs = 30;
const accountsPerRouter = 1000;
const routerCount = process.env.BENCH_FULL ? 100 : 10;
// Each takes as long as the one before, so a tenth of them tells the rate.
const operationsOneByOne = 100;

// A fifth is online.
const sessionsPerRouter = 200;
const connectCount = 100;
const watchedSeconds = process.env.BENCH_FULL ? 60 : 20;

const secretKey = 'a benchmark of the network';
const sealer = createSealer(keyFromSecret(secretKey));
const system: Actor = { kind: 'system', id: null, name: 'benchmark' };

export async function run({ runs }: { runs: number }): Promise<Row[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lastmile-bench-'));
  // As root the database runs as another user, who must be able to pass through.
  fs.chmodSync(folder, 0o711);
  try {
    const postgres = await startEmbeddedPostgres(folder);
    try {
      const office = await openOffice(postgres.url);
      try {
        return await measureAll(office, runs);
      } finally {
        await office.close();
      }
    } finally {
      await postgres.stop();
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function measureAll(office: Office, runs: number): Promise<Row[]> {
  const values = new Map<string, { row: Omit<Row, 'value'>; all: number[] }>();
  const note = (id: string, subject: string, unit: string, value: number) => {
    const key = `${id} ${subject}`;
    const known = values.get(key) ?? { row: { id, subject, unit }, all: [] };
    known.all.push(value);
    values.set(key, known);
    console.error(`network: ${key}: ${value.toFixed(1)} ${unit}`);
  };
  // Neither is measured while its code is read for the first time: a server is up for weeks.
  await convergeRouter(office, 0);
  await addOneByOne(0);
  for (let count = 0; count < runs; count++) {
    note('converge-30ms', 'lastmile', 'accounts/s', await convergeRouter(office, latencyMs));
    note('converge-30ms', 'connection-per-operation', 'accounts/s', await addOneByOne(latencyMs));
    const many = await convergeEmptyRouters(office);
    note('converge-empty', 'lastmile', 'accounts/s', many.accountsPerSecond);
    note('full-look-unchanged', 'lastmile', 'ms per 1,000 accounts', many.fullLookMs);
    note('commands-per-account', 'lastmile', 'commands', many.commandsPerAccount);
  }
  const steady = await measureSteadyDay(office);
  const delays = steady.delaysMs.toSorted((a, b) => a - b);
  const percentile = (share: number) => delays[Math.ceil(delays.length * share) - 1] ?? Number.NaN;
  note('steady-state-cpu', 'lastmile', '% of a core', steady.cpuPercent);
  note('steady-state-memory', 'lastmile', 'MiB', steady.memoryMiB);
  note('connect-to-browser-p50', 'lastmile', 'ms', percentile(0.5));
  note('connect-to-browser-p99', 'lastmile', 'ms', percentile(0.99));
  return [...values.values()].map(({ row, all }) => ({ ...row, value: Number(median(all).toPrecision(4)) }));
}

/** From nothing (no connection, no account on the router) to all seen there and marked. */
async function convergeRouter(office: Office, delayMs: number): Promise<number> {
  const routers = await startRouters(1, delayMs);
  try {
    const workers = await office.addRouters(routers.ports);
    const seconds = await secondsOf(() => lookAtAll(workers));
    await office.expectSettled();
    await office.removeRouters(workers);
    return accountsPerRouter / seconds;
  } finally {
    routers.stop();
  }
}

async function addOneByOne(delayMs: number): Promise<number> {
  const routers = await startRouters(1, delayMs);
  try {
    const access = { host: '127.0.0.1', port: routers.ports[0] ?? 0, username: 'lastmile', password: 'demo' };
    const seconds = await secondsOf(async () => {
      for (let index = 0; index < operationsOneByOne; index++) {
        const client = await connectRouter(access);
        await client.add('/ppp/secret', { name: `customer-${index}`, password: 'secret', service: 'pppoe' });
        await client.close();
      }
    });
    return operationsOneByOne / seconds;
  } finally {
    routers.stop();
  }
}

async function convergeEmptyRouters(
  office: Office,
): Promise<{ accountsPerSecond: number; fullLookMs: number; commandsPerAccount: number }> {
  const routers = await startRouters(routerCount, 0);
  try {
    const workers = await office.addRouters(routers.ports);
    const seconds = await secondsOf(() => lookAtAll(workers));
    await office.expectSettled();
    const { commands, secrets } = await routers.count();
    const wanted = routerCount * accountsPerRouter;
    if (secrets !== wanted) throw new Error(`${secrets} of ${wanted} accounts are on the routers`);
    const lookSeconds = await secondsOf(async () => {
      for (const worker of workers) await worker.lookNow();
    });
    await office.removeRouters(workers);
    return {
      accountsPerSecond: wanted / seconds,
      fullLookMs: (lookSeconds * 1000) / routerCount,
      commandsPerAccount: commands / wanted,
    };
  } finally {
    routers.stop();
  }
}

/** All routers with their accounts and a fifth of them online, in the whole program. */
async function measureSteadyDay(office: Office): Promise<SteadyState> {
  const routers = await startRouters(routerCount, 0);
  try {
    const routerIds = await office.writeRouters(routers.ports);
    // Last of all: the program leaves its own rows in the database.
    return await measureSteadyState({
      databaseUrl: office.databaseUrl,
      secretKey,
      routerIds,
      sessionsPerRouter,
      watchedSeconds,
      connectCount,
      dial: routers.dial,
    });
  } finally {
    routers.stop();
  }
}

async function lookAtAll(workers: readonly RouterWorker[]): Promise<void> {
  await Promise.all(workers.map((worker) => worker.lookNow()));
}

type Office = {
  databaseUrl: string;
  /** Answers their ids, for a program of its own to look after them. */
  writeRouters(ports: readonly number[]): Promise<string[]>;
  /** Routers with as many accounts each as are measured, all of them still to be brought there. */
  addRouters(ports: readonly number[]): Promise<RouterWorker[]>;
  expectSettled(): Promise<void>;
  removeRouters(workers: readonly RouterWorker[]): Promise<void>;
  close(): Promise<void>;
};

async function openOffice(databaseUrl: string): Promise<Office> {
  const database = openDatabase(databaseUrl, systemClock);
  await migrate(database.pool);
  const log = createLog('error', false);
  const locks = createLocks(databaseUrl, log);
  const connections = new RouterConnections(sealer, { areLocalRoutersAllowed: true });
  const parts: WorkerParts = {
    database,
    sealer,
    connections,
    locks,
    log,
    liveIntervalMs: () => 60_000,
    fullLookMs: () => 5 * 60_000,
  };
  return {
    databaseUrl,
    writeRouters: (ports) => writeRouters(database, ports),
    addRouters: async (ports) => (await writeRouters(database, ports)).map((id) => new RouterWorker(parts, id)),
    async expectSettled() {
      const { rows } = await database.pool.query(
        `select count(*)::int as count, min(trouble_message) as why from provisioning.accounts where applied_version <> version`,
      );
      if (rows[0]?.count !== 0) throw new Error(`${rows[0]?.count} accounts are not as wanted: ${rows[0]?.why}`);
    },
    async removeRouters(workers) {
      await Promise.all(workers.map((worker) => worker.stop()));
      await connections.stop();
      await database.pool.query(
        `delete from provisioning.sessions; delete from provisioning.daily_usage; delete from provisioning.accounts; delete from provisioning.profile_copies; delete from provisioning.profiles;
         delete from customers.customers; delete from routers.routers;`,
      );
    },
    async close() {
      await connections.stop();
      await locks.stop();
      await database.pool.end();
    },
  };
}

async function writeRouters(database: Database, ports: readonly number[]): Promise<string[]> {
  const { pool } = database;
  const customerId = newId();
  await pool.query(`insert into customers.customers (id, name, created_at) values ($1, 'Ana Horvat', now())`, [
    customerId,
  ]);
  const profileId = await addOneProfile(database);
  const routerIds: string[] = [];
  for (const [index, port] of ports.entries()) {
    const routerId = newId();
    await pool.query(
      `insert into routers.routers (id, label, host, port, tls, username, password_sealed, mode, change_limit_percent, created_at)
       values ($1, $2, '127.0.0.1', $3, 'off', 'lastmile', $4, 'manage', 100, now())`,
      [routerId, `Tower ${index}`, port, sealer.seal('demo', routerId)],
    );
    const accounts = Array.from({ length: accountsPerRouter }, (_, at) => {
      const id = newId();
      return { id, name: `customer-${at}`, sealed: sealer.seal(`secret-${at}`, id).toString('hex') };
    });
    await pool.query(
      `insert into provisioning.accounts
         (id, customer_id, router_id, profile_id, service, name, password_sealed, pending_since, next_try_at, created_at)
       select id, $1, $2, $3, 'pppoe', name, decode(sealed, 'hex'), now(), now(), now()
       from jsonb_to_recordset($4::jsonb) as account (id uuid, name text, sealed text)`,
      [customerId, routerId, profileId, JSON.stringify(accounts)],
    );
    routerIds.push(routerId);
  }
  await asOwner(pool, (owner) => owner.query('analyze provisioning.accounts'));
  return routerIds;
}

function addOneProfile(database: Database): Promise<string> {
  return inTransaction(database, system, (work) => addProfile(work, { name: 'Basic', downKbps: 10_240, upKbps: 5120 }));
}

type Routers = {
  ports: number[];
  count(): Promise<{ commands: number; secrets: number }>;
  dial(place: number, from: number, to: number): void;
  stop(): void;
};

async function startRouters(count: number, slowedByMs: number): Promise<Routers> {
  const script = path.resolve(import.meta.dirname, '../../routeros-sim/bench/many-routers.ts');
  const child = fork(script, [String(count), String(slowedByMs)], { stdio: ['ignore', 2, 2, 'ipc'] });
  const { ports } = (await nextMessage(child)) as { ports: number[] };
  return {
    ports,
    async count() {
      child.send('count');
      return (await nextMessage(child)) as { commands: number; secrets: number };
    },
    dial: (place, from, to) => child.send({ place, from, to }),
    stop: () => {
      child.disconnect();
    },
  };
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`the simulated routers ended with ${code}`));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message);
    });
  });
}

async function secondsOf(deed: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await deed();
  return (performance.now() - begun) / 1000;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[sorted.length / 2 - 1] ?? upper) + upper) / 2;
}
