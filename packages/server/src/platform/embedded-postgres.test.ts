import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
import { explainFailure } from './postgres-cluster.ts';

const isRoot = process.getuid?.() === 0;

const tidyUp: (() => Promise<unknown> | unknown)[] = [];

afterEach(async () => {
  for (const deed of tidyUp.splice(0).reverse()) await deed();
});

let model: string;

/** Making a cluster is most of the time of a first start: tests that are about something else begin with a copy of this one. */
beforeAll(async () => {
  model = fs.mkdtempSync(path.join(os.tmpdir(), 'lastmile-pg-model-'));
  fs.chmodSync(model, 0o711);
  const postgres = await startEmbeddedPostgres(model);
  await postgres.stop();
  fs.rmSync(socketFolderOf(postgres.url), { recursive: true, force: true });
});

afterAll(() => fs.rmSync(model, { recursive: true, force: true }));

/** A folder in which an earlier start has made the cluster. */
function usedFolder(): string {
  const folder = newFolder();
  // With owners and modes: as root the cluster belongs to another user.
  execFileSync('cp', ['-a', path.join(model, 'postgres'), folder]);
  return folder;
}

function newFolder(mode = 0o711): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lastmile pg '));
  fs.chmodSync(folder, mode);
  tidyUp.push(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function start(folder: string, settings: Record<string, string> = {}): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres(folder, { settings });
  tidyUp.push(async () => {
    await postgres.stop();
    fs.rmSync(socketFolderOf(postgres.url), { recursive: true, force: true });
  });
  return postgres;
}

function socketFolderOf(url: string): string {
  return new URL(url).searchParams.get('host') ?? '';
}

async function ask(url: string, statement: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    const answer = await client.query(statement);
    return answer.rows?.[0] === undefined ? undefined : Object.values(answer.rows[0])[0];
  } finally {
    await client.end();
  }
}

type Owner = { child: ChildProcess; pid: number; url: string };

/** Another process that starts the database and then does nothing. */
async function startInAnotherProcess(folder: string): Promise<Owner> {
  const child = spawnStarter(folder, { stdio: ['ignore', 'pipe', 'inherit'] });
  tidyUp.push(() => child.kill('SIGKILL'));
  const [line] = await new Promise<string[]>((resolve, reject) => {
    child.stdout?.on('data', (chunk) => resolve(String(chunk).split('\n')));
    child.on('exit', (code) => reject(new Error(`the other process ended with ${code}`)));
  });
  const said = JSON.parse(line ?? '') as { pid: number; url: string };
  tidyUp.unshift(() => fs.rmSync(socketFolderOf(said.url), { recursive: true, force: true }));
  return { child, ...said };
}

function spawnStarter(folder: string, options: SpawnOptions): ChildProcess {
  const module = new URL('./embedded-postgres.ts', import.meta.url).href;
  const code = `
    import { startEmbeddedPostgres } from ${JSON.stringify(module)};
    try {
      const { pid, url } = await startEmbeddedPostgres(${JSON.stringify(folder)});
      console.log(JSON.stringify({ pid, url }));
      setInterval(() => {}, 1000);
    } catch (error) {
      console.log(error.message);
    }`;
  return spawn(process.execPath, ['--input-type=module', '-e', code], options);
}

