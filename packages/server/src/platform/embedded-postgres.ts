// Starts our own PostgreSQL on a private unix socket, or attaches to the one that already runs on this data.
// It never outlives its owner, however the owner dies.
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import {
  type Cluster,
  ensureCluster,
  explainFailure,
  findLivePostmaster,
  isAlive,
  isOrphan,
  isZombie,
  locateCluster,
  matchOwner,
  type Postmaster,
  parentOf,
  prepareSocketFolder,
  readPostmaster,
  readSecret,
  roleName,
  socketPort,
} from './postgres-cluster.ts';
import { findProgram, type PostgresProgram, postgresEnvironment } from './postgres-program.ts';

export type EmbeddedPostgres = {
  url: string;
  /** False where another process started it: then it is not ours to stop. */
  owned: boolean;
  pid: number;
  stop(): Promise<void>;
  /** Settles when PostgreSQL has ended, for whatever reason. */
  exited: Promise<number | null>;
};

export type EmbeddedPostgresOptions = {
  settings?: Record<string, string>;
  /** For tests and tools: nothing waits for the disk, and stopping it removes all of it. */
  isTemporary?: boolean;
};

const carelessSettings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

const databaseName = 'lastmile';

// After a power cut PostgreSQL replays its log before it is ready: minutes on a slow disk, so not a short deadline.
const startTimeoutMs = 300_000;

// A fast shutdown takes 50 ms; a checkpoint of a busy database on a slow disk can take far longer. Then it is cut hard:
// the log is replayed on the next start and nothing committed is lost.
const stopTimeoutMs = 60_000;
const zombieTimeoutMs = 5000;

const largestLogBytes = 10_000_000;

/**
 * The shell holds our end of a pipe: when we die, even by kill -9, it reads the end of it and stops PostgreSQL (SIGINT is
 * "fast shutdown"). `wait` makes its exit code that of PostgreSQL.
 */
const guardScript =
  'exec 3<&0; "$@" </dev/null 3<&- & p=$!; { read -r _ <&3; kill -INT $p 2>/dev/null; } & exec 3<&-; wait $p';

export async function startEmbeddedPostgres(
  dataDir: string,
  { settings = {}, isTemporary = false }: EmbeddedPostgresOptions = {},
): Promise<EmbeddedPostgres> {
  if (isTemporary) return startTemporary(dataDir, settings);
  const cluster = locateCluster(dataDir);
  try {
    const attached = await attachToRunning(cluster);
    if (attached) return attached;
    const program = findProgram(cluster.runAs, cluster.base);
    prepareSocketFolder(cluster);
    await ensureCluster(cluster, program);
    return await startOrAttach(cluster, program, settings);
  } catch (error) {
    throw inPlainWords(error, cluster);
  }
}

async function startTemporary(dataDir: string, settings: Record<string, string>): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres(dataDir, { settings: { ...carelessSettings, ...settings } });
  const { base, socketFolder } = locateCluster(dataDir);
  const stop = async () => {
    await postgres.stop();
    for (const folder of [base, path.resolve(dataDir), socketFolder])
      fs.rmSync(folder, { recursive: true, force: true });
  };
  return { ...postgres, stop };
}

/** Two may start at once. PostgreSQL lets one of them run the cluster; the other attaches to it. */
async function startOrAttach(
  cluster: Cluster,
  program: PostgresProgram,
  settings: Record<string, string>,
): Promise<EmbeddedPostgres> {
  try {
    return await startOwn(cluster, program, settings);
  } catch (error) {
    const attached = await attachToRunning(cluster);
    if (attached) return attached;
    throw error;
  }
}

function inPlainWords(error: unknown, cluster: Cluster): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC') return new Error(`the disk that holds ${cluster.base} is full`, { cause: error });
  if (code !== 'EACCES' && code !== 'EPERM') return error;
  const text = `no permission to use ${cluster.base}: start as the user who started it before, or give the folder to this one`;
  return new Error(text, { cause: error });
}

/** Another process of ours may run this cluster, be starting it, or just be stopping it. */
async function attachToRunning(cluster: Cluster): Promise<EmbeddedPostgres | undefined> {
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline) {
    const postmaster = findLivePostmaster(cluster);
    if (!postmaster) return undefined;
    if (isOrphan(postmaster, cluster)) await stopPostmaster(postmaster);
    else if (postmaster.status === 'ready') {
      const attached = await tryAttach(cluster, postmaster);
      if (attached) return attached;
    }
    await sleep(50);
  }
  throw new Error(`another process has been starting the database in ${cluster.folder} for ${startTimeoutMs / 1000} s`);
}

async function tryAttach(cluster: Cluster, postmaster: Postmaster): Promise<EmbeddedPostgres | undefined> {
  const url = connectionUrl(cluster, postmaster.socketFolder);
  try {
    await ensureDatabase(url);
  } catch (error) {
    // It was stopping: its owner is gone, and soon it is too.
    if (isShuttingDown(error)) return undefined;
    throw error;
  }
  return { url, owned: false, pid: postmaster.pid, exited: endOf(postmaster.pid), stop: async () => {} };
}

function isShuttingDown(error: unknown): boolean {
  const code = (error as { code?: string }).code ?? '';
  return ['57P03', '57P01', 'ENOENT', 'ECONNREFUSED', 'ECONNRESET'].includes(code);
}

/** Not our child, so we can only look now and then. */
async function endOf(pid: number): Promise<null> {
  while (isAlive(pid)) await sleep(1000, undefined, { ref: false });
  return null;
}

