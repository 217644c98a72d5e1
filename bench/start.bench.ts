// What a newcomer waits for: from `npm start` on a fresh clone to the first page, the second start, and the weight of the page.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { median, type Row, rounded } from './benchmark.ts';

export const name = 'start';
export const about =
  'seconds from npm start to the first page (fresh clone, second start); the first load of JavaScript';

const root = path.resolve(import.meta.dirname, '..');

// A cold package cache on a slow line takes minutes; beyond this something hangs.
const longestStartMs = 15 * 60_000;

type Measured = { fresh: number; second: number; entryBytes: number };

export async function run({ runs }: { runs: number }): Promise<Row[]> {
  const all: Measured[] = [];
  for (let count = 1; count <= runs; count++) {
    all.push(await measureOnce());
    console.error(`start: run ${count} of ${runs}: ${JSON.stringify(all.at(-1))}`);
  }
  const row = (id: string, unit: string, digits: number, pick: (one: Measured) => number): Row => {
    return { id, subject: 'lastmile', value: rounded(median(all.map(pick)), digits), unit };
  };
  return [
    row('start.fresh_clone', 's', 1, ({ fresh }) => fresh),
    row('start.second', 's', 2, ({ second }) => second),
    row('start.first_javascript_gzip', 'kB', 1, ({ entryBytes }) => entryBytes / 1000),
  ];
}

async function measureOnce(): Promise<Measured> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lastmile-bench-'));
  // As root the database runs as another user, who must be able to pass through.
  fs.chmodSync(folder, 0o711);
  const clone = path.join(folder, 'lastmile');
  try {
    execFileSync('git', ['clone', '--quiet', root, clone], { stdio: ['ignore', 'ignore', 'inherit'] });
    const fresh = await secondsToFirstPage(clone);
    const second = await secondsToFirstPage(clone);
    return { fresh, second, entryBytes: firstLoadBytes(path.join(clone, 'packages/web/dist')) };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** With the system's own npm and Node.js, as a newcomer has them. Stops the server again. */
async function secondsToFirstPage(clone: string): Promise<number> {
  const port = await freePort();
  const began = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: clone,
    env: newcomersEnvironment(port),
    stdio: ['ignore', 2, 2],
    detached: true,
  });
  try {
    await waitForPage(`http://127.0.0.1:${port}/`, child);
    return (performance.now() - began) / 1000;
  } finally {
    await interrupt(child);
  }
}

/** Ours has the pinned Node.js in front and npm's own variables in it. */
function newcomersEnvironment(port: number): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([key]) => !/^npm_/i.test(key));
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => !folder.startsWith(root));
  return { ...Object.fromEntries(kept), PATH: folders.join(path.delimiter), PORT: String(port), DATA_DIR: '' };
}

async function waitForPage(address: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + longestStartMs;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}`);
    const answer = await fetch(address).catch(() => undefined);
    if (answer?.ok && (await answer.text()).includes('<script')) return;
    await sleep(20);
  }
  throw new Error(`no page at ${address} after ${longestStartMs / 60_000} minutes`);
}

/** As Ctrl-C in a terminal does: the whole group gets it. */
async function interrupt(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const end = new Promise((resolve) => child.on('exit', resolve));
  process.kill(-child.pid, 'SIGINT');
  await end;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

type Manifest = Record<string, { file: string; isEntry?: boolean; imports?: string[] }>;

/** The entry and all it imports at once, each compressed as it is sent. */
function firstLoadBytes(dist: string): number {
  const manifest = JSON.parse(fs.readFileSync(path.join(dist, '.vite/manifest.json'), 'utf8')) as Manifest;
  const wanted = Object.keys(manifest).filter((key) => manifest[key]?.isEntry);
  const files = new Set<string>();
  for (const key of wanted) {
    const chunk = manifest[key];
    if (!chunk || files.has(chunk.file)) continue;
    files.add(chunk.file);
    wanted.push(...(chunk.imports ?? []));
  }
  const sizes = [...files].map((file) => gzipSync(fs.readFileSync(path.join(dist, file))).length);
  return sizes.reduce((sum, size) => sum + size, 0);
}
