import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FieldFault } from '#platform/errors.ts';
import { eventually, type Loose, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };

beforeAll(async () => {
  running = await openTestLastmile();
});
afterAll(() => running.close());

async function change(fields: Record<string, unknown>) {
  const { body } = await running.call('GET /api/settings');
  return running.call('PUT /api/settings', { revision: body.revision, ...fields });
}

test('what is changed is stored, what is left out stays, and both are told before anybody signs in', async () => {
  const before = (await running.call('GET /api/settings')).body;
  const after = (
    await change({ providerName: 'Ćuk & Söhne', country: 'HR', currency: 'EUR', timeZone: 'Europe/Zagreb' })
  ).body;
  expect(after).toEqual({
    ...before,
    providerName: 'Ćuk & Söhne',
    country: 'HR',
    currency: 'EUR',
    timeZone: 'Europe/Zagreb',
    revision: before.revision + 1,
  });
  expect((await running.stranger('GET /api/auth/session')).body.provider).toEqual({
    name: 'Ćuk & Söhne',
    currency: 'EUR',
    timeZone: 'Europe/Zagreb',
    country: 'HR',
    hasLogo: false,
    accent: 'blue',
  });
});

test('two people who change them at once: the second is told, and nothing is overwritten', async () => {
  const { body } = await running.call('GET /api/settings');
  expect((await running.call('PUT /api/settings', { revision: body.revision, graceDays: 3 })).status).toBe(200);
  const second = await running.call('PUT /api/settings', { revision: body.revision, graceDays: 9 });
  expect(second).toMatchObject({ status: 409, body: { code: 'edit_conflict' } });
  expect((await running.call('GET /api/settings')).body.graceDays).toBe(3);
});

test.each([
  ['providerName', ''],
  ['providerName', 'x'.repeat(10_000)],
  ['currency', 'XXL'],
  ['currency', 'usd'],
  ['timeZone', 'Mars/Olympus'],
  ['timeZone', '+02:00'],
  ['timeZone', ''],
  ['country', 'USA'],
  ['quietHour', '3'],
  ['quietHour', '24:00'],
  ['quietHour', '03:00:00'],
  ['fullLookMinutes', 0],
  ['fullLookMinutes', 61],
  ['overdueCheckHours', 5],
  ['overdueCheckHours', '6'],
  ['reconcileAt', '24:00'],
  ['liveIntervalSeconds', 1],
  ['liveIntervalSeconds', 301],
  ['liveIntervalSeconds', 2.5],
  ['graceDays', -1],
  ['graceDays', 91],
])('%s of %j is refused at its field', async (path, value) => {
  const { status, body } = await change({ [path]: value });
  expect(status).toBe(400);
  expect(new Set(body.fields.map((fault: FieldFault) => fault.path))).toEqual(new Set([path]));
});

test('a change is written down with what was before and after', async () => {
  await change({ graceDays: 7 });
  const { body } = await running.call('GET /api/audit?limit=1');
  expect(body.items[0]).toMatchObject({ action: 'settings.changed', actor: { kind: 'staff', name: 'admin' } });
  expect(body.items[0].details).toEqual({ graceDays: [expect.any(Number), 7] });
});

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

test('a logo that is saved does not refuse the form that is open beside it', async () => {
  const { body: opened } = await running.call('GET /api/settings');
  expect((await running.call('PUT /api/settings/logo', { image: png.toString('base64') })).status).toBe(200);
  const { revision } = opened;
  expect((await running.call('PUT /api/settings', { revision, graceDays: 4 })).status).toBe(200);
  expect((await running.call('DELETE /api/settings/logo')).status).toBe(200);
});

test('a logo is shown as it came, to everybody, and is gone when it is removed', async () => {
  expect((await running.stranger('GET /api/settings/logo')).status).toBe(404);
  expect(await running.call('PUT /api/settings/logo', { image: png.toString('base64') })).toMatchObject({
    status: 200,
    body: { hasLogo: true },
  });
  const shown = await fetch(`${running.lastmile.url}/api/settings/logo`);
  expect(shown.headers.get('content-type')).toBe('image/png');
  expect(Buffer.from(await shown.arrayBuffer()).equals(png)).toBe(true);
  expect(await running.call('DELETE /api/settings/logo')).toMatchObject({ status: 200, body: { hasLogo: false } });
  expect((await running.stranger('GET /api/settings/logo')).status).toBe(404);
});

test.each([
  ['a page with a script', Buffer.from('<svg onload="alert(1)"/>')],
  ['a page that calls itself a picture', Buffer.from('GIF89a<script>')],
  ['nothing', Buffer.alloc(0)],
])('a logo that is %s is refused', async (_name, image) => {
  const { status, body } = await running.call('PUT /api/settings/logo', { image: image.toString('base64') });
  expect(status).toBe(400);
  expect(body.fields).toMatchObject([{ path: 'image' }]);
});

test('a logo of more than 256 KiB, or that is no base64, is refused', async () => {
  const large = Buffer.concat([png, Buffer.alloc(256 * 1024)]).toString('base64');
  for (const image of [large, `${large}${large}`, 'not base64!']) {
    const { status, body } = await running.call('PUT /api/settings/logo', { image });
    expect(status).toBe(400);
    expect(new Set(body.fields.map((fault: FieldFault) => fault.path))).toEqual(new Set(['image']));
  }
});

test('the installation says what it runs on (A53)', async () => {
  expect((await running.call('GET /api/system')).body).toMatchObject({
    version: expect.stringMatching(/^\d+\.\d+/),
    nodeVersion: process.versions.node,
    databaseVersion: expect.stringMatching(/^\d+/),
    databaseBytes: expect.stringMatching(/^\d+$/),
    isDatabaseEmbedded: false,
  });
});

test('whoever changes how often and when is obeyed without a new start, by the clock of the provider', async () => {
  await change({ timeZone: 'Asia/Kolkata', overdueCheckHours: 6, reconcileAt: '04:30', fullLookMinutes: 15 });
  const timings = await eventually(
    async () =>
      running.query(
        `select name, cron, timezone as zone from pgboss.schedule where name in ('billing.overdue-check', 'vouchers.reconcile') order by name`,
      ),
    (rows) => rows.every(({ zone }) => zone === 'Asia/Kolkata'),
  );
  expect(timings).toEqual([
    { name: 'billing.overdue-check', cron: '5 */6 * * *', zone: 'Asia/Kolkata' },
    { name: 'vouchers.reconcile', cron: '30 4 * * *', zone: 'Asia/Kolkata' },
  ]);
  const { items } = (await running.call('GET /api/jobs')).body;
  expect(items.find(({ name }: Loose) => name === 'vouchers.reconcile')).toMatchObject({ cron: '30 4 * * *' });
});