async function stopPostmaster(postmaster: Postmaster): Promise<void> {
  process.kill(postmaster.pid, 'SIGINT');
  const deadline = Date.now() + stopTimeoutMs;
  while (isAlive(postmaster.pid) && Date.now() < deadline) await sleep(20);
  if (isAlive(postmaster.pid)) process.kill(postmaster.pid, 'SIGQUIT');
}

/**
 * A postmaster that was killed, and whose parent (a container without an init) never asks for its exit code, keeps its
 * process number for ever: PostgreSQL would take it for a running one. Its children end within moments of it, so after a
 * while of waiting nothing is left that its file could protect.
 */
async function forgetZombie(cluster: Cluster): Promise<void> {
  const deadline = Date.now() + zombieTimeoutMs;
  for (
    let postmaster = readPostmaster(cluster);
    postmaster && isZombie(postmaster.pid);
    postmaster = readPostmaster(cluster)
  ) {
    if (Date.now() > deadline) return fs.rmSync(path.join(cluster.folder, 'postmaster.pid'), { force: true });
    await sleep(50);
  }
}

async function startOwn(
  cluster: Cluster,
  program: PostgresProgram,
  settings: Record<string, string>,
): Promise<EmbeddedPostgres> {
  await forgetZombie(cluster);
  const log = openLog(cluster);
  const child = spawnGuarded(cluster, program, settings, log.descriptor);
  fs.closeSync(log.descriptor);
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const postmaster = await waitUntilReady(cluster, child, () => readFrom(cluster.logFile, log.offset));
  const url = connectionUrl(cluster, cluster.socketFolder);
  await ensureDatabase(url);
  return { url, owned: true, pid: postmaster.pid, exited, stop: () => stopGuarded(child, exited, postmaster) };
}

function spawnGuarded(
  cluster: Cluster,
  program: PostgresProgram,
  settings: Record<string, string>,
  log: number,
): ChildProcess {
  const all: Record<string, string> = {
    listen_addresses: '',
    // Quoted, for a comma in it would separate two folders.
    unix_socket_directories: `"${cluster.socketFolder}"`,
    port: socketPort,
    max_connections: '60',
    shared_buffers: '128MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_line_prefix: '%m [%p] ',
    ...settings,
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const postgres = path.join(program.folder, 'bin/postgres');
  const child = spawn('/bin/sh', ['-c', guardScript, 'sh', postgres, '-D', cluster.folder, ...flags], {
    ...cluster.runAs,
    cwd: '/',
    env: postgresEnvironment,
    // Its own process group: a Ctrl-C in the terminal reaches us, and we decide when the database goes (last).
    detached: true,
    stdio: ['pipe', log, log],
  });
  // Writing to a guard that is gone already is not worth a crash.
  child.stdin?.on('error', () => {});
  return child;
}

async function waitUntilReady(cluster: Cluster, child: ChildProcess, output: () => string): Promise<Postmaster> {
  let failure: Error | undefined;
  child.on('error', (error) => {
    failure = error;
  });
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline) {
    if (failure) throw failure;
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`the database did not start: ${explainFailure(output())} (see ${cluster.logFile})`);
    }
    const postmaster = readPostmaster(cluster);
    // A crashed one leaves a file that says "ready", and another process may be starting one: only our guard's child counts.
    if (postmaster?.status === 'ready' && parentOf(postmaster.pid) === child.pid) return postmaster;
    await sleep(10);
  }
  child.stdin?.end();
  throw new Error(`the database was not ready after ${startTimeoutMs / 1000} s (see ${cluster.logFile})`);
}

async function stopGuarded(child: ChildProcess, exited: Promise<number | null>, postmaster: Postmaster): Promise<void> {
  child.stdin?.end();
  const late = sleep(stopTimeoutMs, 'late' as const, { ref: false });
  if ((await Promise.race([exited, late])) === 'late' && isAlive(postmaster.pid))
    process.kill(postmaster.pid, 'SIGQUIT');
  await exited;
}

function connectionUrl(cluster: Cluster, socketFolder: string): string {
  const host = encodeURIComponent(socketFolder);
  return `postgres://${roleName}:${readSecret(cluster)}@localhost:${socketPort}/${databaseName}?host=${host}`;
}

/** On every start, not only the first: a kill between initdb and here must not leave us without it. */
async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url.replace(`/${databaseName}?`, '/postgres?') });
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [databaseName]);
    if (found.rowCount === 0) await client.query(`create database ${databaseName}`);
  } catch (error) {
    // The other of two that start at once made it: PostgreSQL says so in the second way where both are very close.
    const [duplicateDatabase, uniqueViolation] = ['42P04', '23505'];
    const { code } = error as { code?: string };
    if (code !== duplicateDatabase && code !== uniqueViolation) throw error;
  } finally {
    await client.end();
  }
}

function openLog(cluster: Cluster): { descriptor: number; offset: number } {
  const size = fs.statSync(cluster.logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (size > largestLogBytes) fs.renameSync(cluster.logFile, `${cluster.logFile}.1`);
  const descriptor = fs.openSync(cluster.logFile, 'a', 0o600);
  matchOwner(cluster.logFile, cluster.base);
  return { descriptor, offset: size > largestLogBytes ? 0 : size };
}

function readFrom(file: string, offset: number): string {
  return fs.readFileSync(file).subarray(offset).toString('utf8');
}
