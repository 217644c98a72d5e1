// The folder of one PostgreSQL cluster: where it lies, how it is made, and who runs it just now.
import { execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeFolder } from './folders.ts';
import {
  canEnter,
  type PostgresProgram,
  postgresEnvironment,
  type RunAs,
  whoRunsPostgres,
} from './postgres-program.ts';

export const roleName = 'lastmile';

const secretName = 'lastmile.secret';

/** Stands between the name of a database that a restore replaced and the moment of it. */
export const keptAside = '.before-restore-';

/** Names the socket file only: PostgreSQL listens on no TCP port. */
export const socketPort = '5432';

// A unix socket's path may have 107 bytes; our part of it is `/lastmile-pg-<12>/.s.PGSQL.5432`, 40 bytes.
const longestSocketParent = 67;

export type Cluster = {
  /** Holds the cluster and its log. */
  base: string;
  folder: string;
  logFile: string;
  socketFolder: string;
  runAs: RunAs;
};

/**
 * Where the data lies. Once made, a cluster stays where it is: a folder that changed its mode must never
 * make us start on an empty database beside the full one.
 */
export function locateCluster(dataDir: string): Cluster {
  const inside = path.resolve(dataDir);
  makePassableFolder(inside);
  const outside = path.join('/var/lib/lastmile', shortHash(fs.realpathSync(inside)));
  const insideRunAs = whoRunsPostgres(path.join(inside, 'postgres'));
  if (hasCluster(inside)) {
    if (!canEnter(inside, insideRunAs)) throw new Error(privateFolder(inside, insideRunAs));
    return clusterAt(inside, insideRunAs);
  }
  if (hasCluster(outside)) return clusterAt(outside, whoRunsPostgres(path.join(outside, 'postgres')));
  openOwnFolder(inside, insideRunAs);
  if (canEnter(inside, insideRunAs)) return clusterAt(inside, insideRunAs);
  makePassableFolder(outside);
  openOwnFolder(outside, insideRunAs);
  const note = `The database of this folder lies in ${outside}, because its user may not enter here.\n`;
  fs.writeFileSync(path.join(inside, 'where-is-the-database.txt'), note);
  return clusterAt(outside, insideRunAs);
}

function clusterAt(base: string, runAs: RunAs): Cluster {
  const folder = path.join(base, 'postgres');
  return {
    base,
    folder,
    logFile: path.join(base, 'postgres.log'),
    socketFolder: path.join(socketParent(runAs), `lastmile-pg-${shortHash(folder)}`),
    runAs,
  };
}

export function hasCluster(base: string): boolean {
  return fs.existsSync(path.join(base, 'postgres', 'PG_VERSION'));
}

/** The database's user may be another one: he must be able to pass through, whatever the umask says. */
function makePassableFolder(folder: string): void {
  if (fs.existsSync(folder)) return;
  makeFolder(folder);
  fs.chmodSync(folder, 0o711);
}

/** Root's own data folder may be 0700: the database's user needs to pass through it, not to read it. */
function openOwnFolder(folder: string, runAs: RunAs): void {
  if (runAs.uid === undefined || canEnter(folder, runAs)) return;
  fs.chmodSync(folder, fs.statSync(folder).mode | 0o011);
}

