import { afterAll, beforeAll, expect, test } from 'vitest';
import { addAbsentRouter, addCustomer, addRouter, settled, startTestRouter } from '#test/provider.test-support.ts';
import { eventually, type Loose, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };

beforeAll(async () => {
  running = await openTestLastmile();
});
afterAll(() => running.close());

const list = async (routerId: string, query = '') =>
  (await running.call(`GET /api/routers/${routerId}/accounts?${query}`)).body;
const names = ({ items }: Loose) => items.map(({ name }: Loose) => name);

test('the accounts of a router are paged by name, counted and found', async () => {
  const { id } = await addAbsentRouter(running);
  const other = await addAbsentRouter(running);
  for (const username of ['mo', 'ada', 'zoe', 'kim'])
    await addCustomer(running, id, { name: `Of ${username}`, username });
  await addCustomer(running, other.id, { username: 'elsewhere' });
  const first = await list(id, 'limit=3');
  expect(names(first)).toEqual(['ada', 'kim', 'mo']);
  expect(first.total).toBe(4);
  expect(names(await list(id, `limit=3&after=${first.next}`))).toEqual(['zoe']);
  expect(names(await list(id, 'search=OF%20k'))).toEqual(['kim']);
  expect(names(await list(id, 'service=hotspot'))).toEqual([]);
  expect((await list(id, 'search=zoe')).items).toMatchObject([
    { customerName: 'Of zoe', planName: 'Basic', isBlocked: false, isOnline: false, pending: {} },
  ]);
  expect((await running.call('GET /api/routers/01890a5d-ac96-774b-bcce-b302099a8057/accounts')).status).toBe(404);
});

test('an account is listed as online, offline, blocked or pending', async () => {
  const router = await startTestRouter();
  const { id } = await addRouter(running, router);
  const [here, away, cut] = [
    await addCustomer(running, id, { username: 'here' }),
    await addCustomer(running, id, { username: 'away' }),
    await addCustomer(running, id, { username: 'cut' }),
  ];
  await running.call(`POST /api/customers/${cut.id}/suspend`, {});
  for (const customer of [here, away, cut]) await settled(running, customer.id);
  router.dial('here', 'secret-1');
  await eventually(
    () => list(id, 'state=online'),
    (page) => names(page).length === 1,
  );
  expect(names(await list(id, 'state=online'))).toEqual(['here']);
  expect(names(await list(id, 'state=offline'))).toEqual(['away']);
  expect(names(await list(id, 'state=blocked'))).toEqual(['cut']);
  expect(names(await list(id, 'state=pending'))).toEqual([]);
  router.faults.offline = true;
  await running.call(`POST /api/routers/${id}/sync`);
  // Nobody can tell who is online on a router that is silent.
  expect(names(await list(id, 'state=online'))).toEqual([]);
  expect((await running.call(`GET /api/routers/${id}`)).body).toMatchObject({ onlineCount: 0, lastSeenCount: 1 });
});
