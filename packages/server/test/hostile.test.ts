// Everything that the OpenAPI document promises, asked wrongly: nothing ends in an internal error, tells of our inside, or of what is
// at another place than the one who asks.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLog } from '../src/platform/log.ts';
import { exampleOf, resolveSchema, anyId as uuid } from './openapi-example.test-support.ts';
import { furnish, limitedTwin, type Place, tracesOf } from './places.test-support.ts';
import { type Caller, type Loose, openTestLastmile, type Running, startTestLastmile } from './running.ts';

let running: Running & { close(): Promise<void> };
let document: Loose;
/** Signed in apart, for among the routes are some that end a session. */
let owner: Caller;
/** May all that the owner may, at one place only. */
let local: Caller;
let known: Place;
let elsewhere: Place;

beforeAll(async () => {
  running = await openTestLastmile();
  document = (await running.stranger('GET /api/openapi.json')).body;
  known = await furnish(running, 'Here');
  elsewhere = await furnish(running, 'Elsewhere');
  await running.callerWithRole('super_admin');
  await limitedTwin(running, 'the-super_admin', 'the-local', known.locationId ?? '');
  await signIn();
});
afterAll(() => running.close());

async function signIn(): Promise<void> {
  owner = running.callerWithToken(await running.tokenOf('the-super_admin'));
  local = running.callerWithToken(await running.tokenOf('the-local'));
}

// They reach for the network with whatever host they are given, end what the other requests need, or sign in: there, who is
// wrong as often as here must wait, and after him everybody from his address. The seeds' doors do the same under other names.
const leftAlone = new Set([
  'post /api/routers/test',
  'post /api/mail-settings/test',
  'post /api/auth/signout',
  'post /auth/logout',
  'post /api/auth/signin',
  'post /api/auth/login',
  'post /auth/login',
  'post /api/auth/confirmation',
  'put /api/admin/password',
  'post /api/routers',
]);

type Operation = { method: string; path: string; operation: Loose };

const operationsOf = (): Operation[] =>
  Object.entries<Loose>(document.paths).flatMap(([path, methods]) =>
    Object.entries<Loose>(methods)
      .map(([method, operation]) => ({ method, path, operation }))
      .filter(({ method }) => !leftAlone.has(`${method} ${path}`)),
  );

/** Several operations at once, for the wait is the database's; each with its requests one after another. */
async function eachOperation(look: (operation: Operation) => Promise<void>): Promise<void> {
  const rest = operationsOf().values();
  const lane = async () => {
    for (const operation of rest) await look(operation);
  };
  await Promise.all(Array.from({ length: 6 }, lane));
  // Who were locked out on the way would have been told nothing.
  await signIn();
  expect((await local('GET /api/customers')).status).toBe(200);
}

const nasty: unknown[] = [
  null,
  true,
  -1,
  0,
  1e21,
  -2147483649,
  2 ** 53 + 2,
  0.1,
  '',
  ' ',
  'x'.repeat(70_000),
  '\0',
  '\ud800',
  '😀\u202e\u0000',
  "'; drop table auth.staff; --",
  '../../etc/passwd',
  '=cmd()',
  '{{7*7}}',
  '9'.repeat(40),
  '-0',
  'NaN',
  '0000-00-00',
  '2026-02-30',
  [],
  [[[[]]]],
  {},
  { $ne: null },
  { __proto__: { a: 1 }, constructor: { prototype: {} } },
  uuid.toUpperCase(),
];

const inside =
  /node_modules|\/src\/|\bat \w+ \(|syntax error at|violates|relation "|column "|constraint|stack|argon2|SELECT |insert into/;

async function ask({ method, path, operation: promised }: Operation, url: string, body?: unknown): Promise<void> {
  const operation = `${method} ${path}`;
  const needsEverywhere = promised['x-needs-everywhere'] ?? false;
  const answer = await (needsEverywhere ? owner : local)(`${method.toUpperCase()} ${url}`, body);
  const whole = JSON.stringify(answer.body ?? '');
  const said = whole.slice(0, 600);
  const sent = JSON.stringify(body ?? null)?.slice(0, 200);
  if (answer.status === 401) await signIn();
  // Who is refused at the door learns nothing of the house.
  expect([operation, answer.status]).not.toEqual([operation, 429]);
  expect([operation, sent, answer.status < 500 || answer.body?.code !== 'internal', said]).toEqual([
    operation,
    sent,
    true,
    said,
  ]);
  const told = needsEverywhere ? [] : tracesOf(elsewhere).filter((trace) => whole.toLowerCase().includes(trace));
  expect([operation, sent, told]).toEqual([operation, sent, []]);
  if (answer.status >= 400) expect([operation, sent, inside.exec(said)?.[0]]).toEqual([operation, sent, undefined]);
}

const addressOf = (path: string, fill = (name: string) => known[name] ?? uuid) =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(fill(name)));

