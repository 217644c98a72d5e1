import type { Announcement } from '@lastmile/contract/topics.ts';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { eventually, noteSessions, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };

beforeAll(async () => {
  running = await openTestLastmile();
});
afterAll(() => running.close());

type Listener = { heard: Announcement[]; socket: Socket };

async function listen(options: { token?: string; cookie?: string }): Promise<Listener> {
  const { token, cookie } = options;
  const socket = io(running.lastmile.url, {
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    ...(token ? { auth: { token } } : {}),
    ...(cookie ? { extraHeaders: { cookie } } : {}),
  });
  onTestFinished(() => void socket.close());
  const heard: Announcement[] = [];
  socket.on('changed', (announcement: Announcement) => heard.push(announcement));
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', () => resolve());
    socket.once('connect_error', reject);
  });
  return { heard, socket };
}

let planCount = 0;

async function addPlan(): Promise<string> {
  planCount += 1;
  const plan = { name: `Plan ${planCount}`, priceMinor: '100', downKbps: '1M', upKbps: '1M' };
  return (await running.call('POST /api/plans', plan)).body.id;
}

test('a change is told after its commit, by its name and without its contents (A14)', async () => {
  const { heard } = await listen({ token: await running.tokenOf('admin') });
  const id = await addPlan();
  await eventually(() => heard.find(({ topic }) => topic === 'plan'));
  expect(heard.filter(({ topic }) => topic === 'plan')).toEqual([{ topic: 'plan', id }]);
  // What is announced can be read: nobody hears of it before it stands.
  expect((await running.call(`GET /api/plans/${id}`)).status).toBe(200);
});

test('what was refused is not told', async () => {
  const { heard } = await listen({ token: await running.tokenOf('admin') });
  const refused = { name: 'Basic', priceMinor: '100', downKbps: '1M', upKbps: '1M' };
  expect((await running.call('POST /api/plans', refused)).status).toBe(409);
  const id = await addPlan();
  await eventually(() => heard.find(({ topic }) => topic === 'plan'));
  expect(heard.filter(({ topic }) => topic === 'plan')).toEqual([{ topic: 'plan', id }]);
});

test('a browser listens with its cookie', async () => {
  const signedIn = await fetch(`${running.lastmile.url}/api/auth/signin`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: 'correct horse' }),
  });
  const cookie = noteSessions(signedIn).headers.get('set-cookie')?.split(';')[0] ?? '';
  const { heard } = await listen({ cookie });
  await addPlan();
  await eventually(() => heard.length > 0);
});

test('a stranger hears nothing', async () => {
  await expect(listen({})).rejects.toThrow('signed_out');
  await expect(listen({ token: 'x'.repeat(43) })).rejects.toThrow('signed_out');
  await expect(listen({ cookie: 'lastmile_session=forged' })).rejects.toThrow('signed_out');
});

test('who may not read something does not hear of it either', async () => {
  await running.callerWithRole('office');
  await running.callerWithRole('cashier');
  const office = await listen({ token: await running.tokenOf('the-office') });
  const cashier = await listen({ token: await running.tokenOf('the-cashier') });
  const owner = await listen({ token: await running.tokenOf('admin') });
  const { body } = await running.call('GET /api/settings');
  await running.call('PUT /api/settings', { revision: body.revision, graceDays: body.graceDays + 1 });
  await addPlan();
  await eventually(() => owner.heard.find(({ topic }) => topic === 'plan'));
  // Announcements keep their order, so what the office was not told by now it will not be told.
  await eventually(() => office.heard.find(({ topic }) => topic === 'plan'));
  expect(new Set(owner.heard.map(({ topic }) => topic))).toEqual(new Set(['settings', 'audit', 'plan']));
  expect(new Set(office.heard.map(({ topic }) => topic))).toEqual(new Set(['plan']));
  expect(cashier.heard).toEqual([]);
});

test('whoever must change his password first hears nothing', async () => {
  await running.callerWithRole('manager');
  const token = await running.tokenOf('the-manager');
  await running.query(`update auth.staff set is_password_initial = true where username = 'the-manager'`);
  await expect(listen({ token })).rejects.toThrow('signed_out');
});
