// Puts a backup in the place of the embedded database. What was there is kept beside it.
import fs from 'node:fs';
import path from 'node:path';
import { type Backup, backupsFolder, describeBackup, filesFile, listBackups, readBackup } from './backups.ts';
import { copyFile, forEachOf, requireRoom, syncFolder, walk } from './copy-file.ts';
import {
  type Cluster,
  findLivePostmaster,
  giveTo,
  hasCluster,
  keptAside,
  locateCluster,
  removeUnfinished,
} from './postgres-cluster.ts';
import { findProgram } from './postgres-program.ts';

export type Restored = {
  backup: Backup;
  /** Where the database is that was there before, if there was one. */
  before: string | undefined;
};

/**
 * `named`: one of those in the data folder, or the path of one that lies elsewhere. Every file is compared with its hash before
 * anything of what is there is touched.
 */
export async function restoreBackup(dataDir: string, named: string, now: Temporal.Instant): Promise<Restored> {
  const folder = path.resolve(backupsFolder(dataDir), named);
  const backup = await readBackup(folder);
  if (!backup) throw new Error(`there is no whole backup "${named}". There are:\n${await describeAll(dataDir)}`);
  const cluster = locateCluster(dataDir);
  requireStopped(cluster);
  const { major } = findProgram(cluster.runAs, cluster.base);
  if (backup.major !== major)
    throw new Error(`this backup is of PostgreSQL ${backup.major}, and this program brings ${major}`);
  await requireRoom(cluster.base, backup.bytes);
  const hashes = readHashes(folder);
  const stamp = `${now.round({ smallestUnit: 'second', roundingMode: 'floor' })}`.replaceAll(':', '-');
  const before = hasCluster(cluster.base) ? `${cluster.folder}${keptAside}${stamp}` : undefined;
  removeUnfinished(cluster);
  const fresh = `${cluster.folder}.new.${process.pid}`;
  try {
    await copyBack(path.join(folder, 'postgres'), fresh, hashes.get('postgres') ?? []);
    giveAll(fresh, cluster);
    requireStopped(cluster);
    if (before) fs.renameSync(cluster.folder, before);
    fs.renameSync(fresh, cluster.folder);
    await syncFolder(cluster.base);
  } finally {
    fs.rmSync(fresh, { recursive: true, force: true });
  }
  await restoreAnchors(folder, dataDir, stamp, hashes.get('audit') ?? []);
  return { backup, before };
}

async function describeAll(dataDir: string): Promise<string> {
  const backups = await listBackups(dataDir);
  return backups.length === 0 ? '  none' : backups.map((backup) => `  ${describeBackup(backup)}`).join('\n');
}

function requireStopped(cluster: Cluster): void {
  if (findLivePostmaster(cluster)) throw new Error('the database is running: stop the server first');
}

type HashedFile = { name: string; sha256: string };

/** By the tree that they belong to. */
function readHashes(folder: string): Map<string, HashedFile[]> {
  const found = new Map<string, HashedFile[]>();
  for (const line of fs.readFileSync(path.join(folder, filesFile), 'utf8').trim().split('\n')) {
    const [, sha256, tree, name] = /^([0-9a-f]{64}) {2}(postgres|audit)\/((?!.*\.\.).+)$/.exec(line) ?? [];
    if (!sha256 || !tree || !name) throw new Error(`${path.join(folder, filesFile)} is damaged`);
    found.set(tree, [...(found.get(tree) ?? []), { name, sha256 }]);
  }
  return found;
}

async function copyBack(from: string, to: string, files: readonly HashedFile[]): Promise<void> {
  const { folders } = await walk(from);
  for (const folder of ['', ...folders]) fs.mkdirSync(path.join(to, folder), { mode: 0o700 });
  await forEachOf(files, async ({ name, sha256 }) => {
    const copied = await copyFile(path.join(from, name), path.join(to, name));
    if (copied?.sha256 !== sha256)
      throw new Error(`the backup is damaged: ${path.join(from, name)} is not what was written. Nothing was changed`);
  });
  for (const folder of ['', ...folders]) await syncFolder(path.join(to, folder));
}

function giveAll(folder: string, { runAs }: Cluster): void {
  giveTo(folder, runAs);
  for (const name of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    giveTo(path.join(folder, name), runAs);
}

/** The log goes back with the database, so what it is checked against goes back, too; the later ones are kept as a witness. */
async function restoreAnchors(
  folder: string,
  dataDir: string,
  stamp: string,
  files: readonly HashedFile[],
): Promise<void> {
  const anchors = path.join(dataDir, 'audit');
  if (fs.existsSync(anchors)) fs.renameSync(anchors, `${anchors}${keptAside}${stamp}`);
  if (files.length > 0) await copyBack(path.join(folder, 'audit'), anchors, files);
}
