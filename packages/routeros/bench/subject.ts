// One measurement of one subject, in a process of its own: subject, measurement, ports, rivals' folder. Prints one JSON line.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { connectRouter } from '../src/routeros.ts';
import { connectBare } from './bare-loop.ts';

interface Driver {
  /** The number of rows, which stay alive until the next print. */
  print(): Promise<number>;
  add(index: number): Promise<unknown>;
  close(): unknown;
}

type Connect = (port: number) => Promise<Driver>;

const [subject = '', measurement = '', fastPort = '', slowPort = '', rivals = ''] = process.argv.slice(2);
const inFlight = 64;
const rowsOfPrint = 100_000;
// A client of 20 adds a second would need minutes: the rate is as good after some seconds.
const longestMs = 4_000;
const shortestMs = 2_000;
const longestWarmUpMs = 1_000;
const user = { host: '127.0.0.1', username: 'a', user: 'a', password: 'b' };

let kept: unknown;

function keep(rows: readonly unknown[]): number {
  kept = rows;
  return rows.length;
}

const secret = (index: number) => ({ name: `customer-${index}`, password: 'secret', profile: 'plan-1' });
const secretWords = (index: number): string[] => [
  '/ppp/secret/add',
  `=name=customer-${index}`,
  '=password=secret',
  '=profile=plan-1',
];

async function rival<T>(name: string): Promise<T> {
  return createRequire(join(rivals, 'package.json'))(name) as T;
}

interface NodeRouteros {
  connect(): Promise<unknown>;
  write(words: string | string[]): Promise<unknown[]>;
  close(): unknown;
}

type NodeRouterosModule = { RouterOSAPI: new (options: object) => NodeRouteros };

async function connectNodeRouteros(packageName: string, port: number): Promise<Driver> {
  const { RouterOSAPI } = await rival<NodeRouterosModule>(packageName);
  const connection = new RouterOSAPI({ ...user, port, timeout: 60 });
  await connection.connect();
  return {
    print: async () => keep(await connection.write('/ppp/secret/print')),
    add: (index) => connection.write(secretWords(index)),
    close: () => connection.close(),
  };
}

interface RouterosClientMenu {
  get(): Promise<unknown[]>;
  add(values: object): Promise<unknown>;
}

async function connectRouterosClient(port: number): Promise<Driver> {
  const { RouterOSClient } = await rival<{
    RouterOSClient: new (
      options: object,
    ) => { connect(): Promise<{ menu(path: string): RouterosClientMenu }>; disconnect(): unknown };
  }>('routeros-client');
  const api = new RouterOSClient({ ...user, port, timeout: 60 });
  const client = await api.connect();
  return {
    print: async () => keep(await client.menu('/ppp/secret').get()),
    add: (index) => client.menu('/ppp/secret').add(secret(index)),
    close: () => api.disconnect(),
  };
}

interface MikroRouteros {
  connect(): Promise<unknown>;
  login(user: string, password: string): Promise<unknown>;
  runQuery(path: string, attributes?: object): Promise<unknown[]>;
  close(): unknown;
}

type MikroRouterosModule = { RouterOSClient: new (host: string, port: number, timeoutMs: number) => MikroRouteros };

async function connectMikroRouteros(port: number): Promise<Driver> {
  const { RouterOSClient } = await rival<MikroRouterosModule>('mikro-routeros');
  const client = new RouterOSClient(user.host, port, 60_000);
  await client.connect();
  await client.login(user.username, user.password);
  return {
    print: async () => keep(await client.runQuery('/ppp/secret/print')),
    add: (index) => client.runQuery('/ppp/secret/add', secret(index)),
    close: () => client.close(),
  };
}

const connects: Readonly<Record<string, Connect>> = {
  lastmile: async (port) => {
    const client = await connectRouter({ host: user.host, port, username: 'a', password: 'b', maxInFlight: inFlight });
    return {
      print: async () => keep(await client.print('/ppp/secret')),
      add: (index) => client.add('/ppp/secret', secret(index)),
      close: () => client.close(),
    };
  },
  'raw-decode': async (port) => {
    const bare = await connectBare(port);
    return { print: async () => keep(await bare.print()), add: bare.add, close: bare.close };
  },
  'node-routeros': (port) => connectNodeRouteros('node-routeros', port),
  'routeros-api': (port) => connectNodeRouteros('routeros-api', port),
  'routeros-client': connectRouterosClient,
  'mikro-routeros': connectMikroRouteros,
};

async function printOnce(driver: Driver): Promise<number> {
  const began = performance.now();
  const rows = await driver.print();
  const took = performance.now() - began;
  if (rows !== rowsOfPrint) throw new Error(`it gave ${rows} of ${rowsOfPrint} rows`);
  return took;
}

/** A fifth of a second is at the mercy of whatever else the machine does, so the deed is done again until this much time has gone. */
async function middleOf(deed: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  const began = performance.now();
  while (values.length === 0 || performance.now() - began < shortestMs) values.push(await deed());
  return values.sort((left, right) => left - right)[Math.floor(values.length / 2)]!;
}

/** Operations a second with so many under way at once. */
async function addRate(driver: Driver, count: number, atOnce: number, limitMs = longestMs): Promise<number> {
  const began = performance.now();
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    while (next < count && performance.now() - began < limitMs) {
      next += 1;
      await driver.add(next);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return (done / (performance.now() - began)) * 1_000;
}

async function connectionEach(connect: Connect, port: number): Promise<number> {
  const began = performance.now();
  let done = 0;
  while (performance.now() - began < longestMs) {
    const driver = await connect(port);
    await driver.add(done);
    await driver.close();
    done += 1;
  }
  return (done / (performance.now() - began)) * 1_000;
}

async function residentKiB(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return process.memoryUsage().rss / 1_024;
}

async function idleKiB(connect: Connect, port: number): Promise<number> {
  const count = 500;
  const open = async (connections: number): Promise<Driver[]> => {
    const drivers: Driver[] = [];
    while (drivers.length < connections) drivers.push(await connect(port));
    return drivers;
  };
  // The first thousand pay for what all share: compiled code, the heap's own steps, pages of Node.js itself. With fewer the result is
  // between 17 and 33 KiB for the same connections, as the steps fall.
  const first = await open(1_000);
  const before = await residentKiB();
  const drivers = await open(count);
  const after = await residentKiB();
  kept = [first, drivers];
  return (after - before) / count;
}

async function measure(): Promise<number> {
  const connect = connects[subject]!;
  const fast = Number(fastPort);
  const slow = Number(slowPort);
  switch (measurement) {
    case 'print-100k': {
      const driver = await connect(fast);
      // The first print pays for compiling; a server prints for months.
      await printOnce(driver);
      return rowsOfPrint / ((await middleOf(() => printOnce(driver))) / 1_000);
    }
    case 'print-100k-memory':
      await printOnce(await connect(fast));
      return process.resourceUsage().maxRSS / 1_024;
    case 'add-sequential': {
      const driver = await connect(fast);
      await addRate(driver, 5_000, 1, longestWarmUpMs);
      return middleOf(() => addRate(driver, 10_000, 1));
    }
    case 'add-30ms': {
      await addRate(await connect(fast), 5_000, inFlight, longestWarmUpMs);
      return addRate(await connect(slow), 1_000, inFlight);
    }
    case 'connection-per-operation':
      return connectionEach(connect, slow);
    case 'idle-500':
      return idleKiB(connect, fast);
    default:
      throw new Error(`unknown measurement ${measurement}`);
  }
}

const value = await measure();
console.log(JSON.stringify({ value, keeps: kept !== undefined }));
process.exit(0);
