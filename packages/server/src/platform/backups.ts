// Backups of the embedded database: each a folder below `backups` in the data folder, taken while the database works. There is
// no pg_basebackup among the programs we bring, so the files are copied as it does: PostgreSQL is told, keeps its log from
// there on, and the log that was written meanwhile is copied last and makes the copy whole.
import fs from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';
import { copyFile, forEachOf, inMegabytes, requireRoom, syncFolder, walk, writeWhole } from './copy-file.ts';
import { makeFolder } from './folders.ts';
import { asOwner } from './program-role.ts';

export type Backup = {
  name: string;
  madeAt: Temporal.Instant;
  bytes: number;
  /** Of PostgreSQL: only the same one reads it. */
  major: string;
};

export type BackupPlace = {
  dataDir: string;
  /** So many are kept, the newest. */
  kept: number;
};

/** Taken by others while the database works: a second one at the same moment would cost much and give nothing. */
export const backupLock = 6_004_901;

const unfinished = '.unfinished';
const namePattern = /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}Z$/;
const aboutFile = 'backup.json';

/** In the form of sha256sum, which can check it: `sha256sum -c files.sha256`. */
export const filesFile = 'files.sha256';

export const backupsFolder = (dataDir: string) => path.join(dataDir, 'backups');

/** Whole ones only, the newest first. */
export async function listBackups(dataDir: string): Promise<Backup[]> {
  const names = await fs.readdir(backupsFolder(dataDir)).catch(() => []);
  const found: Backup[] = [];
  for (const name of names
    .filter((name) => namePattern.test(name))
    .toSorted()
    .toReversed()) {
    const backup = await readBackup(path.join(backupsFolder(dataDir), name));
    if (backup) found.push(backup);
  }
  return found;
}

/** Undefined where there is none, or none that came to its end. */
export async function readBackup(folder: string): Promise<Backup | undefined> {
  try {
    const about = JSON.parse(await fs.readFile(path.join(folder, aboutFile), 'utf8'));
    return { ...about, name: path.basename(folder), madeAt: Temporal.Instant.from(about.madeAt) };
  } catch {
    return undefined;
  }
}

export async function isBackupUnderWay(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query(
    `select 1 from pg_locks where locktype = 'advisory' and objid = $1 and granted
     and database = (select oid from pg_database where datname = current_database())`,
    [backupLock],
  );
  return rows.length > 0;
}

/** Undefined while another one is under way. */
export async function takeBackup(
  pool: pg.Pool,
  { dataDir, kept }: BackupPlace,
  now: Temporal.Instant,
): Promise<Backup | undefined> {
  return asOwner(pool, async (session) => {
    const { rows } = await session.query('select pg_try_advisory_lock($1) as "isOurs"', [backupLock]);
    if (!rows[0].isOurs) return undefined;
    const folder = backupsFolder(dataDir);
    makeFolder(folder);
    await fs.chmod(folder, 0o700);
    await removeUnfinished(folder);
    const backup = await copyWhileItWorks(session, dataDir, now);
    for (const old of (await listBackups(dataDir)).slice(kept))
      await fs.rm(path.join(folder, old.name), { recursive: true, force: true });
    return backup;
    // The lock, the backup and the kept log all end with the session, however this ended.
  });
}

async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await fs.readdir(folder))
    if (name.endsWith(unfinished)) await fs.rm(path.join(folder, name), { recursive: true, force: true });
}

async function copyWhileItWorks(session: pg.PoolClient, dataDir: string, now: Temporal.Instant): Promise<Backup> {
  const name = `${now.round({ smallestUnit: 'second', roundingMode: 'floor' })}`.replaceAll(':', '-');
  const whole = path.join(backupsFolder(dataDir), name);
  const draft = `${whole}${unfinished}`;
  if (await readBackup(whole)) throw new Error(`there is a backup ${name} already: ask again in a second`);
  await fs.mkdir(draft, { mode: 0o700 });
  try {
    const copy = new BackupCopy(draft);
    // Before the database: what the log is checked against later must not be ahead of it.
    await copy.addTree(path.join(dataDir, 'audit'), 'audit');
    const major = await copyDatabase(session, copy, draft);
    await writeWhole(path.join(draft, filesFile), `${copy.lines.toSorted().join('\n')}\n`);
    const about = { madeAt: now.toString(), bytes: copy.bytes, major };
    await writeWhole(path.join(draft, aboutFile), `${JSON.stringify(about)}\n`);
    for (const folder of ['', ...copy.folders]) await syncFolder(path.join(draft, folder));
    await fs.rename(draft, whole);
    await syncFolder(path.dirname(whole));
    return { ...about, name, madeAt: now };
  } catch (error) {
    await fs.rm(draft, { recursive: true, force: true });
    throw error;
  }
}

