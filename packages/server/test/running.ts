// For tests only: the whole program on a fresh database and a port of its own, and a caller who is signed in.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Role } from '@lastmile/contract/permissions.ts';
import pg from 'pg';
import { inject, onTestFinished } from 'vitest';
import { readConfig } from '../src/config.ts';
import { type Lastmile, type Options, startLastmile } from '../src/main.ts';
import { hashPassword } from '../src/platform/secrets.ts';
import { createTestDatabase } from '../src/platform/test-database.ts';
import { logFileOf, noteSecrets, secretsIn, sessionsIn } from './log-scan.test-support.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test looks into replies freely, and fails where they are not as it says.
export type Loose = any;

export type Answer<T = Loose> = { status: number; body: T; headers: Headers };

/** `POST /api/plans`, with a body. */
export type Caller = <T = Loose>(route: string, body?: unknown) => Promise<Answer<T>>;

export type Running = {
  lastmile: Lastmile;
  databaseUrl: string;
  dataDir: string;
  call: Caller;
  /** A caller without a session. */
  stranger: Caller;
  /** Signs somebody in who has another role. */
  callerWithRole(role: Role): Promise<Caller>;
  /** Signs in for a bearer token. */
  tokenOf(username: string, password?: string): Promise<string>;
  callerWithToken(token: string): Caller;
  query(sql: string, values?: unknown[]): Promise<Loose[]>;
  /** Stops the program and starts it again on the same database. */
  restart(env?: NodeJS.ProcessEnv): Promise<void>;
};

const adminPassword = 'correct horse';
// The tests start many servers; hashing one password for all of them keeps it short.
const staffHash = hashPassword(adminPassword);

/** Nothing runs by its schedule unless a test asks for it: the hour in which tests run is nobody's. */
export type TestOptions = Options & { env?: NodeJS.ProcessEnv };

/** Starts Lastmile and stops it when the test is over. */
export async function startTestLastmile(options: TestOptions = {}): Promise<Running> {
  const running = await openTestLastmile(options);
  onTestFinished(() => running.close());
  return running;
}

/** Starts Lastmile for all tests of a file; the caller closes it. */
export async function openTestLastmile(options: TestOptions = {}): Promise<Running & { close(): Promise<void> }> {
  const database = await createTestDatabase();
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'lastmile-test-data-'));
  const env = {
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    PORT: '0',
    ADMIN_PASSWORD: adminPassword,
    SECRET_KEY: 'a secret for the tests',
    LOG_LEVEL: 'debug',
    ALLOW_LOCAL_ROUTERS: 'yes',
    TRUSTED_PROXIES: '127.0.0.0/8',
    ...options.env,
  };
  const logTo = logFileOf(inject('logFolder'), new URL(database.url).pathname.slice(1));
  noteSecrets(inject('logFolder'), [env.ADMIN_PASSWORD, env.SECRET_KEY].filter(Boolean));
  const startOptions: Options = { schedules: 'off', logTo, ...options };
  let lastmile = await startLastmile(readConfig(env), startOptions);
  const send = createSender(() => lastmile.url);
  const query = async (sql: string, values: unknown[] = []) => (await pool.query(sql, values)).rows;
  const callerWithToken =
    (token: string): Caller =>
    (route, sent) =>
      send(token, route, sent);
  const stranger: Caller = (route, sent) => send(undefined, route, sent);
  const tokenOf = async (username: string, password = adminPassword) => {
    const { body } = await stranger('POST /api/auth/signin', { username, password, kind: 'token' });
    return body.token;
  };
  return {
    get lastmile() {
      return lastmile;
    },
    databaseUrl: database.url,
    dataDir,
    query,
    call: env.ADMIN_PASSWORD === adminPassword ? callerWithToken(await tokenOf('admin')) : stranger,
    stranger,
    tokenOf,
    callerWithToken,
    async callerWithRole(role) {
      // "admin" is the name of the owner, and the name of a role.
      const username = `the-${role}`;
      await query(
        `insert into auth.staff (id, username, role, password_hash, created_at) values (gen_random_uuid(), $1, $2, $3, now()) on conflict do nothing`,
        [username, role, await staffHash],
      );
      return callerWithToken(await tokenOf(username));
    },
    async restart(changedEnv = {}) {
      await lastmile.stop();
      lastmile = await startLastmile(readConfig({ ...env, ...changedEnv }), startOptions);
    },
    async close() {
      await lastmile.stop();
      await pool.end();
      await database.drop();
      fs.rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

type Sender = (token: string | undefined, route: string, body: unknown) => Promise<Answer>;

/** Sends requests to one server, each address below its limit of requests: the first thousand as from this machine, the others as through a proxy. */
function createSender(url: () => string): Sender {
  let sentCount = 0;
  return async (token, route, body) => {
    const [method, path] = route.split(' ') as [string, string];
    const thousands = Math.floor(sentCount / 1000);
    sentCount += 1;
    const response = await fetch(url() + path, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(thousands ? { 'x-forwarded-for': `10.${thousands >> 8}.${thousands & 255}.1` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isFile = response.headers.get('content-type')?.startsWith('text/csv') ?? false;
    const replied = text && !isFile ? JSON.parse(text) : text || undefined;
    // What was refused may be anything, also an ordinary word.
    if (response.ok)
      noteSecrets(inject('logFolder'), [...secretsIn(body), ...secretsIn(replied), ...sessionsIn(response.headers)]);
    return { status: response.status, headers: response.headers, body: replied };
  };
}

/** For requests that no caller sends: a reply that gives a session to a browser. */
export function noteSessions(response: Response): Response {
  noteSecrets(inject('logFolder'), sessionsIn(response.headers));
  return response;
}

/** Waits until something holds, and says what it was when it does not. */
export async function eventually<T>(
  look: () => T | Promise<T>,
  holds: (seen: T) => boolean = Boolean,
  timeoutMs = 60_000,
): Promise<T> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > until)
      throw new Error(`it did not come to hold within ${timeoutMs} ms; last seen: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
