import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { startPreset } from './presets.ts';
import { createVirtualClock, type SimulatedRouter } from './simulator.ts';
import { logInTo } from './test-client.ts';

const cli = fileURLToPath(new URL('./cli.ts', import.meta.url));

async function retry<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** What it says as it ends with exit code 1. */
async function refused(...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [cli, ...args]);
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let errors = '';
  for await (const chunk of child.stderr) errors += String(chunk);
  expect(await exit).toBe(1);
  return errors.trim();
}

async function listenOn(port: number): Promise<Server> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** A port that is taken while the one before it is free. */
async function takePortAfterAFreeOne(): Promise<{ server: Server; port: number }> {
  for (;;) {
    const server = await listenOn(0);
    const { port } = server.address() as AddressInfo;
    const before = await listenOn(port - 1).catch(() => undefined);
    if (before) {
      before.close();
      await once(before, 'close');
      return { server, port };
    }
    server.close();
  }
}

describe('lastmile-sim', () => {
  it('starts routers, prints where they are, and stops in order', async () => {
    const child = spawn(process.execPath, [cli, '--port', '0', '--routers', '2', '--preset', 'small', '--ros', '7.24']);
    const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (lines.length === 3) break;
    }
    const port = Number(/:(\d+)$/.exec(lines[1]!)?.[1]);
    const client = await logInTo(port);
    expect(await client.talk('/ppp/secret/print', '=count-only=')).toEqual([['!done', '=ret=25']]);
    expect(await client.rows('/system/identity/print')).toEqual([{ name: 'MikroTik-2' }]);
    // With every socket closed by a reboot the process stays, and the router comes back.
    expect(await client.talk('/system/reboot')).toEqual([]);
    const again = await retry(() => logInTo(port));
    again.destroy();
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
  });

  it('says in one line what is wrong with its arguments', async () => {
    expect(await refused('--preset', 'nothing')).toBe('--preset nothing: expected one of empty, small, cafe, large');
  });

  it('wants a port for every router', async () => {
    expect(await refused('--port', '65535', '--routers', '3')).toBe(
      '--port 65535 with --routers 3: the last would be on port 65537, and 65535 is the highest',
    );
    expect(await refused('--port', '0', '--tls-port', '65535', '--routers', '2')).toMatch(/^--tls-port 65535 with/);
  });

  it('starts all routers or none: a taken port ends it', async () => {
    const { server, port } = await takePortAfterAFreeOne();
    const complaint = await refused('--port', String(port - 1), '--routers', '2', '--preset', 'empty');
    expect(complaint).toBe(`something listens on 127.0.0.1:${port} already: stop it, or choose another port`);
    // Of the encrypted port, too, whose router has opened the plain one by then.
    const encrypted = await refused('--port', '0', '--tls-port', String(port), '--preset', 'empty');
    expect(encrypted).toBe(complaint);
    server.close();
  });
});

describe('presets', () => {
  let router: SimulatedRouter | undefined;

  afterEach(async () => {
    await router?.stop();
  });

  it('small holds customers of three plans, some at home', async () => {
    router = await startPreset('small', { clock: createVirtualClock() });
    expect(router.count('/ppp/secret')).toBe(25);
    expect(router.count('/ppp/active')).toBe(13);
  });

  it('cafe holds vouchers, some in use', async () => {
    router = await startPreset('cafe', { clock: createVirtualClock() });
    expect(router.count('/ip/hotspot/user')).toBe(41);
    expect(router.count('/ip/hotspot/active')).toBe(12);
  });
});
