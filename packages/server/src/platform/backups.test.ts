// Backups of a real database under load, put back into another folder and into its own.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { backupLock, backupsFolder, filesFile, isBackupUnderWay, listBackups, takeBackup } from './backups.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
import { restoreBackup } from './restore-backup.ts';

const tidyUp: (() => Promise<unknown> | unknown)[] = [];
const noon = Temporal.Instant.from('2026-06-15T12:00:00Z');

type Started = { pool: pg.Pool; postgres: EmbeddedPostgres; stop: () => Promise<void> };

let dataDir: string;
let running: Started;
/** Taken while many wrote; `before` was committed when it began. */
let folder: string;
let before: number;

beforeAll(async () => {
  dataDir = newFolder();
  running = await start(dataDir);
  fs.writeFileSync(path.join(dataDir, 'secret.key'), 'of all passwords');
  const { pool } = running;
  await pool.query('create table accounts as select n as id, 1000 as balance from generate_series(1, 20) n');
  await pool.query('create table moves (no bigint generated always as identity primary key, note text)');
  let isOver = false;
  const load = moveUntil(pool, () => isOver);
  while (load.lastNo() < 50) await sleep(10);
  before = load.lastNo();
  const backup = await takeBackup(pool, { dataDir, kept: 7 }, noon);
  const after = load.lastNo();
  isOver = true;
  await load.ended;
  expect(after).toBeGreaterThan(before);
  expect(backup).toMatchObject({ name: '2026-06-15T12-00-00Z', major: '18' });
  folder = path.join(backupsFolder(dataDir), '2026-06-15T12-00-00Z');
});

afterAll(async () => {
  for (const deed of tidyUp.splice(0).reverse()) await deed();
});

function newFolder(): string {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'lastmile-backup-'));
  fs.chmodSync(made, 0o711);
  tidyUp.push(() => fs.rmSync(made, { recursive: true, force: true }));
  return made;
}

async function start(place: string): Promise<Started> {
  const postgres = await startEmbeddedPostgres(place);
  const pool = new pg.Pool({ connectionString: postgres.url, max: 8 });
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const stop = async () => {
    if (!pool.ended) await pool.end();
    await postgres.stop();
    fs.rmSync(new URL(postgres.url).searchParams.get('host') ?? '', { recursive: true, force: true });
  };
  tidyUp.push(stop);
  return { pool, postgres, stop };
}

/** Moves amounts between accounts, each with a line of its own, and makes and drops tables, until it is told to end. */
function moveUntil(pool: pg.Pool, isOver: () => boolean): { lastNo: () => number; ended: Promise<unknown> } {
  let lastNo = 0;
  const mover = async (seed: number) => {
    for (let n = seed; !isOver(); n += 7) {
      const client = await pool.connect();
      const [from, to] = [(n % 20) + 1, ((n * 3 + 1) % 20) + 1];
      await client.query('begin');
      await client.query('select 1 from accounts order by id for update');
      await client.query('update accounts set balance = balance - 5 where id = $1', [from]);
      await client.query('update accounts set balance = balance + 5 where id = $1', [to]);
      const { rows } = await client.query(`insert into moves (note) values (repeat('x', 300)) returning no`);
      await client.query('commit');
      client.release();
      lastNo = Math.max(lastNo, Number(rows[0].no));
    }
  };
  const builder = async () => {
    for (let n = 1; !isOver(); n++) {
      await pool.query(`create table built_${n} as select generate_series(1, 500) as it`);
      await pool.query(`drop table if exists built_${n - 1}`);
    }
  };
  return { lastNo: () => lastNo, ended: Promise.all([mover(1), mover(2), builder()]) };
}

test('taken while many write, it holds on another machine all that was committed, and the sums are right', async () => {
  // Nothing but the backup: the machine of before is gone.
  const elsewhere = newFolder();
  expect(await restoreBackup(elsewhere, folder, noon)).toMatchObject({ before: undefined });
  const { pool } = await start(elsewhere);
  const { rows } = await pool.query(
    'select sum(balance)::int as sum, (select max(no)::int from moves) as last, (select count(*)::int from moves) as count from accounts',
  );
  expect(rows[0].sum).toBe(20_000);
  expect(rows[0].last).toBeGreaterThanOrEqual(before);
  expect(rows[0].count).toBe(rows[0].last);
  // And it is no ruin: its indexes agree with its tables, and it can be written.
  await pool.query('reindex table moves');
  await pool.query('update accounts set balance = 0');
});

