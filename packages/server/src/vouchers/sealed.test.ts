// Sealed stock: codes on paper, from the batch to the sale, and what may go wrong with a bundle of paper.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { cash, clockIn, counterStaff } from '#test/counter.test-support.ts';
import { addRouter, fresh, type Simulated, startTestRouter } from '#test/provider.test-support.ts';
import { type Caller, type Loose, openTestLastmile, type Running } from '#test/running.ts';

const users = '/ip/hotspot/user';
const device = { mac: '02:00:00:00:00:01' };

let running: Running & { close(): Promise<void> };
let router: Simulated;
let routerId: string;
let location: Loose;
let cashier: { id: string; name: string; call: Caller };
let hour: Loose;

beforeAll(async () => {
  running = await openTestLastmile();
  hour = await addPackage();
});
afterAll(() => running.close());
beforeEach(async () => {
  router = await startTestRouter();
  location = (await running.call('POST /api/locations', { name: fresh('Café') })).body;
  routerId = (await addRouter(running, router, { locationId: location.id })).id;
  cashier = await counterStaff(running);
  await clockIn(cashier.call, routerId);
});

async function addPackage(change: object = {}): Promise<Loose> {
  const offered = { priceMinor: '500', durationSeconds: 3600, downKbps: 4096, upKbps: 1024 };
  return (await running.call('POST /api/voucher-packages', { name: fresh('Hour'), ...offered, ...change })).body;
}

async function makeBatch(change: object = {}): Promise<{ id: string; codes: string[] }> {
  const made = await running.call('POST /api/voucher-batches', { packageId: hour.id, quantity: 3, ...change });
  expect(made).toMatchObject({ status: 201, body: { leftCount: made.body.quantity, soldCount: 0 } });
  const { body } = await running.call(`POST /api/voucher-batches/${made.body.id}/prints`);
  return { id: made.body.id, codes: body.tickets.map(({ code }: Loose) => code) };
}

const sellSealed = (codes: string[], idempotencyKey: string = crypto.randomUUID()) =>
  cashier.call('POST /api/counter/sealed-sales', { codes, idempotencyKey });
const batch = async (id: string) => (await running.call(`GET /api/voucher-batches/${id}`)).body;
const look = () => running.call(`POST /api/routers/${routerId}/sync`);
const alertsOf = async (kind: string) =>
  (await running.call('GET /api/voucher-alerts?limit=200')).body.items.filter((alert: Loose) => alert.kind === kind);

test('a sealed code does not work until a shift sells it; then it works at once', async () => {
  const { id, codes } = await makeBatch();
  const [code = ''] = codes;
  expect(router.logInToHotspot(code, code, device)).toMatchObject({ ok: false });
  await look();
  expect(router.find(users, { name: code })).toBeUndefined();
  // Typed by hand, in groups and small letters.
  const typed = code.toLowerCase().replace(/^(.{5})/, '$1 ');
  const read = await cashier.call('POST /api/counter/sealed', { code: typed });
  expect(read.body).toEqual({ code, packageName: hour.name, priceMinor: '500', currency: 'USD' });
  const sale = await sellSealed([typed]);
  expect(sale).toMatchObject({ status: 201, body: { totalMinor: '500', vouchers: [{ code, state: 'sold' }] } });
  expect(router.logInToHotspot(code, code, device)).toMatchObject({ ok: true });
  expect(await batch(id)).toMatchObject({ leftCount: 2, soldCount: 1, printCount: 1 });
  const counted = await cashier.call('POST /api/counter/shift/count', { cash: cash('5') });
  expect(counted.body.result).toMatchObject({ expectedMinor: '500', outcome: 'balanced' });
});

test('a sealed code is sold once: two clicks are one sale, and nobody sells it again', async () => {
  const [code = ''] = (await makeBatch()).codes;
  const key = crypto.randomUUID();
  const [first, twin] = await Promise.all([sellSealed([code], key), sellSealed([code], key)]);
  expect(first.body.id).toBe(twin.body.id);
  expect(await sellSealed([code])).toMatchObject({ status: 409, body: { code: 'voucher_sold' } });
  const other = await counterStaff(running);
  await clockIn(other.call, routerId);
  const again = { codes: [code], idempotencyKey: crypto.randomUUID() };
  expect(await other.call('POST /api/counter/sealed-sales', again)).toMatchObject({ body: { code: 'voucher_sold' } });
});

test('two cashiers with the same paper at once: one of them sells it', async () => {
  const [code = ''] = (await makeBatch()).codes;
  const other = await counterStaff(running);
  await clockIn(other.call, routerId);
  const sales = await Promise.all(
    [cashier, other].map(({ call }) =>
      call('POST /api/counter/sealed-sales', { codes: [code], idempotencyKey: crypto.randomUUID() }),
    ),
  );
  expect(sales.map(({ status }) => status).toSorted()).toEqual([201, 409]);
});