describe('asked wrongly, nothing ends in an internal error, tells of our inside or of another place', () => {
  test('with wrong ids in the address', async () => {
    await eachOperation(async (one) => {
      const { path, operation } = one;
      if (!path.includes('{')) return;
      const body =
        operation.requestBody && exampleOf(document, operation.requestBody.content['application/json'].schema);
      for (const id of [
        'x',
        '0',
        '-1',
        uuid.toUpperCase(),
        'ffffffff-ffff-ffff-ffff-ffffffffffff',
        '%00',
        '../x',
        '😀',
      ])
        await ask(
          one,
          addressOf(path, () => id),
          body,
        );
    });
  });

  test('with wrong words in the query', async () => {
    const words = [
      '',
      '\0',
      '\ud7ff',
      "'",
      '%',
      '_',
      '\\',
      'x'.repeat(2000),
      '-1',
      '1e9',
      '{}',
      '[]',
      'null',
      '2026-02-30',
      uuid,
    ];
    await eachOperation(async (one) => {
      const { path, operation } = one;
      const names = operation.parameters.filter((parameter: Loose) => parameter.in === 'query');
      for (const [at, { name }] of names.entries())
        for (const word of words.filter((_, index) => (index + at) % 2 === 0))
          await ask(one, `${addressOf(path)}?${name}=${encodeURIComponent(word)}`);
    });
  });

  test('with wrong values in each field of the body', { timeout: 300_000 }, async () => {
    await eachOperation(async (one) => {
      const { path, operation } = one;
      const schema = resolveSchema(document, operation.requestBody?.content['application/json'].schema);
      if (!schema) return;
      const least = exampleOf(document, schema) as Record<string, unknown>;
      const fields = Object.keys(schema.properties ?? {});
      for (const [at, field] of fields.entries()) {
        // A third of the values for each field, another third for the next: together all of them, in bearable time.
        const values = nasty.filter((_, index) => (index + at) % 3 === 0);
        for (const value of values) await ask(one, addressOf(path), { ...least, [field]: value });
      }
    });
  });
});

describe('behind a proxy', () => {
  const failOnce = (url: string, forwarded: string) =>
    fetch(`${url}/api/auth/signin`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': forwarded },
      body: JSON.stringify({ username: 'nobody', password: 'wrong' }),
    });

  test('who is not named as a proxy cannot say that he is somebody else', async () => {
    const open = await startTestLastmile({ env: { TRUSTED_PROXIES: undefined } });
    await failOnce(open.lastmile.url, '203.0.113.7');
    const rows = await open.query(`select address from auth.sign_in_failures where username = 'nobody'`);
    expect(rows).toEqual([{ address: '127.0.0.1' }]);
  });

  test('a trusted proxy’s word is taken, and only its last', async () => {
    const behind = await startTestLastmile();
    await failOnce(behind.lastmile.url, '198.51.100.9, 203.0.113.7');
    const rows = await behind.query(`select address from auth.sign_in_failures`);
    expect(rows).toEqual([{ address: '203.0.113.7' }]);
  });
});

test('the log hides what is secret, wherever it stands', () => {
  const lines: string[] = [];
  const log = createLog('info', false, { write: (line: string) => void lines.push(line) });
  log.info({
    password: 'hunter2',
    body: { newPassword: 'hunter2', token: 'hunter2' },
    req: { headers: { cookie: 'hunter2' } },
  });
  log.info({
    authorization: 'hunter2',
    key: { secret: 'hunter2' },
    currentPassword: 'hunter2',
    code: 'hunter2',
    pin: 'hunter2',
  });
  expect(lines.join('')).not.toContain('hunter2');
});
