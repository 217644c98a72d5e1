// npm run dev: the server restarts when its code changes, the browser reloads by itself, the database stays up.
import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import { runUntilStopped } from './lifetime.ts';
import { endOfProgram, root, startProgram } from './programs.ts';

export function run(): Promise<number> {
  return runUntilStopped(async () => {
    // A folder of its own: what a contributor tries must not touch the install that he may run from the same checkout.
    const dataDir = process.env.DATA_DIR || path.join(root, 'data/dev');
    const port = process.env.PORT || '3000';
    const database = await startDatabase(dataDir);
    const server = startServer({
      DATA_DIR: dataDir,
      PORT: port,
      ALLOW_LOCAL_ROUTERS: process.env.ALLOW_LOCAL_ROUTERS || 'yes',
    });
    const web = startWeb(`http://127.0.0.1:${port}`);
    return { stop: () => stopAll([web, server], database) };
  });
}

type Stoppable = { stop(): Promise<void> };

/** Started here, so that the server attaches to it and a restart costs no restart of the database. */
async function startDatabase(dataDir: string): Promise<Stoppable> {
  if (process.env.DATABASE_URL) return { stop: async () => {} };
  const { startEmbeddedPostgres } = await import('@lastmile/server/platform/embedded-postgres.ts');
  return startEmbeddedPostgres(dataDir);
}

// Their own process groups: the terminal's Ctrl-C reaches only us, and we stop them in order.
const apart = { detached: true };

function startServer(env: Record<string, string>): ChildProcess {
  const args = ['--watch', '--watch-preserve-output', path.join(root, 'scripts/tasks.ts'), 'serve'];
  return startProgram(process.execPath, args, { ...apart, env: { ...process.env, ...env } });
}

function startWeb(apiOrigin: string): ChildProcess {
  const options = { ...apart, cwd: path.join(root, 'packages/web'), env: { ...process.env, API_ORIGIN: apiOrigin } };
  return startProgram('vite', ['--clearScreen', 'false'], options);
}

async function stopAll(children: ChildProcess[], database: Stoppable): Promise<void> {
  for (const child of children) {
    const isOver = child.exitCode !== null || child.signalCode !== null;
    if (isOver) continue;
    const end = endOfProgram(child);
    child.kill('SIGTERM');
    await end;
  }
  await database.stop();
}