test('the key that seals the passwords is not in it, and anybody can check it without this program', () => {
  const names = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' });
  expect(names.filter((name) => /secret\.key|postmaster/.test(name))).toEqual([]);
  expect(names).toContain('postgres/backup_label');
  expect(fs.statSync(folder).mode & 0o777).toBe(0o700);
  execFileSync('sha256sum', ['--quiet', '-c', filesFile], { cwd: folder });
});

test('a damaged one is refused with the file that is not right, and nothing is put anywhere', async () => {
  const elsewhere = newFolder();
  const victim = path.join(folder, 'postgres/global/pg_control');
  const good = fs.readFileSync(victim);
  for (const damage of [() => fs.writeFileSync(victim, 'x'), () => fs.rmSync(victim)]) {
    damage();
    await expect(restoreBackup(elsewhere, folder, noon)).rejects.toThrow(/damaged: .*pg_control.*Nothing was changed/);
    expect(fs.readdirSync(elsewhere)).toEqual([]);
  }
  fs.writeFileSync(victim, good);
});

test('one that was cut short is not offered and goes with the next, and so do older ones than are kept', async () => {
  const cut = `${folder}.unfinished`;
  fs.mkdirSync(path.join(cut, 'postgres'), { recursive: true });
  fs.mkdirSync(path.join(backupsFolder(dataDir), '2026-06-16T00-00-00Z'));
  const names = async () => (await listBackups(dataDir)).map(({ name }) => name);
  expect(await names()).toEqual([path.basename(folder)]);
  await expect(restoreBackup(newFolder(), cut, noon)).rejects.toThrow(/there is no whole backup/);
  await expect(takeBackup(running.pool, { dataDir, kept: 1 }, noon)).rejects.toThrow(/ask again in a second/);
  expect(await names()).toEqual([path.basename(folder)]);
  await takeBackup(running.pool, { dataDir, kept: 1 }, noon.add({ hours: 24 }));
  expect(fs.existsSync(cut)).toBe(false);
  expect(await names()).toEqual(['2026-06-16T12-00-00Z']);
});

test('a second one at the same moment is not begun', async () => {
  const other = await running.pool.connect();
  expect(await isBackupUnderWay(running.pool)).toBe(false);
  await other.query('select pg_advisory_lock($1)', [backupLock]);
  expect(await isBackupUnderWay(running.pool)).toBe(true);
  expect(await takeBackup(running.pool, { dataDir, kept: 7 }, noon)).toBeUndefined();
  other.release(true);
});

test('a restore refuses while the database runs, and keeps what was there', async () => {
  const [newest] = await listBackups(dataDir);
  const name = newest?.name ?? '';
  await running.pool.query('create table later as select 1 as it');
  await expect(restoreBackup(dataDir, name, noon)).rejects.toThrow(/stop the server first/);
  await running.stop();
  const { before: aside = '' } = await restoreBackup(dataDir, name, noon.add({ hours: 1 }));
  expect(aside).toBe(path.join(dataDir, 'postgres.before-restore-2026-06-15T13-00-00Z'));
  running = await start(dataDir);
  await expect(running.pool.query('select it from later')).rejects.toThrow(/does not exist/);
  await running.stop();
  // Cut between the two names: no empty database is made in their place.
  const cluster = path.join(dataDir, 'postgres');
  fs.rmSync(cluster, { recursive: true });
  await expect(start(dataDir)).rejects.toThrow(/a restore was cut short: .*postgres\.before-restore-/);
  fs.renameSync(aside, cluster);
  running = await start(dataDir);
  expect((await running.pool.query('select it from later')).rows).toEqual([{ it: 1 }]);
});

test('one whose database dies in the middle leaves nothing that looks whole', async () => {
  const earlier = fs.readdirSync(backupsFolder(dataDir));
  const taking = takeBackup(running.pool, { dataDir, kept: 7 }, noon).catch((error: unknown) => error);
  const draft = `${folder}.unfinished/postgres`;
  while (!fs.existsSync(draft)) await sleep(1);
  process.kill(running.postgres.pid, 'SIGKILL');
  expect(await taking).toBeInstanceOf(Error);
  expect(fs.readdirSync(backupsFolder(dataDir))).toEqual(earlier);
});