/** What was copied so far. */
class BackupCopy {
  readonly lines: string[] = [];
  readonly folders: string[] = [];
  bytes = 0;
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async addFolder(name: string): Promise<void> {
    await fs.mkdir(path.join(this.#root, name), { mode: 0o700 });
    this.folders.push(name);
  }

  /** What is gone meanwhile is left out: PostgreSQL's log knows of it. */
  async addFile(from: string, name: string): Promise<void> {
    const copied = await copyFile(from, path.join(this.#root, name));
    if (!copied) return;
    this.lines.push(`${copied.sha256}  ${name}`);
    this.bytes += copied.bytes;
  }

  async addText(text: string, name: string): Promise<void> {
    const draft = path.join(this.#root, 'draft');
    await writeWhole(draft, text);
    await this.addFile(draft, name);
    await fs.rm(draft);
  }

  async addTree(from: string, to: string, isLeftOut?: (name: string) => boolean): Promise<void> {
    const { folders, files, others } = await walk(from, isLeftOut);
    if (others.length > 0) throw new Error(`${path.join(from, others[0] ?? '')} is neither a file nor a folder`);
    for (const folder of ['', ...folders]) await this.addFolder(path.posix.join(to, folder));
    await forEachOf(files, (file) => this.addFile(path.join(from, file), path.posix.join(to, file)));
  }
}

/** What PostgreSQL makes anew at each start, as its documentation lists it. */
const madeAnew = /^(pg_wal|pg_replslot|pg_dynshmem|pg_notify|pg_serial|pg_snapshots|pg_stat_tmp|pg_subtrans)\//;
const notCopied =
  /^(postmaster\.(pid|opts)|backup_label(\.old)?|tablespace_map(\.old)?|current_logfiles|postgresql\.auto\.conf\.tmp)$|(^|\/)(pgsql_tmp[^/]*|pg_internal\.init[^/]*)$|(^|\/)t\d+_\d+[^/]*$/;
// Says up to where the log was applied: copied when all else is, so that it is never behind what it speaks of.
const controlFile = 'global/pg_control';

function isLeftOut(name: string): boolean {
  return madeAnew.test(name) || notCopied.test(name) || name === controlFile;
}

async function copyDatabase(session: pg.PoolClient, copy: BackupCopy, draft: string): Promise<string> {
  const { rows } = await session.query(
    `select current_setting('data_directory') as cluster, current_setting('server_version_num')::int / 10000 as major,
            (select sum(pg_database_size(oid)) from pg_database)::float8 as bytes`,
  );
  const { cluster, major, bytes } = rows[0] as { cluster: string; major: number; bytes: number };
  await requireRoom(draft, bytes);
  // Keeps the log from here on; it goes with this session.
  await session.query('select pg_create_physical_replication_slot($1, true, true)', [`lastmile_backup_${process.pid}`]);
  const begun = await session.query(`select pg_walfile_name(pg_backup_start('lastmile', true)) as log`);
  await copy.addTree(cluster, 'postgres', isLeftOut);
  await copy.addFile(path.join(cluster, controlFile), `postgres/${controlFile}`);
  const ended = await session.query(
    'select pg_walfile_name(lsn - 1::numeric) as log, labelfile from pg_backup_stop(false)',
  );
  await copy.addText(ended.rows[0].labelfile, 'postgres/backup_label');
  await copyLog(copy, path.join(cluster, 'pg_wal'), begun.rows[0].log, ended.rows[0].log);
  return String(major);
}

/** The pieces of PostgreSQL's log from one to another: without one of them the copy is worth nothing. */
async function copyLog(copy: BackupCopy, folder: string, first: string, last: string): Promise<void> {
  const pieces = (await fs.readdir(folder)).filter(
    (name) => /^[0-9A-F]{24}$/.test(name) && name >= first && name <= last,
  );
  if (pieces.length !== numberOfPiece(last) - numberOfPiece(first) + 1)
    throw new Error(`PostgreSQL did not keep its log from ${first} to ${last}`);
  for (const name of pieces) await copy.addFile(path.join(folder, name), `postgres/pg_wal/${name}`);
}

/** The last two parts of the name count, in hexadecimal; a piece has 16 MB, so that the very last runs to 255. */
function numberOfPiece(name: string): number {
  return Number.parseInt(name.slice(8, 16), 16) * 256 + Number.parseInt(name.slice(16), 16);
}

export function describeBackup({ name, madeAt, bytes }: Backup): string {
  return `${name}  ${madeAt.toString({ smallestUnit: 'second' })}  ${inMegabytes(bytes)}`;
}
