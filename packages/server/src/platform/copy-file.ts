// Copies files so that they can be proved whole later: each is hashed while it is copied, and lies on the disk when it is done.
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';

export type CopiedFile = { bytes: number; sha256: string };

const chunkBytes = 1_048_576;

/** Undefined where it is not there (any more). The hash is that of what was written, though the file changes under it. */
export async function copyFile(from: string, to: string): Promise<CopiedFile | undefined> {
  const source = await fs.open(from).catch(refuseAllButMissing);
  if (!source) return undefined;
  try {
    const target = await fs.open(to, 'wx', 0o600);
    try {
      const hash = createHash('sha256');
      const buffer = Buffer.allocUnsafe(chunkBytes);
      let bytes = 0;
      for (;;) {
        const { bytesRead } = await source.read(buffer, 0, chunkBytes, bytes);
        if (bytesRead === 0) break;
        const chunk = buffer.subarray(0, bytesRead);
        hash.update(chunk);
        await target.appendFile(chunk);
        bytes += bytesRead;
      }
      await target.sync();
      return { bytes, sha256: hash.digest('hex') };
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

function refuseAllButMissing(error: unknown): undefined {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}

/** A new name in a folder outlasts a power cut only when the folder itself was written. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await fs.open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function writeWhole(file: string, text: string): Promise<void> {
  const handle = await fs.open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A database is some thousand small files: a few at once, so that the disk is never idle and never flooded. */
const atOnce = 6;

export async function forEachOf<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const work = async () => {
    for (const item of left) await act(item);
  };
  const outcomes = await Promise.allSettled(Array.from({ length: atOnce }, work));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

/** The folders and files below a folder, as paths from it, those above first. What `isLeftOut` names is not looked into. */
export async function walk(
  root: string,
  isLeftOut: (name: string) => boolean = () => false,
): Promise<{ folders: string[]; files: string[]; others: string[] }> {
  const found = { folders: [] as string[], files: [] as string[], others: [] as string[] };
  const folders = [''];
  for (const folder of folders) {
    const entries = await fs.readdir(path.join(root, folder), { withFileTypes: true }).catch(refuseAllButMissing);
    for (const entry of entries ?? []) {
      const name = path.posix.join(folder, entry.name);
      if (isLeftOut(name)) continue;
      if (entry.isDirectory()) folders.push(name);
      else if (entry.isFile()) found.files.push(name);
      else found.others.push(name);
    }
  }
  found.folders = folders.slice(1);
  return found;
}

/** Refuses before the first byte what would fill the disk on which the database itself lives. */
export async function requireRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await fs.statfs(folder);
  const free = bavail * bsize;
  const needed = Math.ceil(bytes * 1.2);
  if (free < needed)
    throw new Error(
      `the disk that holds ${folder} has ${inMegabytes(free)} free, and ${inMegabytes(needed)} are needed`,
    );
}

export function inMegabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1_000_000)} MB`;
}