function isAlive(pid: number): boolean {
  // A zombie has ended: only nobody has asked for its exit code yet.
  try {
    return !/^State:\s*Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function untilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(10);
}

function guardsOf(pid: number): [number, ...number[]] {
  const parent = Number(/^PPid:\s*(\d+)$/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  const children = fs.readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ').map(Number);
  return [parent, ...children.filter((child) => child !== pid)];
}

test('keeps what was committed from one start to the next', async () => {
  const folder = newFolder();
  const first = await start(folder);
  expect(first.owned).toBe(true);
  await ask(first.url, 'create table kept as select 42 as it');
  await first.stop();
  expect(await first.exited).toBe(0);
  const second = await start(folder);
  expect(await ask(second.url, 'select it from kept')).toBe(42);
  expect(await ask(second.url, 'select current_database()')).toBe('lastmile');
});

test('listens on a private socket only', async () => {
  const postgres = await start(usedFolder());
  expect(await ask(postgres.url, `select setting from pg_settings where name = 'listen_addresses'`)).toBe('');
  const socketFolder = socketFolderOf(postgres.url);
  expect(path.basename(socketFolder)).toMatch(/^lastmile-pg-/);
  expect(fs.statSync(socketFolder).mode & 0o777).toBe(0o700);
  const wrong = postgres.url.replace(/:[^:@]+@/, ':wrong@');
  await expect(ask(wrong, 'select 1')).rejects.toThrow(/password authentication failed/);
});

test('attaches to a database that another process runs, and does not stop it', async () => {
  const folder = usedFolder();
  const other = await startInAnotherProcess(folder);
  const postgres = await start(folder);
  expect(postgres).toMatchObject({ owned: false, pid: other.pid });
  await postgres.stop();
  expect(await ask(other.url, 'select 1')).toBe(1);
});

test('of two that start at once on a new folder both get the one database', async () => {
  const folder = newFolder();
  const owners = await Promise.all([startInAnotherProcess(folder), startInAnotherProcess(folder)]);
  expect(owners[0]?.pid).toBe(owners[1]?.pid);
});

test('goes when its owner is killed, and the next start finds all that was committed', async () => {
  const folder = usedFolder();
  const owner = await startInAnotherProcess(folder);
  await ask(owner.url, 'create table kept as select 1 as it');
  owner.child.kill('SIGKILL');
  await untilGone(owner.pid);
  const postgres = await start(folder);
  expect(postgres.owned).toBe(true);
  expect(await ask(postgres.url, 'select it from kept')).toBe(1);
});

test.skipIf(process.platform !== 'linux')('one that nobody watches over is replaced by our own', async () => {
  const folder = usedFolder();
  const owner = await startInAnotherProcess(folder);
  await ask(owner.url, 'create table kept as select 1 as it');
  // Who watches goes first: the others' ends are what it waits for.
  const [shell, ...watchers] = guardsOf(owner.pid);
  for (const watcher of watchers) process.kill(watcher, 'SIGKILL');
  owner.child.kill('SIGKILL');
  process.kill(shell, 'SIGKILL');
  await sleep(200);
  expect(isAlive(owner.pid)).toBe(true);
  const postgres = await start(folder);
  expect(postgres.owned).toBe(true);
  expect(postgres.pid).not.toBe(owner.pid);
  expect(await ask(postgres.url, 'select it from kept')).toBe(1);
});

test('recovers after PostgreSQL itself was killed, and says that it went', async () => {
  const folder = usedFolder();
  const first = await start(folder);
  await ask(first.url, 'create table kept as select 1 as it');
  process.kill(first.pid, 'SIGKILL');
  expect(await first.exited).not.toBe(0);
  const second = await start(folder);
  expect(await ask(second.url, 'select it from kept')).toBe(1);
});

test.skipIf(process.platform !== 'linux')(
  'is not kept out by a killed one whose parent never asked for its end',
  async () => {
    const folder = usedFolder();
    const cluster = path.join(folder, 'postgres');
    const zombie = await makeZombie(fs.statSync(cluster));
    // PostgreSQL itself takes this number for a running one of its own, and would not start.
    fs.writeFileSync(path.join(cluster, 'postmaster.pid'), `${zombie}\n${cluster}\n`);
    const postgres = await start(folder);
    expect(postgres.owned).toBe(true);
    expect(await ask(postgres.url, 'select 1')).toBe(1);
  },
);

/** A process that has ended, below a parent that does not care. */
async function makeZombie(owner: { uid: number; gid: number }): Promise<number> {
  const runAs = isRoot ? { uid: owner.uid, gid: owner.gid } : {};
  const parent = spawn('/bin/sh', ['-c', 'true & echo $!; exec sleep 600'], { ...runAs, cwd: '/', stdio: 'pipe' });
  tidyUp.push(() => parent.kill('SIGKILL'));
  const pid = await new Promise<number>((resolve) => parent.stdout?.once('data', (chunk) => resolve(Number(chunk))));
  await untilGone(pid);
  return pid;
}

test('a start that was killed while it made the cluster leaves nothing half', async () => {
  const folder = newFolder();
  const child = spawnStarter(folder, { stdio: 'ignore' });
  while (!fs.existsSync(path.join(folder, `postgres.new.${child.pid}`, 'PG_VERSION'))) await sleep(5);
  child.kill('SIGKILL');
  const postgres = await start(folder);
  expect(await ask(postgres.url, 'select 1')).toBe(1);
});

test('a temporary one leaves nothing behind', async () => {
  const folder = newFolder();
  const postgres = await startEmbeddedPostgres(folder, { isTemporary: true });
  expect(await ask(postgres.url, 'show fsync')).toBe('off');
  await postgres.stop();
  expect([folder, socketFolderOf(postgres.url)].filter((place) => fs.existsSync(place))).toEqual([]);
});

test('refuses data of another major version with what to do', async () => {
  const folder = usedFolder();
  fs.writeFileSync(path.join(folder, 'postgres', 'PG_VERSION'), '17\n');
  await expect(start(folder)).rejects.toThrow(/was written by PostgreSQL 17, this program brings 18: .*DATABASE_URL/);
});

test('says in one line why PostgreSQL did not start', async () => {
  const failure = start(usedFolder(), { shared_buffers: 'plenty' });
  await expect(failure).rejects.toThrow(/^the database did not start: .*shared_buffers.*postgres\.log\)$/);
});

test('the reason is the line that tells it', () => {
  const stamp = '2026-11-21 10:00:00.000 UTC [4711] ';
  const output = `${stamp}LOG:  starting\n${stamp}FATAL:  data directory has wrong ownership\n${stamp}HINT:  so be it\n`;
  expect(explainFailure(output)).toBe('FATAL:  data directory has wrong ownership');
  expect(explainFailure('initdb: error: could not write: No space left on device\n')).toBe('the disk is full');
  expect(explainFailure('')).toBe('it said nothing');
});

test.runIf(isRoot)('as root, data that the database user may not reach lies elsewhere, and stays there', async () => {
  const folder = path.join(newFolder(0o700), 'data');
  const first = await start(folder);
  await ask(first.url, 'create table kept as select 1 as it');
  const place = String(await ask(first.url, 'show data_directory'));
  tidyUp.push(() => fs.rmSync(path.dirname(place), { recursive: true, force: true }));
  expect(place).toMatch(/^\/var\/lib\/lastmile\/[0-9a-f]{12}\/postgres$/);
  expect(fs.readFileSync(path.join(folder, 'where-is-the-database.txt'), 'utf8')).toContain(path.dirname(place));
  await first.stop();
  // Somebody opens the folder: an empty database must not take the place of the full one.
  fs.chmodSync(path.dirname(folder), 0o711);
  const second = await start(folder);
  expect(await ask(second.url, 'select it from kept')).toBe(1);
  await second.stop();
});

const nobody = { uid: 65534, gid: 65534 };

async function outputOf(child: ChildProcess): Promise<string> {
  const chunks = (await child.stdout?.toArray()) ?? [];
  return chunks.join('').trim();
}

test.runIf(isRoot)('a folder that belongs to another user is refused in one line', async () => {
  const folder = newFolder();
  const child = spawnStarter(folder, { ...nobody, cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] });
  expect(await outputOf(child)).toMatch(/^no permission to use .*: start as the user who started it before.*$/);
});

test.runIf(isRoot)('root continues what an ordinary user began, and the user continues after root', async () => {
  const folder = newFolder();
  fs.chownSync(folder, nobody.uid, nobody.gid);
  for (const starter of [nobody, {}, nobody]) {
    const child = spawnStarter(folder, { ...starter, cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] });
    const said = await new Promise<string>((resolve) => child.stdout?.once('data', (chunk) => resolve(String(chunk))));
    expect(said).toMatch(/^\{"pid":\d+/);
    child.kill('SIGKILL');
    await untilGone((JSON.parse(said) as { pid: number }).pid);
  }
});
