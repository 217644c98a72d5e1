// The secrets of an installation: from SECRET_KEY, or in a file of its own that only its owner reads. One line each, the one
// that seals first; the lines below it open what was sealed before.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { type KeyRing, keyFromSecret } from './secrets.ts';

export type SecretSource = { dataDir: string; secretKey: string | undefined; oldSecretKey: string | undefined };

const fileIn = (dataDir: string) => path.join(dataDir, 'secret.key');

export function openKeyRing({ dataDir, secretKey, oldSecretKey }: SecretSource): KeyRing {
  if (secretKey !== undefined) {
    const keys = [secretKey, oldSecretKey].filter((secret) => secret !== undefined).map(keyFromSecret);
    return { keys: () => keys };
  }
  readOrCreateSecrets(dataDir);
  let changed = '';
  let keys: Buffer[] = [];
  // A look at the file's date costs microseconds, and this is asked for passwords only.
  const read = () => {
    const { mtimeMs, ino } = fs.statSync(fileIn(dataDir));
    if (changed === `${mtimeMs} ${ino}`) return keys;
    keys = readSecrets(dataDir).map(keyFromSecret);
    changed = `${mtimeMs} ${ino}`;
    return keys;
  };
  return {
    keys: read,
    readAgain() {
      changed = '';
    },
  };
}

export function readSecrets(dataDir: string): string[] {
  const lines = fs.readFileSync(fileIn(dataDir), 'utf8').split('\n');
  return lines.map((line) => line.trim()).filter(Boolean);
}

/** The secrets of this installation: made once, readable only by its owner. */
export function readOrCreateSecrets(dataDir: string): string[] {
  const file = fileIn(dataDir);
  try {
    return readSecrets(dataDir);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  fs.mkdirSync(dataDir, { recursive: true });
  // Written beside and linked into place: a start that is killed here leaves no half key, and of two starts one wins.
  const draft = writeDraft(file, [newSecret()]);
  try {
    fs.linkSync(draft, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    fs.rmSync(draft, { force: true });
  }
  return readSecrets(dataDir);
}

/** Puts a new secret before those that are kept. */
export function addSecret(dataDir: string, kept: readonly string[]): void {
  replaceSecrets(dataDir, [newSecret(), ...kept]);
}

export function replaceSecrets(dataDir: string, secrets: readonly string[]): void {
  const file = fileIn(dataDir);
  fs.renameSync(writeDraft(file, secrets), file);
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

function writeDraft(file: string, secrets: readonly string[]): string {
  const draft = `${file}.${process.pid}`;
  const handle = fs.openSync(draft, 'w', 0o600);
  try {
    fs.writeSync(handle, `${secrets.join('\n')}\n`);
    // Sealed texts must not outlive their key when the power goes.
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
  return draft;
}
