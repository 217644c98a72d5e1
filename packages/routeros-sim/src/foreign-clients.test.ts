// Clients that we did not write talk to the simulator. They are fetched for the test only, by exact version; where the registry
// does not answer, or Python has no librouteros, the test says so and skips.

import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { SimulatedRouter, Version } from './simulator.ts';
import { createTestRouters } from './test-routers.ts';

const { start } = createTestRouters();

const packages = ['node-routeros@1.6.9', 'routeros-client@1.1.2', 'routeros-api@1.0.2', 'mikro-routeros@1.0.4'];

/** A folder with the npm clients in it, kept for the next run; or why there is none. */
async function install(): Promise<{ folder: string } | { reason: string }> {
  const folder = join(tmpdir(), `routeros-sim-foreign-${packages.join('-').replaceAll('@', '-')}`);
  if (existsSync(join(folder, 'node_modules'))) return { folder };
  const fresh = await mkdtemp(`${folder}-`);
  await writeFile(join(fresh, 'package.json'), '{"private":true}');
  const options = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=0', ...packages];
  try {
    await promisify(execFile)('npm', options, { cwd: fresh, timeout: 60_000 });
    // Two runs at once: the first to finish leaves its folder, the other uses that one.
    await rename(fresh, folder).catch(() => rm(fresh, { recursive: true, force: true }));
    return { folder };
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    return { reason: `the npm clients could not be fetched: ${String(error).split('\n')[0]}` };
  }
}

function pythonWithLibrouteros(): string | undefined {
  for (const python of ['python3', '/usr/bin/python3']) {
    try {
      execFileSync(python, ['-c', 'import librouteros'], { stdio: 'ignore' });
      return python;
    } catch {
      // The next one, perhaps.
    }
  }
  return undefined;
}

interface Line {
  step: string;
  [result: string]: unknown;
}

interface Ended {
  lines: Line[];
  errors: string;
}

const driver = (name: string) => fileURLToPath(new URL(`./foreign-clients/${name}`, import.meta.url));

/** Runs a driver to its end; while it listens, somebody at WinBox adds a secret. */
async function run(router: SimulatedRouter, child: ChildProcess): Promise<Ended> {
  const lines: Line[] = [];
  let errors = '';
  child.stderr?.on('data', (chunk) => {
    errors += String(chunk);
  });
  createInterface({ input: child.stdout! }).on('line', (line) => lines.push(JSON.parse(line) as Line));
  const isOver = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let hasEnded = false;
  void isOver.then(() => {
    hasEnded = true;
  });
  while (!hasEnded && !router.log().some((entry) => entry.command === '/ppp/secret/listen')) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  if (!hasEnded) router.put('/ppp/secret', { name: 'third' });
  await isOver;
  return { lines, errors };
}

async function startOf(version: Version): Promise<SimulatedRouter> {
  const { router } = await start({ version });
  router.put('/ppp/secret', { name: 'first', password: 'x' });
  return router;
}

const story = ['login', 'list', 'add', 'change', 'listen', 'remove', 'empty', 'close'];

function expectStory(router: SimulatedRouter, { lines, errors }: Ended, steps: readonly string[]): void {
  expect({ steps: lines.map(({ step }) => step), errors: steps.includes('close') ? errors : '' }).toEqual({
    steps,
    errors: '',
  });
  expect(lines.find(({ step }) => step === 'list')).toMatchObject({ names: ['first'] });
  if (steps.includes('listen')) expect(lines.find(({ step }) => step === 'listen')).toMatchObject({ name: 'third' });
  expect(router.find('/ppp/secret', { name: 'second' })).toBeUndefined();
  const words = router.log().map(({ command, words: given }) => `${command} ${given.join(' ')}`);
  expect(words.some((line) => line.includes('=comment=changed'))).toBe(true);
}

const npmClients = [
  { name: 'node-routeros', script: 'node-routeros.mjs', more: ['node-routeros'], canListen: true, diesOfEmpty: true },
  { name: 'routeros-client', script: 'routeros-client.mjs', more: [], canListen: true, diesOfEmpty: true },
  { name: 'routeros-api', script: 'node-routeros.mjs', more: ['routeros-api'], canListen: true, diesOfEmpty: false },
  { name: 'mikro-routeros', script: 'mikro-routeros.mjs', more: [], canListen: false, diesOfEmpty: false },
];

const installed = await install();

describe.skipIf('reason' in installed)(
  'reason' in installed ? `skipped: ${installed.reason}` : 'clients from npm',
  () => {
    const folder = 'folder' in installed ? installed.folder : '';
    const spawnClient = (router: SimulatedRouter, { script, more }: { script: string; more: string[] }) =>
      spawn(process.execPath, [driver(script), folder, String(router.port), ...more]);

    it.each(npmClients)('$name lives with a router of 7.16', async (client) => {
      const router = await startOf('7.16');
      const ended = await run(router, spawnClient(router, client));
      expectStory(router, ended, client.canListen ? story : story.filter((step) => step !== 'listen'));
    });

    it.each(npmClients.filter((client) => !client.diesOfEmpty))('$name understands !empty of 7.18', async (client) => {
      const router = await startOf('7.18');
      const ended = await run(router, spawnClient(router, client));
      expectStory(router, ended, client.canListen ? story : story.filter((step) => step !== 'listen'));
    });

    // Known: https://github.com/node-red-contrib/node-red-contrib-mikrotik/issues/95. The exception is thrown inside the socket's
    // data handler, where no caller can catch it, so the process dies.
    it.each(npmClients.filter((client) => client.diesOfEmpty))(
      '$name dies of its own bug on the first !empty of 7.18',
      async (client) => {
        const router = await startOf('7.18');
        const ended = await run(router, spawnClient(router, client));
        expectStory(router, ended, story.slice(0, story.indexOf('empty')));
        expect(ended.errors).toContain('unknown reply: !empty');
      },
    );
  },
);

const python = pythonWithLibrouteros();

describe.skipIf(python === undefined)(
  python === undefined ? 'skipped: python3 cannot import librouteros (Debian: python3-librouteros)' : 'librouteros',
  () => {
    it.each(['7.16', '7.18'] as const)('lives with a router of %s', async (version) => {
      const router = await startOf(version);
      const ended = await run(router, spawn(python!, [driver('librouteros-story.py'), String(router.port)]));
      expectStory(router, ended, story);
    });
  },
);
