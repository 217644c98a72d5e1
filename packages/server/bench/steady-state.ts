// The whole program on a day without trouble: health, listen and a live view are on. What it costs, and how long it takes until
// somebody who connects at a router is seen in a browser.
import { io, type Socket } from 'socket.io-client';
import { readConfig } from '../src/config.ts';
import { startLastmile } from '../src/main.ts';
import { systemClock } from '../src/platform/clock.ts';
import { type Database, openDatabase } from '../src/platform/db.ts';

export type SteadyState = {
  /** Of one core, of our process alone: the database and the routers are others. */
  cpuPercent: number;
  memoryMiB: number;
  delaysMs: number[];
};

export type Wish = {
  databaseUrl: string;
  secretKey: string;
  routerIds: readonly string[];
  sessionsPerRouter: number;
  watchedSeconds: number;
  connectCount: number;
  /** Has the accounts `from` to `to` of a router dial. */
  dial(place: number, from: number, to: number): void;
};

const viewedSessions = 50;
const viewedEveryMs = 5000;
const pauseMs = 300;
const longestMs = 120_000;

export async function measureSteadyState(wish: Wish): Promise<SteadyState> {
  const password = 'a long word of a benchmark';
  const env = { DATABASE_URL: wish.databaseUrl, SECRET_KEY: wish.secretKey, ADMIN_PASSWORD: password };
  const lastmile = await startLastmile(
    readConfig({ ...env, PORT: '0', LOG_LEVEL: 'error', ALLOW_LOCAL_ROUTERS: 'yes' }),
    { schedules: 'off' },
  );
  const database = openDatabase(wish.databaseUrl, systemClock, 2);
  try {
    const browser = await openBrowser(lastmile.url, password);
    await until(database, `select count(*) from provisioning.accounts where applied_version <> version`, 0);
    for (const place of wish.routerIds.keys()) wish.dial(place, 0, wish.sessionsPerRouter);
    const online = wish.routerIds.length * wish.sessionsPerRouter;
    await until(database, `select count(*) from provisioning.sessions where ended_at is null`, online);
    const view = await browser.viewSessions();
    // The storm of all those who came at once is over.
    await wait(10_000);
    const cost = await costOf(wish.watchedSeconds);
    const delaysMs = await measureDelays(wish, browser);
    clearInterval(view);
    browser.close();
    return { ...cost, delaysMs };
  } finally {
    await database.pool.end();
    await lastmile.stop();
  }
}

async function costOf(seconds: number): Promise<Pick<SteadyState, 'cpuPercent' | 'memoryMiB'>> {
  const before = process.cpuUsage();
  const begun = performance.now();
  await wait(seconds * 1000);
  const { user, system } = process.cpuUsage(before);
  const cpuPercent = (user + system) / 10 / (performance.now() - begun);
  return { cpuPercent, memoryMiB: process.memoryUsage.rss() / 1024 / 1024 };
}

/** From the moment he is let in at the router till a browser that was told so has read him. Another router each time. */
async function measureDelays(wish: Wish, browser: Browser): Promise<number[]> {
  const delaysMs: number[] = [];
  for (let count = 0; count < wish.connectCount; count++) {
    const place = count % wish.routerIds.length;
    const routerId = wish.routerIds[place] ?? '';
    const at = wish.sessionsPerRouter + Math.floor(count / wish.routerIds.length);
    const begun = performance.now();
    const seen = browser.seen(routerId, `customer-${at}`);
    wish.dial(place, at, at + 1);
    await seen;
    delaysMs.push(performance.now() - begun);
    await wait(pauseMs);
  }
  return delaysMs;
}

type Browser = Awaited<ReturnType<typeof openBrowser>>;

async function openBrowser(url: string, password: string) {
  const call = async (method: string, path: string, token: string | undefined, body?: unknown) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  };
  const { token } = await call('POST', '/api/auth/signin', undefined, { username: 'admin', password, kind: 'token' });
  const socket: Socket = io(url, {
    transports: ['websocket'],
    auth: { token },
    extraHeaders: { authorization: `Bearer ${token}` },
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  return {
    close: () => socket.disconnect(),
    /** The rows in view, read again and again as the page does. */
    async viewSessions() {
      const { items } = await call('GET', `/api/sessions?limit=${viewedSessions}`, token);
      const sessionIds = items.map(({ id }: { id: string }) => id);
      const read = () => call('POST', '/api/sessions/traffic', token, { sessionIds }).catch(() => undefined);
      await read();
      return setInterval(read, viewedEveryMs);
    },
    /** Resolves when a hint came after which the list has him. */
    async seen(routerId: string, name: string): Promise<void> {
      await new Promise<void>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`${name} was not seen in ${longestMs} ms`)), longestMs);
        const look = async ({ topic, id }: { topic: string; id: string }) => {
          if (topic !== 'sessions' || id !== routerId) return;
          const { items } = await call('GET', `/api/sessions?routerId=${routerId}&search=${name}&limit=20`, token);
          if (!items.some(({ accountName }: { accountName: string }) => accountName === name)) return;
          socket.off('changed', look);
          clearTimeout(late);
          resolve();
        };
        socket.on('changed', look);
      });
    },
  };
}

async function until(database: Database, question: string, wanted: number): Promise<void> {
  const deadline = Date.now() + longestMs;
  for (;;) {
    const { rows } = await database.pool.query(question);
    if (Number(rows[0]?.count) === wanted) return;
    if (Date.now() > deadline) throw new Error(`${rows[0]?.count} instead of ${wanted}: ${question}`);
    await wait(200);
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
