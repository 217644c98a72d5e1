// Codes at the counter: many for one slow router, against seed D's way (connect, add, close, one after another); 200 cashiers at
// 45 routers at once, from click to code; and a day of 45 routers with 20,000 codes each held against its books.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { connectRouter } from '@lastmile/routeros';
import { type SimulatedRouter, startRouter } from '@lastmile/routeros-sim';
import { systemClock } from '@lastmile/server/platform/clock.ts';
import { type Actor, type Database, inTransaction, openDatabase } from '@lastmile/server/platform/db.ts';
import { startEmbeddedPostgres } from '@lastmile/server/platform/embedded-postgres.ts';
import { newId } from '@lastmile/server/platform/ids.ts';
import { migrate } from '@lastmile/server/platform/migrate.ts';
import { asOwner } from '@lastmile/server/platform/program-role.ts';
import { createSealer, keyFromSecret } from '@lastmile/server/platform/secrets.ts';
import { RouterConnections } from '@lastmile/server/routers/connections.ts';
import { addPackage } from '@lastmile/server/vouchers/packages.ts';
import { reconcileDay } from '@lastmile/server/vouchers/reconcile-day.ts';
import { type Counter, createCounter, sell } from '@lastmile/server/vouchers/sell.ts';
import { openShift } from '@lastmile/server/vouchers/shifts.ts';
import { median, type Row } from './benchmark.ts';

export const name = 'vouchers';
export const about =
  'codes on a slow router, 200 cashiers at 45 routers at once, a day of many codes reconciled (BENCH_FULL=1: a minute, 20,000 codes a router)';

const isFull = Boolean(process.env.BENCH_FULL);
const latencyMs = 5;
const tokenCount = 1000;
const tokensPerSale = 100;
// Each takes as long as the one before, so a tenth of them tells the rate.
const tokensOneByOne = 100;
const routerCount = 45;
const cashierCount = 200;
const rushSeconds = isFull ? 60 : 10;
const codesPerRouter = isFull ? 20_000 : 2000;

const sealer = createSealer(keyFromSecret('a benchmark'));
const system: Actor = { kind: 'system', id: null, name: 'benchmark' };

export async function run({ runs }: { runs: number }): Promise<Row[]> {
  const values = new Map<string, { row: Omit<Row, 'value'>; all: number[] }>();
  const note = (id: string, subject: string, unit: string, value: number) => {
    const key = `${id} ${subject}`;
    const known = values.get(key) ?? { row: { id, subject, unit }, all: [] };
    known.all.push(value);
    values.set(key, known);
    console.error(`vouchers: ${key}: ${value.toPrecision(4)} ${unit}`);
  };
  for (let count = 0; count < runs; count++) {
    await inOffice(async (office) => {
      note('tokens-1000-5ms', 'lastmile', 's', await sellThousand(office));
      note('tokens-1000-5ms', 'one-by-one', 's', await addThousandOneByOne());
      const rush = await sellInRush(office);
      note('rush-200-cashiers', 'lastmile', 'sales/s', rush.salesPerSecond);
      note('rush-200-cashiers-p99', 'lastmile', 'ms', rush.p99Ms);
    });
    // On a database of its own: what was sold in the rush would be counted, too.
    await inOffice(async (office) => {
      await writeCodes(office);
      const seconds = await secondsOf(() => reconcileToday(office));
      note(`reconcile-45x${codesPerRouter}`, 'lastmile', 's', seconds);
    });
  }
  return [...values.values()].map(({ row, all }) => ({ ...row, value: Number(median(all).toPrecision(4)) }));
}

type Office = { database: Database; counter: Counter; packageId: string };

