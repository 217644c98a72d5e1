// People, their second factor, their sessions and their keys.
import { createHook } from 'node:async_hooks';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { codeOf } from '#test/authenticator.test-support.ts';
import { fresh } from '#test/provider.test-support.ts';
import { type Caller, type Loose, noteSessions, openTestLastmile, type Running } from '#test/running.ts';

const clock = manualClock('2026-06-15T12:00:00Z');
let running: Running & { close(): Promise<void> };
let call: Caller;

beforeAll(async () => {
  running = await openTestLastmile({ clock });
  call = running.call;
});
afterAll(() => running.close());

/** The token of the tests' owner was signed in with the clock; dangerous acts want the password again. */
const confirm = () => call('POST /api/auth/confirmation', { password: 'correct horse' });

async function hire(role = 'office', password = 'battery staple'): Promise<Loose> {
  await confirm();
  const { body } = await call('POST /api/staff', { username: fresh('ana'), fullName: 'Ana Horvat', role });
  await running.stranger('POST /api/auth/invitation', { token: body.invitation, password });
  return body.staff;
}

const signIn = (username: string, password = 'battery staple', code?: string) =>
  running.stranger('POST /api/auth/signin', { username, password, kind: 'token', code });
const as = async (username: string, password?: string) =>
  running.callerWithToken((await signIn(username, password)).body.token);
const now = () => clock.now().epochMilliseconds;

