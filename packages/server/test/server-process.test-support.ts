// For tests only: the server as a process of its own, to be killed without a warning.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import type { Loose } from './running.ts';

// Printed only when everything stands.
const program = `
  const { readConfig } = await import('#config.ts');
  const { startLastmile } = await import('#main.ts');
  console.log('ready ' + (await startLastmile(readConfig(process.env))).url);
`;

export const password = 'correct horse';

export type Call = (route: string, body?: unknown) => Promise<{ status: number; body: Loose }>;

export type ServerProcess = {
  /** All that it printed, line by line. */
  output: string[];
  /** Calls it with the token of whoever signed in last, with any of these processes. */
  call: Call;
  signIn(): Promise<string>;
  kill(): Promise<void>;
};

let token = '';

/** `environment` begins with that of the test itself, where programs are found. */
export async function startServer(environment: NodeJS.ProcessEnv): Promise<ServerProcess> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: path.join(import.meta.dirname, '..'),
    env: {
      PORT: '0',
      ADMIN_PASSWORD: password,
      SECRET_KEY: '',
      DATABASE_URL: '',
      LOG_LEVEL: 'debug',
      ALLOW_LOCAL_ROUTERS: 'yes',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => killNow(child));
  const output: string[] = [];
  const url = await Promise.race([readUrl(child, output), failAtExit(child, output)]);
  const call: Call = async (route, body) => {
    const [method, address] = route.split(' ');
    const response = await fetch(url + address, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      ...(body === undefined && method === 'GET' ? {} : { body: JSON.stringify(body ?? {}) }),
    });
    return { status: response.status, body: await response.json() };
  };
  return {
    output,
    call,
    async signIn() {
      token = (await call('POST /api/auth/signin', { username: 'admin', password, kind: 'token' })).body.token;
      return token;
    },
    kill: () => killNow(child),
  };
}

async function readUrl(child: ChildProcess, output: string[]): Promise<string> {
  createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) => output.push(line));
  return new Promise((resolve) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      output.push(line);
      if (line.startsWith('ready ')) resolve(line.slice('ready '.length));
    });
  });
}

async function failAtExit(child: ChildProcess, output: string[]): Promise<never> {
  await once(child, 'exit');
  throw new Error(`the server ended: ${output.slice(-20).join('\n')}`);
}

async function killNow(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
