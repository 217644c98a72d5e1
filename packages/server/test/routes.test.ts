// Every route of the server, walked: who may call it, and who may not.
import { api } from '@lastmile/contract/api.ts';
import type { Endpoint } from '@lastmile/contract/endpoint.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../src/platform/clock.ts';
import { openDatabase } from '../src/platform/db.ts';
import type { Http } from '../src/platform/http.ts';
import { createTestDatabase } from '../src/platform/test-database.ts';
import { createTestRoutes } from './bare-routes.test-support.ts';
import { leastBodies } from './least-bodies.test-support.ts';
import { openTestLastmile, type Running } from './running.ts';

const endpoints = Object.entries(api) as [string, Endpoint][];
const anyId = '01890a5d-ac96-774b-bcce-b302099a8057';

/** The route with ids that nothing has; the clients of a seed have numbers. */
const addressOf = (route: string) => route.replace(/:\w+/g, (name) => (name === ':clientId' ? '2147483647' : anyId));

let running: Running & { close(): Promise<void> };
let http: Http;

beforeAll(async () => {
  running = await openTestLastmile();
});

beforeAll(async () => {
  const testDatabase = await createTestDatabase();
  const database = openDatabase(testDatabase.url, systemClock);
  await database.pool.query('update auth.staff set is_password_initial = false');
  http = await createTestRoutes(database);
  await http.app.ready();
  return async () => {
    await http.app.close();
    await database.pool.end();
    await testDatabase.drop();
  };
});

afterAll(() => running.close());

test('every route names its permission', () => {
  expect(http.routes.length).toBeGreaterThan(endpoints.length);
  const nameless = http.routes.filter(({ config }) => config?.permission === undefined);
  expect(nameless.map(({ method, url }) => `${method} ${url}`)).toEqual([]);
});

test('only what everybody may see is public', () => {
  const open = new Set(
    http.routes
      .filter(({ config, method }) => config?.permission === 'public' && method !== 'HEAD')
      .map(({ url }) => url.replace(/^\/api\/docs\/.*/, '/api/docs/')),
  );
  const files = [...open].filter(
    (url) => /^\/([^/]*|assets\/.*|locales\/.*)$/.test(url) && !/^\/(healthz|readyz)$/.test(url),
  );
  for (const file of files) open.delete(file);
  expect([...open].toSorted()).toEqual([
    '/api/auth/invitation',
    '/api/auth/login',
    '/api/auth/register',
    '/api/auth/session',
    '/api/auth/signin',
    '/api/docs',
    '/api/docs/',
    '/api/openapi.json',
    // Whoever calls here signs what he says.
    '/api/payment-gateways/:gateway/payments',
    '/api/settings/logo',
    '/auth/login',
    '/auth/register',
    '/healthz',
    '/readyz',
  ]);
});

test('a route without a permission lets nobody in', async () => {
  const { app } = await createTestRoutes(http.database);
  app.get('/api/forgotten', async () => 'secrets');
  expect((await app.inject({ url: '/api/forgotten' })).json()).toMatchObject({ code: 'forbidden' });
});

test('every endpoint of the contract is mounted, with the permission that the contract says', () => {
  const mounted = new Map(http.routes.map((route) => [`${route.method} ${route.url}`, route.config?.permission]));
  for (const [route, { permission }] of endpoints) expect([route, mounted.get(route)]).toEqual([route, permission]);
});

test('without a session every endpoint but the public ones answers 401 (A104)', async () => {
  for (const [route, { permission }] of endpoints) {
    const { status, body } = await running.stranger(addressOf(route));
    if (permission === 'public') expect([route, status]).not.toEqual([route, 401]);
    else expect([route, status, body.code]).toEqual([route, 401, 'signed_out']);
  }
});

test('a session that nobody has is no session', async () => {
  const forged = running.callerWithToken('x'.repeat(43));
  expect(await forged('GET /api/dashboard')).toMatchObject({ status: 401, body: { code: 'signed_out' } });
});

test('an id that nothing has is answered with 404 on every endpoint that takes one', async () => {
  for (const [route, { params }] of endpoints) {
    if (!params) continue;
    const { status, body } = await running.call(
      addressOf(route),
      leastBodies[route] ?? (route.startsWith('GET') ? undefined : {}),
    );
    expect([route, status]).toEqual([route, 404]);
    expect(body.code).toMatch(/_not_found$/);
  }
});

test('an id that is none is answered with 400 and names the field', async () => {
  for (const [route, { params }] of endpoints) {
    // These are named by words of people: any word is one, and what nothing has is not found.
    if (!params || /:(kind|gateway)\b/.test(route)) continue;
    const number = route.includes(':clientId') ? '0' : '1';
    for (const id of ['x', number, "'%20or%201=1", '%00', anyId.slice(1), 'null']) {
      const { status, body } = await running.call(route.replace(/:\w+/g, id), route.startsWith('GET') ? undefined : {});
      expect([route, id, status, body.code]).toEqual([route, id, 400, 'invalid_input']);
    }
  }
});

test('a path that does not exist is a 404 in the form of every refusal', async () => {
  const { status, body } = await running.call('GET /api/unknown');
  expect(status).toBe(404);
  expect(body).toMatchObject({ code: 'not_found', fields: [], requestId: expect.any(String) });
});

