// Everything that the OpenAPI document promises, asked wrongly: nothing ends in an internal error, and nothing tells of our inside.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLog } from '../src/platform/log.ts';
import { exampleOf, resolveSchema, anyId as uuid } from './openapi-example.test-support.ts';
import { addAbsentRouter, addCustomer, issueInvoice } from './provider.test-support.ts';
import { type Caller, type Loose, openTestLastmile, type Running, startTestLastmile } from './running.ts';

let running: Running & { close(): Promise<void> };
let document: Loose;
/** Signed in apart, for among the routes are some that end a session. */
let call: Caller;
const known: Record<string, string> = {};

beforeAll(async () => {
  running = await openTestLastmile();
  document = (await running.stranger('GET /api/openapi.json')).body;
  const router = await addAbsentRouter(running);
  const customer = await addCustomer(running, router.id);
  const invoice = await issueInvoice(running, customer.id);
  Object.assign(known, {
    routerId: router.id,
    customerId: customer.id,
    invoiceId: invoice.id,
    accountId: customer.accounts[0].id,
  });
  await signIn();
});
afterAll(() => running.close());

async function signIn(): Promise<void> {
  await running.callerWithRole('super_admin');
  call = running.callerWithToken(await running.tokenOf('the-super_admin'));
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

async function ask(operation: string, url: string, body?: unknown): Promise<void> {
  const [method = ''] = operation.split(' ');
  const answer = await call(`${method.toUpperCase()} ${url}`, body);
  const said = JSON.stringify(answer.body ?? '').slice(0, 600);
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
  if (answer.status >= 400) expect([operation, sent, inside.exec(said)?.[0]]).toEqual([operation, sent, undefined]);
}

const addressOf = (path: string, fill = (name: string) => known[name] ?? uuid) =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(fill(name)));

describe('asked wrongly, nothing ends in an internal error or tells of our inside', () => {
  test('with wrong ids in the address', { timeout: 120_000 }, async () => {
    await eachOperation(async ({ method, path, operation }) => {
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
          `${method} ${path}`,
          addressOf(path, () => id),
          body,
        );
    });
  });

  test('with wrong words in the query', { timeout: 120_000 }, async () => {
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
    await eachOperation(async ({ method, path, operation }) => {
      const names = operation.parameters.filter((parameter: Loose) => parameter.in === 'query');
      for (const [at, { name }] of names.entries())
        for (const word of words.filter((_, index) => (index + at) % 2 === 0))
          await ask(`${method} ${path}`, `${addressOf(path)}?${name}=${encodeURIComponent(word)}`);
    });
  });

  test('with wrong values in each field of the body', { timeout: 300_000 }, async () => {
    await eachOperation(async ({ method, path, operation }) => {
      const schema = resolveSchema(document, operation.requestBody?.content['application/json'].schema);
      if (!schema) return;
      const least = exampleOf(document, schema) as Record<string, unknown>;
      const fields = Object.keys(schema.properties ?? {});
      for (const [at, field] of fields.entries()) {
        // A third of the values for each field, another third for the next: together all of them, in bearable time.
        const values = nasty.filter((_, index) => (index + at) % 3 === 0);
        for (const value of values) await ask(`${method} ${path}`, addressOf(path), { ...least, [field]: value });
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
