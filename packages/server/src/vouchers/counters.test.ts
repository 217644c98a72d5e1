// What those who lead see: all locations now, and figures over a time.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cash, clockIn, counterStaff } from '#test/counter.test-support.ts';
import { addRouter, startTestRouter } from '#test/provider.test-support.ts';
import { type Caller, type Loose, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };
let manager: Caller;
let here: Loose;
let there: Loose;
let ana: { id: string; name: string; call: Caller };
let packages: Loose[];

beforeAll(async () => {
  running = await openTestLastmile();
  manager = await running.callerWithRole('manager');
  packages = await Promise.all([addPackage('Hour', '500'), addPackage('Day', '2000')]);
  here = (await running.call('POST /api/locations', { name: 'Harbour' })).body;
  there = (await running.call('POST /api/locations', { name: 'Station' })).body;
});
afterAll(() => running.close());

async function addPackage(name: string, priceMinor: string): Promise<Loose> {
  const offered = { durationSeconds: 3600, downKbps: 4096, upKbps: 1024 };
  return (await running.call('POST /api/voucher-packages', { name, priceMinor, ...offered })).body;
}

const sell = (call: Caller, packageId: string, quantity = 1) =>
  call('POST /api/counter/sales', { packageId, quantity, idempotencyKey: crypto.randomUUID() });
const locations = async (call = manager) => (await call('GET /api/counters')).body.items;
const figures = async (by: string, call = manager) => (await call(`GET /api/voucher-figures?by=${by}`)).body.items;

test('a location shows its open counters, sales of today, who is online, and the cash', async () => {
  const router = await startTestRouter();
  const { id: routerId } = await addRouter(running, router, { locationId: here.id });
  ana = await counterStaff(running);
  await clockIn(ana.call, routerId, '10');
  const sale = await sell(ana.call, packages[0].id, 2);
  await sell(ana.call, packages[1].id);
  const [{ code }] = sale.body.vouchers;
  router.logInToHotspot(code, code, { mac: '02:00:00:00:00:01' });
  await running.call(`POST /api/routers/${routerId}/sync`);
  const [harbour, station] = await locations();
  expect(harbour).toMatchObject({
    locationName: 'Harbour',
    routerCount: 1,
    soldCount: 3,
    soldMinor: '3000',
    onlineCount: 1,
    expectedMinor: '4000',
    openCounters: [{ staffName: ana.name, soldCount: 3, soldMinor: '3000', expectedMinor: '4000' }],
  });
  expect(station).toMatchObject({ locationName: 'Station', soldCount: 0, openCounters: [], expectedMinor: '0' });
});

test('who still has to count his drawer is not told its sum here either', async () => {
  const { id: routerId } = await addRouter(running, await startTestRouter(), { locationId: there.id });
  const owner = await counterStaff(running, 'super_admin');
  await clockIn(owner.call, routerId, '10');
  const own = (await locations(owner.call)).find(({ locationName }: Loose) => locationName === 'Station');
  expect(own).toMatchObject({ expectedMinor: null, openCounters: [{ soldMinor: null, expectedMinor: null }] });
  const others = (await locations()).find(({ locationName }: Loose) => locationName === 'Station');
  expect(others).toMatchObject({ expectedMinor: '1000' });
});

test('figures by package, person, location, day and hour agree, and show what differs', async () => {
  await ana.call('POST /api/counter/shift/count', { cash: cash('20', '10') });
  expect(await figures('package')).toMatchObject([
    { name: 'Day', soldCount: 1, soldMinor: '2000', usedCount: 0 },
    { name: 'Hour', soldCount: 2, soldMinor: '1000', shiftCount: 0 },
  ]);
  const right = { soldCount: 3, soldMinor: '3000', shiftCount: 1, offCount: 1, expectedMinor: '4000' };
  const [person] = await figures('staff');
  expect(person).toMatchObject({ name: ana.name, ...right, countedMinor: '3000', varianceMinor: '-1000' });
  expect(await figures('location')).toMatchObject([{ name: 'Harbour', ...right }]);
  expect(await figures('day')).toMatchObject([{ name: Temporal.Now.plainDateISO('UTC').toString(), ...right }]);
  const hours = await figures('hour');
  expect(hours.reduce((sum: number, { soldCount }: Loose) => sum + soldCount, 0)).toBe(3);
  const [harbour] = await locations();
  const [drawer] = await figures('drawer');
  expect(drawer).toMatchObject({ ...right, varianceMinor: '-1000' });
  expect(drawer.name.split('\u001f')).toEqual([Temporal.Now.plainDateISO('UTC').toString(), 'Harbour', ana.name]);
  expect(harbour).toMatchObject({ countedMinor: '3000', varianceMinor: '-1000', unsignedMinor: '0', alertCount: 1 });
});

test('a location shows what went through in each hour of the last day, and nothing older', async () => {
  await running.query(
    `insert into vouchers.hourly_usage (router_id, hour, used_bytes)
     select router.id, date_trunc('hour', now() - make_interval(hours => ago), 'UTC'), 1000 * ago
     from routers.routers router, unnest(array[2, 5, 30]) ago where location_id = $1`,
    [there.id],
  );
  const station = (await locations()).find(({ locationName }: Loose) => locationName === 'Station');
  expect(station.traffic.map(({ usedBytes }: Loose) => usedBytes)).toEqual(['5000', '2000']);
});

test('who is limited to a location sees its figures and no others', async () => {
  const { id, name } = await counterStaff(running, 'manager');
  await running.call(`PUT /api/staff/${id}/scope`, { limitedTo: [there.id] });
  const limited = running.callerWithToken(await running.tokenOf(name));
  expect((await locations(limited)).map(({ locationName }: Loose) => locationName)).toEqual(['Station']);
  expect(await figures('staff', limited)).toEqual([]);
});

test('a time that ends before it begins, or is longer than a year, is refused at its field', async () => {
  for (const days of ['from=2026-02-01&to=2026-01-01', 'from=2024-01-01&to=2026-01-01'])
    expect(await manager(`GET /api/voucher-figures?${days}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid_input', fields: [{ path: 'from' }] },
    });
});