test('wrong bodies are refused in words and never end in an internal error', async () => {
  const wrong = [undefined, null, [], 'text', 5, true, {}, { revision: 'x' }, { revision: 1e300 }, { name: { a: 1 } }];
  for (const [route, { body: shape }] of endpoints) {
    if (!shape || route.startsWith('GET') || route === 'PUT /api/admin/password') continue;
    for (const sent of wrong) {
      const { status, body } = await running.call(addressOf(route), sent);
      expect([route, JSON.stringify(sent), status < 500, body?.message ?? '']).toEqual([
        route,
        JSON.stringify(sent),
        true,
        expect.not.stringMatching(/Invalid input|expected|pattern/),
      ]);
    }
  }
});

test('wrong queries are refused in words and never end in an internal error', async () => {
  const wrong = [
    'limit=0',
    'limit=x',
    'limit=1e9',
    'after=x',
    'after=WyJhIiwiYiJd',
    'search=%00',
    'status=x',
    'routerId=x',
  ];
  for (const [route, { query, params }] of endpoints) {
    if (!query) continue;
    for (const text of wrong) {
      const { status, body } = await running.call(`${addressOf(route)}?${text}`);
      const isKnown = Object.keys(query.shape).includes(text.split('=')[0] ?? '');
      expect([route, text, status]).toEqual([route, text, isKnown || isNameless(route) ? 400 : params ? 404 : 200]);
      if (isKnown) expect(body.message).toMatch(new RegExp(`^${text.split('=')[0]} (must|is) `));
    }
  }
});

/** The query of a removal says which: without it nothing is meant. */
function isNameless(route: string): boolean {
  return /^DELETE [^:]*$/.test(route);
}

test('a body that is no JSON is refused', async () => {
  const token = await running.tokenOf('admin');
  const post = (body: string, type = 'application/json') =>
    fetch(`${running.lastmile.url}/api/plans`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': type },
      body,
    });
  for (const body of ['', '{', '{"name": undefined}', '{"__proto__": {"a": 1}}', '\0']) {
    const answer = await post(body);
    expect([body, answer.status, (await answer.json()).code]).toEqual([body, 400, 'invalid_input']);
  }
  expect((await post('name=Gold', 'application/x-www-form-urlencoded')).status).toBe(415);
  expect((await post('<plan/>', 'text/xml')).status).toBe(415);
});

test('a body of more than a megabyte is refused with 413', async () => {
  const { status, body } = await running.call('POST /api/plans', { name: 'x'.repeat(1_100_000) });
  expect([status, body.code]).toEqual([413, 'payload_too_large']);
});

test('fields that the contract does not name change nothing', async () => {
  const plan = {
    name: 'Named',
    priceMinor: '100',
    downKbps: '1M',
    upKbps: '1M',
    id: anyId,
    archivedAt: '2026-01-01',
    revision: 99,
  };
  const { status, body } = await running.call('POST /api/plans', plan);
  expect(status).toBe(201);
  expect(body).toMatchObject({ archivedAt: null, revision: 1 });
  expect(body.id).not.toBe(anyId);
});

test('an address that is no text in UTF-8 is refused, not a crash', async () => {
  expect((await running.call('GET /api/customers/%ff')).status).toBe(400);
  expect((await running.call('GET /api/customers?search=%ff')).status).toBeLessThan(500);
  expect((await running.call(`GET /api/customers/${'x'.repeat(5000)}`)).status).toBeLessThan(500);
});

test('every answer carries the headers that keep a browser safe (C50)', async () => {
  const { headers } = await running.stranger('GET /api/auth/session');
  expect(headers.get('content-security-policy')).toContain("script-src 'self'");
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('x-frame-options')).toBe('DENY');
  expect(headers.get('content-security-policy')).toMatch(
    /frame-ancestors 'none'.*base-uri 'none'|base-uri 'none'.*frame-ancestors 'none'/,
  );
  expect(headers.get('content-security-policy')).not.toMatch(/script-src[^;]*unsafe/);
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('access-control-allow-origin')).toBeNull();
  expect(headers.get('x-powered-by')).toBeNull();
});

test('whoever watches over the process is told whether it lives and can work', async () => {
  expect(await running.stranger('GET /healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
  expect(await running.stranger('GET /readyz')).toMatchObject({ status: 200, body: { status: 'ok' } });
});

test('without its tables it is alive and not ready', async () => {
  const [missing] = await running.query(
    'delete from public.schema_migrations where name = (select max(name) from public.schema_migrations) returning *',
  );
  expect((await running.stranger('GET /healthz')).status).toBe(200);
  expect(await running.stranger('GET /readyz')).toMatchObject({
    status: 503,
    body: { reason: expect.stringContaining(missing.name) },
  });
  await running.query('insert into public.schema_migrations (name, sha256) values ($1, $2)', [
    missing.name,
    missing.sha256,
  ]);
});

test('the API is documented at /api/openapi.json and readable at /api/docs', async () => {
  const document = await running.stranger('GET /api/openapi.json');
  expect(document.body).toMatchObject({ openapi: '3.1.0', info: { title: 'Lastmile' } });
  const pageOf = async (url: string) => {
    const answer = await fetch(running.lastmile.url + url);
    return [answer.status, answer.headers.get('content-type'), await answer.text()] as const;
  };
  const [status, type, html] = await pageOf('/api/docs');
  expect([status, type]).toEqual([200, expect.stringContaining('text/html')]);
  for (const [, file = ''] of html.matchAll(/(?:src|href)="([^"]+)"/g))
    expect([file, (await pageOf(file))[0]]).toEqual([file, 200]);
});
