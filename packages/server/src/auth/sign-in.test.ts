import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { type Loose, noteSessions, openTestLastmile, type Running, startTestLastmile } from '#test/running.ts';

type Answer = { status: number; body: Loose; cookie: string; retryAfter: number };

/** A browser's request, with its headers as they are. */
async function browse(
  { lastmile }: Running,
  route: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const [method, path] = route.split(' ');
  const response = await fetch(lastmile.url + path, {
    method,
    headers: { ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  noteSessions(response);
  const text = await response.text();
  return {
    status: response.status,
    body: text ? JSON.parse(text) : undefined,
    cookie: response.headers.get('set-cookie') ?? '',
    retryAfter: Number(response.headers.get('retry-after')),
  };
}

const cookieOf = ({ cookie }: Answer) => cookie.split(';')[0] ?? '';

describe('on a fresh installation', () => {
  let running: Running & { close(): Promise<void> };

  beforeAll(async () => {
    running = await openTestLastmile({ env: { ADMIN_PASSWORD: '', TRUSTED_PROXIES: undefined } });
  });
  afterAll(() => running.close());

  test('the login that everybody knows is printed, works on this machine, and is good for choosing another password only (A31, A32)', async () => {
    expect(running.lastmile.initialLogin).toEqual({ username: 'admin', password: 'admin123' });
    const token = await running.tokenOf('admin', 'admin123');
    const call = running.callerWithToken(token);
    expect((await call('GET /api/auth/session')).body).toMatchObject({
      staff: { username: 'admin', role: 'super_admin' },
      passwordChangeRequired: true,
    });
    for (const route of ['GET /api/dashboard', 'GET /api/customers', 'POST /api/plans', 'DELETE /api/settings/logo'])
      expect(await call(route)).toMatchObject({ status: 403, body: { code: 'password_change_required' } });
  });

  test.each(['x-forwarded-for', 'forwarded', 'x-real-ip'])(
    'nobody gets in from the network: what a proxy passes on (%s) is refused',
    async (header) => {
      const login = { username: 'admin', password: 'admin123' };
      const answer = await browse(running, 'POST /api/auth/signin', login, { [header]: '203.0.113.9' });
      expect(answer).toMatchObject({ status: 403, body: { code: 'initial_password_local_only' }, cookie: '' });
      expect(await browse(running, 'GET /api/auth/session', undefined, { [header]: '203.0.113.9' })).toMatchObject({
        status: 403,
      });
    },
  );

  test('a new password has at least 8 characters, is another one, and is typed twice alike (A103)', async () => {
    const call = running.callerWithToken(await running.tokenOf('admin', 'admin123'));
    const change = (body: Record<string, unknown>) =>
      call('PUT /api/admin/password', { currentPassword: 'admin123', ...body });
    expect(await change({ newPassword: '1234567' })).toMatchObject({
      status: 400,
      body: { fields: [{ path: 'newPassword', message: 'must have at least 8 characters' }] },
    });
    expect(await change({ newPassword: 'admin123' })).toMatchObject({ status: 400, body: { code: 'password_same' } });
    expect(await change({ newPassword: 'long enough', confirmPassword: 'long enouhg' })).toMatchObject({
      status: 400,
      body: { fields: [{ path: 'confirmPassword' }] },
    });
    expect(await change({ newPassword: 'long enough', currentPassword: 'wrong' })).toMatchObject({
      status: 400,
      body: { code: 'password_wrong', fields: [{ path: 'currentPassword' }] },
    });
  });

  test('once the password is changed the whole house and the network are open (A13, A52)', async () => {
    const call = running.callerWithToken(await running.tokenOf('admin', 'admin123'));
    const body = { currentPassword: 'admin123', newPassword: 'long enough', confirmPassword: 'long enough' };
    expect(await call('PUT /api/admin/password', body)).toMatchObject({
      status: 200,
      body: { passwordChangeRequired: false },
    });
    expect((await call('GET /api/dashboard')).status).toBe(200);
    const login = { username: 'admin', password: 'long enough' };
    const remote = await browse(running, 'POST /api/auth/signin', login, { 'x-forwarded-for': '203.0.113.9' });
    expect(remote.status).toBe(200);
    await running.restart({ ADMIN_PASSWORD: '' });
    expect(running.lastmile.initialLogin).toBeUndefined();
  });
});

test('registering is open to this machine while nobody has chosen the administrator, and to nobody afterwards', async () => {
  const running = await startTestLastmile({ env: { ADMIN_PASSWORD: '', TRUSTED_PROXIES: undefined } });
  const register = (username: string, headers: Record<string, string> = {}) =>
    browse(running, 'POST /api/auth/register', { username, password: 'battery staple' }, headers);
  const fromNetwork = { 'x-forwarded-for': '203.0.113.9' };
  expect(await register('eve', fromNetwork)).toMatchObject({
    status: 403,
    body: { code: 'initial_password_local_only' },
  });
  expect(await register('ana')).toMatchObject({ status: 201, body: { username: 'ana' } });
  expect(await register('eve')).toMatchObject({ status: 403, body: { code: 'registration_closed' } });
  expect(await running.query('select username, role from auth.staff')).toEqual([
    { username: 'ana', role: 'super_admin' },
  ]);
});

describe('with a password of their own', () => {
  let running: Running & { close(): Promise<void> };

  beforeAll(async () => {
    running = await openTestLastmile();
  });
  afterAll(() => running.close());

  const login = { username: 'admin', password: 'correct horse' };

  test('signing in gives a cookie that no script reads and no other site sends (A66, A106)', async () => {
    const signedIn = await browse(running, 'POST /api/auth/signin', login);
    expect(signedIn).toMatchObject({ status: 200, body: { token: null, session: { staff: { username: 'admin' } } } });
    expect(signedIn.cookie).toMatch(/^lastmile_session=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/);
    const cookie = cookieOf(signedIn);
    expect((await browse(running, 'GET /api/dashboard', undefined, { cookie })).status).toBe(200);
  });

  test('a name is found however its letters are written, and a password is not', async () => {
    expect((await browse(running, 'POST /api/auth/signin', { ...login, username: ' Admin ' })).status).toBe(200);
    const wrong = { ...login, password: 'Correct horse' };
    expect((await browse(running, 'POST /api/auth/signin', wrong)).status).toBe(401);
  });

  test('the answer is the same whether the name exists or not', async () => {
    await running.callerWithRole('office');
    const wrong = (username: string) => browse(running, 'POST /api/auth/signin', { username, password: 'x' });
    const [known, unknown] = [await wrong('the-office'), await wrong('nobody')];
    expect(known).toMatchObject({ status: 401, body: { code: 'sign_in_failed' } });
    const { requestId: _a, ...first } = known.body;
    const { requestId: _b, ...second } = unknown.body;
    expect(first).toEqual(second);
  });

  test('signing out ends the session (A68)', async () => {
    const cookie = cookieOf(await browse(running, 'POST /api/auth/signin', login));
    const out = await browse(running, 'POST /api/auth/signout', undefined, { cookie });
    expect(out.status).toBe(204);
    expect(out.cookie).toMatch(/^lastmile_session=;.*Expires=Thu, 01 Jan 1970/);
    expect((await browse(running, 'GET /api/dashboard', undefined, { cookie })).status).toBe(401);
  });

  test('another site’s page cannot use the cookie', async () => {
    const cookie = cookieOf(await browse(running, 'POST /api/auth/signin', login));
    const headers = { cookie, origin: 'https://evil.example' };
    expect(await browse(running, 'POST /api/auth/signout', undefined, headers)).toMatchObject({
      status: 403,
      body: { code: 'origin_refused' },
    });
    expect((await browse(running, 'GET /api/dashboard', undefined, { cookie })).status).toBe(200);
  });

  test('a change of the password ends the other sessions and keeps this one', async () => {
    await running.callerWithRole('manager');
    const [here, there] = [await running.tokenOf('the-manager'), await running.tokenOf('the-manager')];
    const body = { currentPassword: 'correct horse', newPassword: 'battery staple' };
    expect((await running.callerWithToken(here)('PUT /api/admin/password', body)).status).toBe(200);
    expect((await running.callerWithToken(here)('GET /api/dashboard')).status).toBe(200);
    expect((await running.callerWithToken(there)('GET /api/dashboard')).status).toBe(401);
    expect(await running.tokenOf('the-manager')).toBeUndefined();
  });

  test('a member of staff who is disabled is out at once', async () => {
    const call = await running.callerWithRole('auditor');
    expect((await call('GET /api/dashboard')).status).toBe(200);
    await running.query(`update auth.staff set is_disabled = true where username = 'the-auditor'`);
    expect((await call('GET /api/dashboard')).status).toBe(401);
    expect(await running.tokenOf('the-auditor')).toBeUndefined();
  });

  test('the tables hold a token and a password only as hashes', async () => {
    const token = await running.tokenOf('admin');
    const dump = JSON.stringify([
      await running.query('select token_hash::text, address, agent from auth.sessions'),
      await running.query('select * from auth.staff'),
      await running.query('select * from audit.entries'),
    ]);
    expect(dump).toContain('$argon2id$');
    expect(dump).not.toContain(token);
    expect(dump).not.toContain('correct horse');
  });
});

describe('wrong passwords', () => {
  const clock = manualClock('2026-06-15T12:00:00Z');
  let running: Running & { close(): Promise<void> };

  beforeAll(async () => {
    running = await openTestLastmile({ clock });
  });
  afterAll(() => running.close());

  const signIn = (password: string, username = 'admin') =>
    browse(running, 'POST /api/auth/signin', { username, password });

  test('each costs a longer wait, during which not even the right one helps (A114)', async () => {
    for (let count = 0; count < 3; count++) expect((await signIn('wrong')).status).toBe(401);
    const locked = await signIn('correct horse');
    expect(locked).toMatchObject({ status: 429, body: { code: 'too_many_attempts' }, retryAfter: 1 });
    clock.advance({ seconds: 1 });
    expect((await signIn('wrong')).status).toBe(401);
    expect((await signIn('correct horse')).retryAfter).toBe(2);
    clock.advance({ seconds: 2 });
    expect((await signIn('correct horse')).status).toBe(200);
    expect((await signIn('wrong')).status).toBe(401);
    expect((await signIn('correct horse')).status).toBe(200);
  });

  test('are counted, with the name and the address, where the owner sees them (A114)', async () => {
    const rows = await running.query(`select username, address from auth.sign_in_failures`);
    expect(rows).toHaveLength(5);
    expect(rows[0]).toEqual({ username: 'admin', address: '127.0.0.1' });
    const call = running.callerWithToken(await running.tokenOf('admin'));
    const { body } = await call('GET /api/audit?limit=200');
    expect(body.items.filter(({ action }: Loose) => action === 'staff.sign_in_failed')).toHaveLength(5);
  });

  test('a name that nobody has waits like one that somebody has, so that the wait tells no names', async () => {
    const answersOf = async (username: string) => {
      const answers: Loose[] = [];
      for (let count = 0; count < 5; count++) {
        const { status, body, retryAfter } = await signIn('wrong', username);
        answers.push({ status, code: body.code, retryAfter });
        clock.advance({ milliseconds: 900 });
      }
      clock.advance({ minutes: 20 });
      return answers;
    };
    const known = await answersOf('admin');
    expect(known.map(({ status }) => status)).toEqual([401, 401, 401, 429, 401]);
    expect(await answersOf('Nobody')).toEqual(known);
    expect((await signIn('correct horse')).status).toBe(200);
  });

  test('many at once are all counted, and lock', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => signIn('wrong')));
    for (const { status } of answers) expect([401, 429]).toContain(status);
    const failed = answers.filter(({ status }) => status === 401).length;
    const [row] = await running.query(`select failed_count, locked_until from auth.staff where username = 'admin'`);
    expect(row.failed_count).toBe(failed);
    expect(failed).toBeGreaterThanOrEqual(3);
    expect((await signIn('correct horse')).status).toBe(429);
    clock.advance({ hours: 1 });
  });

  test('at the change of the password count and lock as well', async () => {
    const call = running.callerWithToken(await running.tokenOf('admin'));
    const guess = (currentPassword: string) =>
      call('PUT /api/admin/password', { currentPassword, newPassword: 'battery staple' });
    for (let count = 0; count < 3; count++) expect((await guess('wrong')).body.code).toBe('password_wrong');
    expect(await guess('correct horse')).toMatchObject({ status: 429, body: { code: 'too_many_attempts' } });
    clock.advance({ hours: 1 });
  });

  test('from one address over many names make the address wait', async () => {
    await running.query(
      `insert into auth.sign_in_failures (at, username, address) select $1, 'guess-' || n, '127.0.0.1' from generate_series(1, 50) n`,
      [clock.now().toString()],
    );
    const refused = await signIn('correct horse');
    expect(refused).toMatchObject({ status: 429, retryAfter: 15 * 60 });
    clock.advance({ minutes: 16 });
    expect((await signIn('correct horse')).status).toBe(200);
  });

  test('a browser that nobody used for a day must sign in again; one in use lasts', async () => {
    const cookie = cookieOf(await signIn('correct horse'));
    const withCookie = () => browse(running, 'GET /api/dashboard', undefined, { cookie });
    for (let day = 0; day < 3; day++) {
      clock.advance({ hours: 23 });
      expect((await withCookie()).status).toBe(200);
    }
    clock.advance({ hours: 25 });
    expect((await withCookie()).status).toBe(401);
  });

  test('a session ends by itself: a cookie after a week, a token after a month', async () => {
    const cookie = cookieOf(await signIn('correct horse'));
    const call = running.callerWithToken(await running.tokenOf('admin'));
    const withCookie = () => browse(running, 'GET /api/dashboard', undefined, { cookie });
    for (let day = 0; day < 8; day++) {
      clock.advance({ hours: 20 });
      expect((await withCookie()).status).toBe(200);
    }
    clock.advance({ hours: 7 });
    expect((await withCookie()).status).toBe(200);
    clock.advance({ hours: 2 });
    expect((await withCookie()).status).toBe(401);
    expect((await call('GET /api/dashboard')).status).toBe(200);
    clock.advance({ hours: 24 * 24 });
    expect((await call('GET /api/dashboard')).status).toBe(401);
  });
});
