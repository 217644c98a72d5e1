// The edge alone, with routes made for the test: no database behind it.
import { rolePermissions } from '@lastmile/contract/permissions.ts';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import type { Database } from './db.ts';
import { type Caller, createHttp, type Http, type HttpOptions, mount } from './http.ts';
import { createLog } from './log.ts';

const noDatabase = {} as Database;

function callerOf(token: string): Caller | undefined {
  if (token !== 'owner' && token !== 'newcomer') return undefined;
  return {
    actor: { kind: 'staff', id: null, name: token },
    permissions: new Set(rolePermissions.super_admin),
    isPasswordChangeRequired: token === 'newcomer',
    sessionHash: Buffer.alloc(0),
  };
}

async function createTestHttp(options: Partial<HttpOptions> = {}, log: string[] = []): Promise<Http> {
  const http = await createHttp({
    database: noDatabase,
    log: createLog('info', false, { write: (line) => log.push(line) }),
    identify: async (token) => callerOf(token),
    cookieName: 'session',
    publicUrl: undefined,
    ...options,
  });
  onTestFinished(() => http.app.close());
  mount(http, endpoints, {
    'GET /api/open': { live: async () => ({ name: 'open' }) },
    'POST /api/things': { live: async (_call, { body }) => ({ name: body.name }) },
    'GET /api/broken': {
      live: async () => {
        throw new Error('the cause of it', { cause: new Error('the bottom of it') });
      },
    },
    'POST /api/cookie': {
      live: async (call) => {
        call.setSessionCookie('a token', Temporal.Instant.from('2026-01-31T12:00:00Z'));
        return { name: 'set' };
      },
    },
    'GET /api/things.csv': { live: async () => ({ name: 'table' }) },
    'GET /api/leaky': { live: async () => ({ name: 'thing', password: 'hunter2' }) as { name: string } },
  });
  return http;
}

const reply = z.object({ name: z.string() });
const endpoints = {
  'GET /api/open': { name: 'a', summary: '', permission: 'public', reply },
  'POST /api/things': { name: 'b', summary: '', permission: 'plan:write', body: reply, reply },
  'GET /api/broken': { name: 'c', summary: '', permission: 'public', reply },
  'POST /api/cookie': { name: 'e', summary: '', permission: 'public', reply },
  'GET /api/things.csv': { name: 'f', summary: '', permission: 'public', reply },
  'GET /api/leaky': { name: 'd', summary: '', permission: 'public', reply },
} as const;

const body = { name: 'x' };
const post = { method: 'POST', url: '/api/things', body } as const;

test('more requests from one address than any person makes are answered with 429 (A112, C49)', async () => {
  const { app } = await createTestHttp({ requestLimits: { read: 3 } });
  for (let count = 0; count < 3; count++) expect((await app.inject('/api/open')).statusCode).toBe(200);
  const refused = await app.inject('/api/open');
  expect(refused.statusCode).toBe(429);
  expect(refused.json()).toMatchObject({ code: 'too_many_requests' });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect((await app.inject({ url: '/api/open', remoteAddress: '192.0.2.7' })).statusCode).toBe(200);
});

test('calls that are refused for want of a session are counted, too', async () => {
  const { app } = await createTestHttp({ requestLimits: { write: 3 } });
  const guess = () => app.inject({ ...post, headers: { authorization: 'Bearer a-guess' } });
  for (let count = 0; count < 3; count++) expect((await guess()).statusCode).toBe(401);
  expect((await guess()).statusCode).toBe(429);
});

test('each class of routes has a limit of its own: who may not sign in any more still reads, changes and downloads', async () => {
  const { app } = await createTestHttp({ requestLimits: { sign_in: 1, file: 2, write: 3, read: 4 } });
  const requests = {
    sign_in: { method: 'POST', url: '/api/cookie' },
    file: { method: 'GET', url: '/api/things.csv' },
    write: { ...post, headers: { authorization: 'Bearer owner' } },
    read: { method: 'GET', url: '/api/open' },
  } as const;
  const taken = Object.entries(requests).map(async ([name, request]) => {
    for (let count = 0; ; count++) {
      const { statusCode, headers } = await app.inject(request);
      if (statusCode !== 429 && count < 10) continue;
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      return [name, count];
    }
  });
  expect(Object.fromEntries(await Promise.all(taken))).toEqual({ sign_in: 1, file: 2, write: 3, read: 4 });
});

test('with a cookie, another site’s page may not change anything', async () => {
  const { app } = await createTestHttp();
  const send = (headers: Record<string, string>) =>
    app.inject({ ...post, cookies: { session: 'owner' }, headers: { host: 'isp.example', ...headers } });
  expect((await send({ origin: 'https://evil.example' })).json()).toMatchObject({ code: 'origin_refused' });
  expect((await send({ origin: 'null' })).json()).toMatchObject({ code: 'origin_refused' });
  expect((await send({ origin: 'https://isp.example' })).statusCode).toBe(200);
  expect((await send({})).statusCode).toBe(200);
});

test('behind a proxy the public address counts as our own', async () => {
  const { app } = await createTestHttp({ publicUrl: 'https://isp.example' });
  const send = (origin: string) =>
    app.inject({ ...post, cookies: { session: 'owner' }, headers: { host: '10.0.0.2:3000', origin } });
  expect((await send('https://isp.example')).statusCode).toBe(200);
  expect((await send('https://isp.example.evil.example')).statusCode).toBe(403);
});