describe('people', () => {
  test('an invited person chooses his password by a link that works once', async () => {
    const username = fresh('ivo');
    const added = await call('POST /api/staff', { username, role: 'office' });
    expect(added).toMatchObject({ status: 201, body: { staff: { isInvited: true, role: 'office' } } });
    const accept = (password: string) =>
      running.stranger('POST /api/auth/invitation', { token: added.body.invitation, password });
    expect((await accept('password1')).body.code).toBe('password_guessable');
    expect((await accept(`${username}-2026`)).body.code).toBe('password_guessable');
    expect(await accept('battery staple')).toMatchObject({ status: 200, body: { username } });
    expect(await accept('battery staple')).toMatchObject({ status: 410, body: { code: 'invitation_over' } });
    expect((await (await as(username))('GET /api/dashboard')).status).toBe(200);
  });

  test('an invitation is over after three days', async () => {
    const { body } = await call('POST /api/staff', { username: fresh('late'), role: 'office' });
    clock.advance({ hours: 73 });
    const answer = await running.stranger('POST /api/auth/invitation', {
      token: body.invitation,
      password: 'battery staple',
    });
    expect(answer.body.code).toBe('invitation_over');
    await confirm();
  });

  test('a first password that somebody else chose opens nothing but its change', async () => {
    const username = fresh('eva');
    expect((await call('POST /api/staff', { username, role: 'office', password: 'welcome1' })).body.code).toBe(
      'password_guessable',
    );
    await call('POST /api/staff', { username, role: 'office', password: 'blue kettle' });
    const eva = await as(username, 'blue kettle');
    expect((await eva('GET /api/dashboard')).body.code).toBe('password_change_required');
    await eva('PUT /api/admin/password', { currentPassword: 'blue kettle', newPassword: 'battery staple' });
    expect((await eva('GET /api/dashboard')).status).toBe(200);
  });

  test('two people cannot have one name, however it is written', async () => {
    const { username } = await hire();
    expect(await call('POST /api/staff', { username: username.toUpperCase(), role: 'office' })).toMatchObject({
      status: 409,
      body: { code: 'username_taken', fields: [{ path: 'username' }] },
    });
  });

  test('who is deactivated is out at once, with his keys, and can be let in again', async () => {
    const staff = await hire('manager');
    const ana = await as(staff.username);
    const { key } = (await ana('POST /api/auth/keys', { name: 'Accounting', scopes: ['plan:read'] })).body;
    const program = running.callerWithToken(key);
    expect((await program('GET /api/plans')).status).toBe(200);
    const off = await call(`PUT /api/staff/${staff.id}`, {
      revision: staff.revision,
      isDisabled: true,
      reason: 'left us',
    });
    expect(off).toMatchObject({ status: 200, body: { isDisabled: true } });
    expect((await ana('GET /api/plans')).status).toBe(401);
    expect((await program('GET /api/plans')).status).toBe(401);
    expect((await signIn(staff.username)).status).toBe(401);
    const { items } = (await call(`GET /api/audit?about=${staff.id}&action=staff.deactivated`)).body;
    expect(items).toMatchObject([
      { reason: 'left us', details: { isDisabled: [false, true] }, actor: { role: 'super_admin' } },
    ]);
    await call(`PUT /api/staff/${staff.id}`, { revision: off.body.revision, isDisabled: false });
    expect((await signIn(staff.username)).status).toBe(200);
  });

  test('nobody changes his own role, and the last owner stays', async () => {
    await confirm();
    const me = (await call('GET /api/auth/session')).body.staff;
    const { revision } = (await call(`GET /api/staff/${me.id}`)).body;
    for (const change of [{ role: 'auditor' }, { isDisabled: true }])
      expect((await call(`PUT /api/staff/${me.id}`, { revision, ...change })).body.code).toBe('yourself');
    const other = await hire('super_admin');
    const owner = await as(other.username);
    const answers = await Promise.all([
      call(`PUT /api/staff/${other.id}`, { revision: other.revision, role: 'office' }),
      owner(`PUT /api/staff/${me.id}`, { revision, role: 'office' }),
    ]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const [{ owners }] = await running.query(
      `select count(*)::int as owners from auth.staff where role = 'super_admin' and not is_disabled`,
    );
    expect(owners).toBe(1);
    await running.query(`update auth.staff set role = 'super_admin' where username = 'admin'`);
    await running.query(`update auth.staff set role = 'office' where id = $1`, [other.id]);
    call = running.callerWithToken(await running.tokenOf('admin'));
  });

  test('only the owner makes staff: every other role is refused', async () => {
    for (const role of ['manager', 'admin', 'office', 'cashier', 'auditor']) {
      const { username } = await hire(role);
      const colleague = await as(username);
      for (const [route, body] of [
        ['POST /api/staff', { username: fresh('spy'), role: 'super_admin' }],
        ['PUT /api/roles', { role: 'super_admin', requiresSecondFactor: false }],
        ['POST /api/auth/register', { username: fresh('spy'), password: 'battery staple' }],
      ] as const)
        expect([role, route, (await colleague(route, body)).status]).toEqual([role, route, 403]);
    }
  });

  test('registering is closed to strangers once there is an administrator', async () => {
    const answer = await running.stranger('POST /api/auth/register', { username: 'eve', password: 'battery staple' });
    expect(answer).toMatchObject({ status: 403, body: { code: 'registration_closed' } });
  });

  test('a password that is reset ends the sessions and must be changed', async () => {
    const { id, username } = await hire();
    const ana = await as(username);
    await call(`POST /api/staff/${id}/password`, { password: 'blue kettle' });
    expect((await ana('GET /api/dashboard')).status).toBe(401);
    expect((await (await as(username, 'blue kettle'))('GET /api/dashboard')).body.code).toBe(
      'password_change_required',
    );
  });

  test('two who edit one person: the second is told', async () => {
    const { id, revision } = await hire();
    expect((await call(`PUT /api/staff/${id}`, { revision, fullName: 'Ana' })).status).toBe(200);
    expect((await call(`PUT /api/staff/${id}`, { revision, fullName: 'Eva' })).body.code).toBe('edit_conflict');
  });
});

describe('dangerous acts', () => {
  test('ask for the password again when it was not given within a quarter of an hour', async () => {
    await confirm();
    clock.advance({ minutes: 16 });
    const add = () => call('POST /api/staff', { username: fresh('ana'), role: 'office' });
    expect(await add()).toMatchObject({ status: 403, body: { code: 'sign_in_again' } });
    expect((await call('POST /api/auth/confirmation', { password: 'wrong' })).body.code).toBe('password_wrong');
    expect((await add()).status).toBe(403);
    await confirm();
    expect((await add()).status).toBe(201);
  });
});

describe('the second factor', () => {
  async function withFactor(): Promise<Loose> {
    const staff = await hire();
    const ana = await as(staff.username);
    const offer = (await ana('POST /api/auth/second-factor/offer')).body;
    const accept = (code: string) => ana('POST /api/auth/second-factor', { ticket: offer.ticket, code });
    return { ...staff, ana, offer, accept };
  }

  test('counts once a code shows that the app has it, and then no password alone opens', async () => {
    const { username, ana, offer, accept } = await withFactor();
    expect(offer.qrCode).toMatch(/^<svg/);
    expect((await accept('000000')).body.code).toBe('second_factor_wrong');
    expect((await signIn(username)).status).toBe(200);
    const on = await accept(codeOf(offer.address, now()));
    expect(on.body.recoveryCodes).toHaveLength(10);
    expect((await signIn(username)).body).toMatchObject({ code: 'second_factor_needed' });
    expect((await signIn(username, 'wrong', '123456')).body.code).toBe('sign_in_failed');
    expect((await signIn(username, 'battery staple', '000000')).body.code).toBe('second_factor_wrong');
    clock.advance({ seconds: 30 });
    expect((await signIn(username, 'battery staple', codeOf(offer.address, now()))).status).toBe(200);
    expect((await ana('GET /api/auth/session')).body.hasSecondFactor).toBe(true);
  });

  test('a code that was used is worth nothing, also not to two at once', async () => {
    const { username, offer, accept } = await withFactor();
    const first = codeOf(offer.address, now());
    await accept(first);
    expect((await signIn(username, 'battery staple', first)).body.code).toBe('second_factor_wrong');
    clock.advance({ seconds: 30 });
    const code = codeOf(offer.address, now());
    const answers = await Promise.all([1, 2, 3].map(() => signIn(username, 'battery staple', code)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401, 401]);
  });

  test('wrong codes count as wrong passwords, and lock', async () => {
    const { username, offer, accept } = await withFactor();
    await accept(codeOf(offer.address, now()));
    for (let count = 0; count < 3; count++) await signIn(username, 'battery staple', '000000');
    expect((await signIn(username, 'battery staple', '000000')).status).toBe(429);
    clock.advance({ minutes: 20 });
  });

  test('a recovery code opens once, and new ones end the old', async () => {
    const { username, offer, accept, id } = await withFactor();
    const codes = (await accept(codeOf(offer.address, now()))).body.recoveryCodes;
    const opened = await signIn(username, 'battery staple', codes[0].toLowerCase().replace('-', ' '));
    expect(opened.status).toBe(200);
    expect((await signIn(username, 'battery staple', codes[0])).status).toBe(401);
    const rows = await running.query('select code_hash from auth.recovery_codes where staff_id = $1', [id]);
    expect(JSON.stringify(rows)).not.toContain(codes[1]);
    const again = running.callerWithToken(opened.body.token);
    expect((await again('POST /api/auth/recovery-codes')).body.recoveryCodes).toHaveLength(10);
    expect((await signIn(username, 'battery staple', codes[1])).status).toBe(401);
  });

  test('a role that requires it lets nobody further before it is set up', async () => {
    await confirm();
    await call('PUT /api/roles', { role: 'auditor', requiresSecondFactor: true });
    const { username } = await hire('auditor');
    const auditor = await as(username);
    expect((await auditor('GET /api/plans')).body.code).toBe('second_factor_required');
    expect((await auditor('GET /api/auth/session')).body.secondFactorRequired).toBe(true);
    const { address, ticket } = (await auditor('POST /api/auth/second-factor/offer')).body;
    await auditor('POST /api/auth/second-factor', { ticket, code: codeOf(address, now()) });
    expect((await auditor('GET /api/plans')).status).toBe(200);
    await call('PUT /api/roles', { role: 'auditor', requiresSecondFactor: false });
  });

  test('an offer is for one person and for a quarter of an hour', async () => {
    const { offer, accept } = await withFactor();
    const other = await as((await hire()).username);
    const stolen = await other('POST /api/auth/second-factor', {
      ticket: offer.ticket,
      code: codeOf(offer.address, now()),
    });
    expect(stolen.body.code).toBe('second_factor_offer_over');
    clock.advance({ minutes: 16 });
    expect((await accept(codeOf(offer.address, now()))).body.code).toMatch(/sign_in_again|second_factor_offer_over/);
  });

  test('the owner takes it from a person who lost his phone', async () => {
    const { id, username, offer, accept } = await withFactor();
    await accept(codeOf(offer.address, now()));
    await confirm();
    expect((await call(`DELETE /api/staff/${id}/second-factor`)).status).toBe(204);
    expect((await signIn(username)).status).toBe(200);
  });
});

describe('sessions', () => {
  test('are listed with address and device, and one is ended from another', async () => {
    const { username } = await hire();
    const [here, there] = [await as(username), await as(username)];
    const { items } = (await here('GET /api/auth/sessions')).body;
    expect(items).toHaveLength(2);
    expect(items[0]).toMatchObject({ address: expect.stringContaining('127.0.0.1'), agent: 'node', kind: 'token' });
    const other = items.find(({ isCurrent }: Loose) => !isCurrent);
    expect((await here(`DELETE /api/auth/sessions/${other.id}`)).status).toBe(204);
    expect((await there('GET /api/dashboard')).status).toBe(401);
    expect((await here('GET /api/dashboard')).status).toBe(200);
  });

  test('of somebody else are not found', async () => {
    const [ana, eva] = [await as((await hire()).username), await as((await hire()).username)];
    const [session] = (await eva('GET /api/auth/sessions')).body.items;
    expect((await ana(`DELETE /api/auth/sessions/${session.id}`)).status).toBe(404);
    expect((await eva('GET /api/dashboard')).status).toBe(200);
  });

  test('a token that a browser brings along is never made its session', async () => {
    const planted = 'x'.repeat(43);
    const response = await fetch(`${running.lastmile.url}/api/auth/signin`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: `lastmile_session=${planted}` },
      body: JSON.stringify({ username: 'admin', password: 'correct horse' }),
    });
    expect(noteSessions(response).headers.get('set-cookie')).not.toContain(planted);
    expect((await running.callerWithToken(planted)('GET /api/dashboard')).status).toBe(401);
  });
});