test('a router that does not answer: nothing is sold, and the paper stays good', async () => {
  const { id, codes } = await makeBatch();
  const [code = ''] = codes;
  router.faults.offline = true;
  await router.settled();
  expect(await sellSealed([code])).toMatchObject({ status: 502, body: { code: 'router_unreachable' } });
  // Perhaps it reached the router: not sold elsewhere before it is known to be gone from there.
  expect(await sellSealed([code])).toMatchObject({ status: 409, body: { code: 'voucher_leaving' } });
  router.faults.clear();
  await router.settled();
  await look();
  expect(await batch(id)).toMatchObject({ leftCount: 3, voidCount: 0 });
  expect(await sellSealed([code])).toMatchObject({ status: 201 });
});

test('a batch is sold where it is allotted, at the price of the place', async () => {
  const other = (await running.call('POST /api/locations', { name: fresh('Other café') })).body;
  const dear = await addPackage({ prices: [{ locationId: location.id, priceMinor: '700' }] });
  const { id, codes } = await makeBatch({ packageId: dear.id, locationId: other.id });
  const [code = ''] = codes;
  expect(await sellSealed([code])).toMatchObject({ status: 409, body: { code: 'voucher_not_here' } });
  const allotted = await running.call(`POST /api/voucher-batches/${id}/allotments`, { locationId: location.id });
  expect(allotted.body).toMatchObject({ locationName: location.name });
  expect(await sellSealed([code])).toMatchObject({ status: 201, body: { totalMinor: '700' } });
});

test('lost: the rest of a batch ends, and what turns up is refused', async () => {
  const { id, codes } = await makeBatch();
  const [sold = '', found = ''] = codes;
  await sellSealed([sold]);
  const lost = await running.call(`POST /api/voucher-batches/${id}/voids`, { reason: 'stolen bag', isLost: true });
  expect(lost.body).toMatchObject({ isLost: true, leftCount: 0, soldCount: 1, voidCount: 2 });
  expect(lost.body.events.at(-1)).toMatchObject({ kind: 'lost', codeCount: 2, reason: 'stolen bag' });
  expect(await sellSealed([found])).toMatchObject({ status: 409, body: { code: 'voucher_ended' } });
  expect(router.logInToHotspot(sold, sold, device)).toMatchObject({ ok: true });
});

test('single unsold codes are voided, sold ones are not', async () => {
  const { id, codes } = await makeBatch();
  const [torn = '', sold = ''] = codes;
  await sellSealed([sold]);
  const voidCode = (code: string) =>
    running.call(`POST /api/voucher-batches/${id}/voids`, { reason: 'torn', codes: [code] });
  expect((await voidCode(torn)).body).toMatchObject({ leftCount: 1, voidCount: 1, isLost: false });
  expect(await voidCode(sold)).toMatchObject({ status: 404, body: { code: 'voucher_not_found' } });
});

test('a batch that is printed again is told', async () => {
  const { id } = await makeBatch();
  expect(await alertsOf('reprinted')).toEqual([]);
  await running.call(`POST /api/voucher-batches/${id}/prints`);
  expect((await alertsOf('reprinted'))[0].evidence).toMatchObject({ batch: id, codes: 3, printCount: 2 });
});

test.each(['batches', 'batch_events', 'package_prices'])(
  'the database refuses to change or forget what stands in %s',
  async (table) => {
    await addPackage({ prices: [{ locationId: location.id, priceMinor: '400' }] });
    await makeBatch();
    const [row] = await running.query(`select * from vouchers.${table} limit 1`);
    const column = Object.keys(row).at(-1);
    const edits = [`update vouchers.${table} set ${column} = ${column}`, `delete from vouchers.${table}`];
    for (const edit of [...edits, `truncate vouchers.${table} cascade`])
      await expect(running.query(edit), edit).rejects.toThrow(/append-only/);
  },
);

test('codes of different packages are not one sale, and what is no sealed code is refused', async () => {
  const [code = ''] = (await makeBatch()).codes;
  const [another = ''] = (await makeBatch({ packageId: (await addPackage()).id })).codes;
  expect(await sellSealed([code, another])).toMatchObject({ status: 409, body: { code: 'vouchers_differ' } });
  expect(await sellSealed(['NOTHERENOTHERE'])).toMatchObject({ status: 404, body: { code: 'voucher_not_found' } });
  const issued = await cashier.call('POST /api/counter/sales', {
    packageId: hour.id,
    idempotencyKey: crypto.randomUUID(),
  });
  const own = issued.body.vouchers[0].code;
  expect(await sellSealed([own])).toMatchObject({ status: 409, body: { code: 'voucher_not_sealed' } });
});

test('a batch has a limit', async () => {
  expect(await running.call('POST /api/voucher-batches', { packageId: hour.id, quantity: 1001 })).toMatchObject({
    status: 400,
    body: { code: 'invalid_input', fields: [{ path: 'quantity' }] },
  });
});
