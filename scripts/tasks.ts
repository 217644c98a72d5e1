// The commands of package.json, one file each. Started by run.mjs under the pinned Node.js.
import module from 'node:module';
import path from 'node:path';

// Compiled once, read afterwards: the second start loads its modules in a quarter of the time.
module.enableCompileCache(path.join(import.meta.dirname, '../node_modules/.cache/compile'));

type Task = { run(args: string[]): Promise<number> };

const tasks: Record<string, () => Promise<Task>> = {
  start: () => import('./start.ts'),
  demo: () => import('./demo.ts'),
  dev: () => import('./dev.ts'),
  serve: () => import('./serve.ts'),
  test: () => import('./test.ts'),
  check: () => import('./check.ts'),
  bench: () => import('./bench.ts'),
  exam: () => import('./exam.ts'),
  format: () => import('./format.ts'),
  map: () => import('./map.ts'),
  pack: () => import('./pack.ts'),
  types: () => import('./types.ts'),
  seeds: () => import('./seeds.ts'),
  sim: () => import('./sim.ts'),
};

/** What has a colon in its name belongs to a room of the server. */
async function command(name: string): Promise<Task> {
  const { readConfig } = await import('@lastmile/server/config.ts');
  const { runCommand } = await import('@lastmile/server/command-line.ts');
  return { run: (args) => runCommand(readConfig(process.env), name, args) };
}

async function main(): Promise<number> {
  const [name = '', ...args] = process.argv.slice(2);
  const load = Object.hasOwn(tasks, name) ? tasks[name] : name.includes(':') ? () => command(name) : undefined;
  if (!load) {
    const { commands } = await import('@lastmile/server/command-line.ts');
    const known = [...Object.keys(tasks), ...Object.keys(commands)].join(', ');
    console.error(`lastmile: there is no command "${name}". There are: ${known}`);
    return 2;
  }
  try {
    const task = await load();
    return await task.run(args);
  } catch (error) {
    console.error(describeFailure(error));
    return 1;
  }
}

/** What we threw ourselves says all in its message; anything else (a TypeError, ...) is our mistake and needs its stack. */
function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return `lastmile: ${error}`;
  const { code, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  if (code === 'EADDRINUSE') {
    return `lastmile: something listens on ${address}:${port} already: stop it, or set PORT (the demo's routers: DEMO_ROUTER_PORT)`;
  }
  const isOurs = error.constructor === Error || error.constructor.name === 'ConfigError';
  return isOurs && !process.env.DEBUG ? `lastmile: ${error.message}` : `lastmile: ${error.stack}`;
}

process.exit(await main());