async function inOffice(measure: (office: Office) => Promise<void>): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lastmile-bench-'));
  // As root the database runs as another user, who must be able to pass through.
  fs.chmodSync(folder, 0o711);
  const postgres = await startEmbeddedPostgres(folder);
  const database = openDatabase(postgres.url, systemClock);
  const connections = new RouterConnections(sealer, { areLocalRoutersAllowed: true });
  try {
    await migrate(database.pool);
    const { id } = await inTransaction(database, system, (work) =>
      addPackage(work, {
        name: 'One hour',
        priceMinor: 500n,
        durationKind: 'used',
        durationSeconds: 3600,
        dataBytes: null,
        downKbps: 4096,
        upKbps: 1024,
        devices: 1,
        validDays: null,
        hours: null,
        locationIds: [],
        prices: [],
      }),
    );
    await measure({ database, counter: createCounter(database, connections), packageId: id });
  } finally {
    await connections.stop();
    await database.pool.end();
    await postgres.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function addRouterRow({ database }: Office, port: number): Promise<string> {
  const id = newId();
  await database.pool.query(
    `insert into routers.routers (id, label, host, port, tls, username, password_sealed, mode, created_at)
     values ($1, $2, '127.0.0.1', $3, 'off', 'lastmile', $4, 'manage', now())`,
    [id, `Café ${id}`, port, sealer.seal('demo', id)],
  );
  return id;
}

async function clockIn({ database }: Office, routerId: string): Promise<Actor> {
  const id = newId();
  const cashier: Actor = { kind: 'staff', id, name: `cashier-${id}` };
  await database.pool.query(
    `insert into auth.staff (id, username, role, password_hash, created_at) values ($1, $2, 'cashier', 'x', now())`,
    [id, cashier.name],
  );
  await inTransaction(database, cashier, (work) => openShift(work, { routerId, cash: [] }));
  return cashier;
}

/** From the first click to all of them sold and seen on the router. */
async function sellThousand(office: Office): Promise<number> {
  const router = await startRouter();
  router.faults.latencyMs = latencyMs;
  try {
    const cashier = await clockIn(office, await addRouterRow(office, router.port));
    const seconds = await secondsOf(async () => {
      for (let sold = 0; sold < tokenCount; sold += tokensPerSale) await sellOnce(office, cashier, tokensPerSale);
    });
    expectOnRouter(router, tokenCount);
    return seconds;
  } finally {
    await router.stop();
  }
}

async function addThousandOneByOne(): Promise<number> {
  const router = await startRouter();
  router.faults.latencyMs = latencyMs;
  const access = { host: '127.0.0.1', port: router.port, username: 'lastmile', password: 'demo' };
  try {
    const seconds = await secondsOf(async () => {
      for (let index = 0; index < tokensOneByOne; index++) {
        const client = await connectRouter(access);
        await client.add('/ip/hotspot/user', { name: `CODE${index}`, password: `CODE${index}`, 'limit-uptime': '1h' });
        await client.close();
      }
    });
    return (seconds / tokensOneByOne) * tokenCount;
  } finally {
    await router.stop();
  }
}

async function sellOnce({ counter, packageId }: Office, cashier: Actor, quantity: number): Promise<void> {
  await sell(counter, cashier, { packageId, quantity, customerPhone: null, idempotencyKey: newId() });
}

async function sellInRush(office: Office): Promise<{ salesPerSecond: number; p99Ms: number }> {
  const routers = await Promise.all(Array.from({ length: routerCount }, () => startRouter()));
  try {
    const routerIds: string[] = [];
    for (const { port } of routers) routerIds.push(await addRouterRow(office, port));
    const cashiers: Actor[] = [];
    for (let index = 0; index < cashierCount; index++)
      cashiers.push(await clockIn(office, routerIds[index % routerCount] ?? ''));
    const waits: number[] = [];
    const until = performance.now() + rushSeconds * 1000;
    const seconds = await secondsOf(() =>
      Promise.all(
        cashiers.map(async (cashier) => {
          while (performance.now() < until) waits.push((await secondsOf(() => sellOnce(office, cashier, 1))) * 1000);
        }),
      ),
    );
    await expectSoldOnce(office, routers, waits.length);
    return {
      salesPerSecond: waits.length / seconds,
      p99Ms: waits.toSorted((a, b) => a - b)[Math.floor(waits.length * 0.99)] ?? 0,
    };
  } finally {
    await Promise.all(routers.map((router) => router.stop()));
  }
}

/** Nothing sold twice, nothing lost: clicks, sales, codes, money and hotspot users are the same number. */
async function expectSoldOnce(
  { database }: Office,
  routers: readonly SimulatedRouter[],
  clicks: number,
): Promise<void> {
  const { rows } = await database.pool.query(
    `select (select count(*) from vouchers.sales sale join vouchers.shifts shift on shift.id = sale.shift_id
        where sale.state = 'complete' and sale.quantity = 1)::int as sales,
      (select count(distinct journal.ref_id) from ledger.journals journal join vouchers.sales sale on sale.id = journal.ref_id
        where journal.kind = 'voucher_sale' and sale.quantity = 1)::int as booked`,
  );
  const onRouters = routers.reduce((sum, router) => sum + codesOn(router), 0);
  const counts = [clicks, rows[0]?.sales, rows[0]?.booked, onRouters];
  if (new Set(counts).size !== 1) throw new Error(`clicks, sales, journals, codes on routers: ${counts.join(', ')}`);
}

function expectOnRouter(router: SimulatedRouter, count: number): void {
  if (codesOn(router) !== count) throw new Error(`${codesOn(router)} of ${count} codes are on the router`);
}

/** RouterOS has one user of its own. */
function codesOn(router: SimulatedRouter): number {
  return router.rows('/ip/hotspot/user').filter((row) => row.default !== 'true').length;
}

/** A day of sales in one statement each: a cashier at every router, a hundred codes a sale, half of them used. */
async function writeCodes(office: Office): Promise<void> {
  const { database } = office;
  const salesPerRouter = codesPerRouter / tokensPerSale;
  for (let index = 0; index < routerCount; index++) {
    const { id: staffId, name: staffName } = await clockIn(office, await addRouterRow(office, 10_000 + index));
    await database.pool.query(
      `with shift as (select id, router_id from vouchers.shifts where staff_id = $1),
        version as (select id from vouchers.package_versions limit 1),
        sale as (insert into vouchers.sales (id, shift_id, staff_id, idempotency_key, version_id, quantity, unit_price_minor, total_minor, currency, state, created_at, ended_at)
          select gen_random_uuid(), shift.id, $1, 'sale ' || n, version.id, ${tokensPerSale}, 500, ${500 * tokensPerSale}, 'USD', 'complete', now(), now()
          from shift, version, generate_series(1, ${salesPerRouter}) n returning id, shift_id, version_id)
       insert into vouchers.vouchers (id, code, version_id, state, sale_id, shift_id, seller_id, seller_name, router_id, price_minor, currency, sold_at, first_used_at, is_wanted, is_on_router, created_at)
       select gen_random_uuid(), translate(upper(substr(md5(sale.id::text || n), 1, 18)), '01', 'XY'), sale.version_id,
         case when n % 2 = 0 then 'redeemed' else 'sold' end, sale.id, sale.shift_id, $1, $2, shift.router_id, 500, 'USD', now(),
         case when n % 2 = 0 then now() end, true, true, now()
       from sale, shift, generate_series(1, ${tokensPerSale}) n`,
      [staffId, staffName],
    );
  }
  await asOwner(database.pool, (owner) => owner.query('analyze vouchers.vouchers; analyze vouchers.sales'));
}

async function reconcileToday({ database }: Office): Promise<void> {
  const today = Temporal.Now.plainDateISO('UTC');
  const { totals } = await inTransaction(database, system, (work) => reconcileDay(work, today));
  const wanted = routerCount * codesPerRouter;
  if (totals.soldCount !== wanted) throw new Error(`${totals.soldCount} of ${wanted} codes are in the report`);
}

async function secondsOf(deed: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await deed();
  return (performance.now() - begun) / 1000;
}
