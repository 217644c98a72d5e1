// What blocked accounts get, as it is set. What the routers make of it: drift.test.ts, convergence.test.ts.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };

beforeAll(async () => {
  running = await openTestLastmile();
});
afterAll(() => running.close());

const path = '/api/settings/blocked-access';
const read = async () => (await running.call(`GET ${path}`)).body;
const change = async (fields: object) => running.call(`PUT ${path}`, { revision: (await read()).revision, ...fields });

test('the places of the walled garden are kept once each, and change nothing else', async () => {
  const before = await read();
  const places = ['Pay.Example.net', 'pay.example.net', '192.0.2.7', '198.51.100.0/24'];
  const { status, body } = await change({ allowedPlaces: places, pageAddress: '192.0.2.7' });
  expect(status).toBe(200);
  expect(body).toEqual({
    ...before,
    allowedPlaces: ['pay.example.net', '192.0.2.7', '198.51.100.0/24'],
    pageAddress: '192.0.2.7',
    revision: before.revision + 1,
  });
  expect((await change({ pageAddress: null })).body).toMatchObject({ pageAddress: null, allowedPlaces: { length: 3 } });
});

test.each([
  ['a command', { allowedPlaces: ['pay.example.net comment=x'] }, 'allowedPlaces.0'],
  ['a name without a dot', { allowedPlaces: ['localhost'] }, 'allowedPlaces.0'],
  ['half an address', { allowedPlaces: ['192.0.2'] }, 'allowedPlaces.0'],
  ['too many', { allowedPlaces: Array.from({ length: 51 }, (_, n) => `a${n}.example.net`) }, 'allowedPlaces'],
  ['a name as the page', { pageAddress: 'pay.example.net' }, 'pageAddress'],
])('%s is refused as a place', async (_what, fields, field) => {
  const { status, body } = await change(fields);
  expect({ status, path: body.fields[0].path }).toEqual({ status: 400, path: field });
});