describe('API keys', () => {
  test('may do what their scopes name and their owner may, are shown once and kept as a hash', async () => {
    const { username, id } = await hire('manager');
    const ana = await as(username);
    const beyond = await ana('POST /api/auth/keys', { name: 'All', scopes: ['settings:write'] });
    expect(beyond).toMatchObject({ status: 403, body: { fields: [{ path: 'scopes' }] } });
    const { key } = (
      await ana('POST /api/auth/keys', { name: 'Accounting', scopes: ['invoice:read', 'plan:read'], days: 30 })
    ).body;
    expect(key).toMatch(/^lmk_[\w-]{43}$/);
    const program = running.callerWithToken(key);
    expect((await program('GET /api/plans')).status).toBe(200);
    expect((await program('GET /api/customers')).body.code).toBe('forbidden');
    expect((await program('POST /api/auth/keys', { name: 'More', scopes: ['plan:read'] })).body.code).toBe(
      'not_for_keys',
    );
    expect((await program('GET /api/auth/sessions')).body.code).toBe('not_for_keys');
    const dump = JSON.stringify(await running.query('select * from auth.api_keys where staff_id = $1', [id]));
    expect(dump).not.toContain(key.slice(12));
    const [listed] = (await ana('GET /api/auth/keys')).body.items;
    expect(listed).toMatchObject({ name: 'Accounting', hint: key.slice(0, 10), lastAddress: '127.0.0.1' });
    await running.query(`update auth.staff set role = 'cashier' where id = $1`, [id]);
    expect((await program('GET /api/plans')).body.code).toBe('forbidden');
  });

  test('end by themselves, and when they are revoked', async () => {
    const { username } = await hire('manager');
    const ana = await as(username);
    const make = async (name: string, days: number) =>
      (await ana('POST /api/auth/keys', { name, scopes: ['plan:read'], days })).body;
    const [short, long] = [await make('Short', 1), await make('Long', 90)];
    expect((await ana(`DELETE /api/auth/keys/${long.id}`)).status).toBe(204);
    expect((await running.callerWithToken(long.key)('GET /api/plans')).status).toBe(401);
    expect((await running.callerWithToken(short.key)('GET /api/plans')).status).toBe(200);
    clock.advance({ hours: 25 });
    expect((await running.callerWithToken(short.key)('GET /api/plans')).status).toBe(401);
  });

  test('an act by a key names its person and the key', async () => {
    await confirm();
    const { key } = (await call('POST /api/auth/keys', { name: 'Importer', scopes: ['plan:write'] })).body;
    const name = fresh('Plan');
    await running.callerWithToken(key)('POST /api/plans', { name, priceMinor: '1', downKbps: '1M', upKbps: '1M' });
    const { items } = (await call(`GET /api/audit?action=plan.added&search=${name}`)).body;
    expect(items).toMatchObject([
      { actor: { name: 'admin', via: 'Importer', role: 'super_admin' }, address: '127.0.0.1' },
    ]);
  });
});

test('a token or a password in the address is refused, so that no log has it', async () => {
  const token = await running.tokenOf('admin');
  for (const name of ['token', 'access_token', 'api_key', 'password']) {
    const answer = await running.stranger(`GET /api/plans?${name}=${token}`);
    expect([name, answer.status, answer.body.code]).toEqual([name, 400, 'token_in_address']);
    expect(JSON.stringify(answer.body)).not.toContain(token);
  }
});

test('an unknown name costs the work of a wrong password: one slow hash each', async () => {
  const { username } = await hire();
  let hashCount = 0;
  const watch = createHook({
    init(_id, type) {
      if (type === 'ARGON2REQUEST') hashCount += 1;
    },
  });
  watch.enable();
  onTestFinished(() => void watch.disable());
  for (const name of [username, fresh('nobody')]) {
    hashCount = 0;
    expect((await signIn(name, 'a wrong password')).status).toBe(401);
    expect([name, hashCount]).toEqual([name, 1]);
  }
});