function privateFolder(folder: string, runAs: RunAs): string {
  return `the database's user (uid ${runAs.uid}) may not enter ${folder}: give the folders above it the mode o+x, as they had before`;
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

function socketParent(runAs: RunAs): string {
  const temporary = os.tmpdir();
  const isFit = Buffer.byteLength(temporary) <= longestSocketParent && canEnter(temporary, runAs);
  return isFit ? temporary : '/tmp';
}

/** The name can be guessed by other users of the machine, so a folder that is not ours is refused. */
export function prepareSocketFolder(cluster: Cluster): void {
  fs.mkdirSync(cluster.socketFolder, { recursive: true, mode: 0o700 });
  giveTo(cluster.socketFolder, cluster.runAs);
  const found = fs.lstatSync(cluster.socketFolder);
  const owner = cluster.runAs.uid ?? process.getuid?.();
  if (!found.isDirectory() || found.uid !== owner) {
    throw new Error(`${cluster.socketFolder} belongs to somebody else: remove it and start again`);
  }
  fs.chmodSync(cluster.socketFolder, 0o700);
}

export function giveTo(file: string, { uid, gid }: RunAs): void {
  if (uid !== undefined && gid !== undefined) fs.lchownSync(file, uid, gid);
}

/** Makes the cluster when there is none, and refuses one that another major version of PostgreSQL wrote. */
export async function ensureCluster(cluster: Cluster, program: PostgresProgram): Promise<void> {
  if (!hasCluster(cluster.base)) await initialiseCluster(cluster, program);
  const found = fs.readFileSync(path.join(cluster.folder, 'PG_VERSION'), 'utf8').trim();
  if (found !== program.major) {
    throw new Error(
      `the data in ${cluster.folder} was written by PostgreSQL ${found}, this program brings ${program.major}: ` +
        `start the release that wrote it, take a backup and restore it here, or run PostgreSQL ${found} yourself and set DATABASE_URL`,
    );
  }
}

/**
 * In a folder of our own beside, renamed at the end: a kill leaves no half cluster that looks whole, and of two that start
 * at once one is faster and the other takes what it finds. The secret lies within, so that it can only be the right one.
 */
async function initialiseCluster(cluster: Cluster, program: PostgresProgram): Promise<void> {
  refuseAfterHalfRestore(cluster);
  removeUnfinished(cluster);
  const fresh = `${cluster.folder}.new.${process.pid}`;
  fs.mkdirSync(fresh, { mode: 0o700 });
  giveTo(fresh, cluster.runAs);
  const password = randomBytes(24).toString('base64url');
  const passwordFile = path.join(cluster.socketFolder, `.password.${process.pid}`);
  try {
    writeSecret(passwordFile, password, cluster.runAs);
    await runInitdb(program, fresh, passwordFile, cluster.runAs);
    writeSecret(path.join(fresh, secretName), password, cluster.runAs);
    fs.renameSync(fresh, cluster.folder);
  } catch (error) {
    fs.rmSync(fresh, { recursive: true, force: true });
    if (!hasCluster(cluster.base)) throw error;
  } finally {
    fs.rmSync(passwordFile, { force: true });
  }
}

/** Cut between taking the old one away and putting the new one there: an empty database must not take their place. */
function refuseAfterHalfRestore({ base, folder }: Cluster): void {
  const aside = fs.readdirSync(base).find((name) => name.startsWith(`${path.basename(folder)}${keptAside}`));
  if (aside)
    throw new Error(
      `a restore was cut short: run it again, or rename ${path.join(base, aside)} to ${folder} to go on as before`,
    );
}

/** What killed starts left. The initdb of one may still be writing: then it goes the next time. */
export function removeUnfinished(cluster: Cluster): void {
  const stem = `${path.basename(cluster.folder)}.new.`;
  for (const name of fs.readdirSync(cluster.base)) {
    if (!name.startsWith(stem) || isAlive(Number(name.slice(stem.length)))) continue;
    try {
      fs.rmSync(path.join(cluster.base, name), { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // Next time.
    }
  }
}

function writeSecret(file: string, secret: string, runAs: RunAs): void {
  fs.writeFileSync(file, `${secret}\n`, { mode: 0o600, flag: 'wx' });
  giveTo(file, runAs);
}

export function readSecret(cluster: Cluster): string {
  return fs.readFileSync(path.join(cluster.folder, secretName), 'utf8').trim();
}

/** What root writes into a folder of an ordinary user stays usable for that user. */
export function matchOwner(file: string, folder: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = fs.statSync(folder);
  fs.chownSync(file, uid, gid);
}

async function runInitdb(program: PostgresProgram, folder: string, passwordFile: string, runAs: RunAs): Promise<void> {
  const args = [
    ...['-D', folder, '-U', roleName, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
    // The built-in locale: an index never depends on the machine's glibc or ICU version.
    ...['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
    ...['--data-checksums', '--no-instructions'],
  ];
  const child = spawn(path.join(program.folder, 'bin/initdb'), args, {
    ...runAs,
    cwd: '/',
    env: postgresEnvironment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0)
    throw new Error(`the database in ${path.dirname(folder)} could not be made: ${explainFailure(output)}`);
}

/** One line a person can act on, out of what PostgreSQL printed. */
export function explainFailure(output: string): string {
  if (/No space left on device/i.test(output)) return 'the disk is full';
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const telling = lines.findLast((line) => /(FATAL|PANIC|error):|Permission denied/i.test(line)) ?? lines.at(-1);
  // Without "2026-11-21 10:00:00.000 UTC [4711] ".
  return telling?.replace(/^\S+ \S+ \S+ \[\d+\] /, '').trim() ?? 'it said nothing';
}

/** What postmaster.pid says: the process that runs the cluster, or ran it when it was killed. */
export type Postmaster = { pid: number; socketFolder: string; status: string };

export function readPostmaster(cluster: Cluster): Postmaster | undefined {
  let lines: string[];
  try {
    lines = fs.readFileSync(path.join(cluster.folder, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  if (!(pid > 0)) return undefined;
  return { pid, socketFolder: lines[4] ?? '', status: lines[7]?.trim() ?? '' };
}

/** A crashed postmaster leaves its file behind, and its number may be another program's by now. */
export function findLivePostmaster(cluster: Cluster): Postmaster | undefined {
  const postmaster = readPostmaster(cluster);
  if (!postmaster || !isAlive(postmaster.pid)) return undefined;
  return commandOf(postmaster.pid).includes(cluster.folder) ? postmaster : undefined;
}

/** True where the shell that watches over this postmaster is gone: nobody would stop it any more. */
export function isOrphan(postmaster: Postmaster, cluster: Cluster): boolean {
  const parent = parentOf(postmaster.pid);
  return parent !== undefined && !commandOf(parent).includes(cluster.folder);
}

/** One that has ended counts as gone, even if its parent (a container without an init) never asks for its exit code. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export function isZombie(pid: number): boolean {
  return /^State:\s*Z/m.test(statusOf(pid));
}

// Small Debian images have no `ps`, macOS has no /proc.
function commandOf(pid: number): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return askPs(pid, 'command=');
  }
}

export function parentOf(pid: number): number | undefined {
  const answer = /^PPid:\s*(\d+)$/m.exec(statusOf(pid))?.[1] ?? askPs(pid, 'ppid=').trim();
  return answer === '' ? undefined : Number(answer);
}

function statusOf(pid: number): string {
  try {
    return fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}

function askPs(pid: number, column: string): string {
  try {
    return execFileSync('ps', ['-o', column, '-p', String(pid)], { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
  } catch {
    return '';
  }
}
