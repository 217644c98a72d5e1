import { spawn } from 'node:child_process';
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

describe('lastmile-sim', () => {
  it('starts routers, prints where they are, and stops in order', { timeout: 60_000 }, async () => {
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

  it('says in one line what is wrong with its arguments', { timeout: 60_000 }, async () => {
    const child = spawn(process.execPath, [cli, '--preset', 'nothing']);
    const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
    let errors = '';
    for await (const chunk of child.stderr) errors += String(chunk);
    expect(errors.trim()).toBe('--preset nothing: expected one of empty, small, cafe, large');
    expect(await exit).toBe(1);
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