test('a bearer token comes from no foreign page, so its origin does not matter', async () => {
  const { app } = await createTestHttp();
  const headers = { authorization: 'Bearer owner', origin: 'https://integrator.example' };
  expect((await app.inject({ ...post, headers })).statusCode).toBe(200);
});

describe('a page of another site', () => {
  const shop = 'https://shop.example.net';
  const asking = (origin: string) => ({ url: '/api/open', headers: { origin } });
  const preflight = (origin: string) => ({
    method: 'OPTIONS' as const,
    url: '/api/things',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
  });
  const crossOriginHeaders = (headers: object) =>
    Object.keys(headers).filter((name) => name.startsWith('access-control-'));

  test('is told nothing that a browser would let it read, as long as no origin is named', async () => {
    const { app } = await createTestHttp();
    for (const request of [asking(shop), preflight(shop), asking('null')])
      expect(crossOriginHeaders((await app.inject(request)).headers)).toEqual([]);
    expect((await app.inject(preflight(shop))).statusCode).toBe(404);
  });

  test('that is named may ask with a token, and never with a cookie', async () => {
    const { app } = await createTestHttp({ allowedOrigins: [shop] });
    const { headers } = await app.inject(asking(shop));
    expect(headers).toMatchObject({ 'access-control-allow-origin': shop, vary: expect.stringMatching(/origin/i) });
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
    const before = await app.inject(preflight(shop));
    expect(before.statusCode).toBe(204);
    expect(before.headers).toMatchObject({
      'access-control-allow-origin': shop,
      'access-control-allow-methods': 'GET, POST, PUT, DELETE',
      'access-control-allow-headers': expect.stringContaining('authorization'),
    });
    const sent = { ...post, headers: { origin: shop, authorization: 'Bearer owner' } };
    expect((await app.inject(sent)).headers).toMatchObject({ 'access-control-allow-origin': shop });
    const withCookie = await app.inject({ ...post, cookies: { session: 'owner' }, headers: { origin: shop } });
    expect(withCookie.json()).toMatchObject({ code: 'origin_refused' });
  });

  test('that is refused or asks too often is told so in a way that it can read', async () => {
    const { app } = await createTestHttp({ allowedOrigins: [shop], requestLimits: { read: 1, write: 1 } });
    expect((await app.inject({ ...post, headers: { origin: shop } })).headers).toMatchObject({
      'access-control-allow-origin': shop,
    });
    await app.inject(asking(shop));
    const late = await app.inject(asking(shop));
    expect(late.statusCode).toBe(429);
    expect(late.headers).toMatchObject({ 'access-control-allow-origin': shop });
  });

  test.each([
    'https://shop.example.net.evil.example',
    'http://shop.example.net',
    'https://shop.example.net:8443',
    'null',
  ])('%s is not the one that is named', async (origin) => {
    const { app } = await createTestHttp({ allowedOrigins: [shop] });
    for (const request of [asking(origin), preflight(origin)])
      expect(crossOriginHeaders((await app.inject(request)).headers)).toEqual([]);
  });
});

test('who must change his password first may do nothing else', async () => {
  const { app } = await createTestHttp();
  const answer = await app.inject({ ...post, headers: { authorization: 'Bearer newcomer' } });
  expect(answer.statusCode).toBe(403);
  expect(answer.json()).toMatchObject({ code: 'password_change_required' });
});

test('behind https the cookie is sent over https only (A111)', async () => {
  const cookieAt = async (publicUrl: string) => {
    const { app } = await createTestHttp({ publicUrl });
    return String((await app.inject({ method: 'POST', url: '/api/cookie' })).headers['set-cookie']);
  };
  expect(await cookieAt('https://isp.example')).toMatch(/; HttpOnly; Secure; SameSite=Lax$/);
  expect(await cookieAt('http://isp.example')).toMatch(/; HttpOnly; SameSite=Lax$/);
});

test('what the contract does not name never leaves', async () => {
  const { app } = await createTestHttp();
  expect((await app.inject('/api/leaky')).json()).toEqual({ name: 'thing' });
});

test('a fault of ours is answered without its details, and logged with them under the same request id', async () => {
  const log: string[] = [];
  const { app } = await createTestHttp({}, log);
  const answer = await app.inject('/api/broken');
  expect(answer.statusCode).toBe(500);
  expect(answer.json()).toMatchObject({ code: 'internal', details: {} });
  expect(answer.body).not.toContain('the cause of it');
  const line = log.find((text) => text.includes('a request failed')) ?? '';
  expect(line).toContain('the cause of it');
  expect(line).toContain('the bottom of it');
  expect(line).toContain('http.test.ts');
  expect(JSON.parse(line).reqId).toBe(answer.json().requestId);
});

test('a secret that is logged by mistake is not written', () => {
  const lines: string[] = [];
  const log = createLog('info', false, { write: (line) => lines.push(line) });
  log.info({ password: 'hunter2', router: { password: 'hunter2', token: 'hunter2' } }, 'x');
  log.info({ req: { headers: { authorization: 'Bearer hunter2', cookie: 'hunter2' } } }, 'x');
  expect(lines).toHaveLength(2);
  expect(lines.join()).not.toContain('hunter2');
});
