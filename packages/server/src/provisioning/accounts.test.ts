import { afterAll, beforeAll, expect, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { type Actor, type Database, inTransaction, openDatabase, type Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { createSealer, keyFromSecret } from '#platform/secrets.ts';
import { createTestDatabase, type TestDatabase } from '#platform/test-database.ts';
import { addRouter, newRouterId } from '#routers/routers.ts';
import { fresh } from '#test/provider.test-support.ts';
import { addAccount, changeAccount, lockAccount, lockAccountsOf, revealPassword } from './accounts.ts';
import { blockAccount } from './blocks.ts';
import { moveAccount } from './move-account.ts';
import { addProfile } from './profiles.ts';

const sealer = createSealer(keyFromSecret('a secret for the tests'));
const staff: Actor = { kind: 'staff', id: null, name: 'ana' };

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url, manualClock('2026-01-31T12:00:00Z'));
});
afterAll(async () => {
  await database.pool.end();
  await testDatabase.drop();
});

const act = <T>(deed: (work: Work) => Promise<T>) => inTransaction(database, staff, deed);

async function saveRouter(): Promise<string> {
  const id = newRouterId();
  const access = { host: fresh('host'), port: 8728, username: 'lastmile', password: 'demo' };
  const fields = { label: fresh('Tower'), tls: 'off', fingerprint: null, mode: 'observe', ...access } as const;
  await act((work) => addRouter(work, sealer, id, fields));
  return id;
}

async function saveCustomer(): Promise<string> {
  const id = newId();
  await database.pool.query(`insert into customers.customers (id, name, created_at) values ($1, 'Ana', now())`, [id]);
  return id;
}

const saveProfile = (service: 'pppoe' | 'hotspot' = 'pppoe') =>
  act((work) => addProfile(work, { name: fresh('plan'), service, downKbps: 1024, upKbps: 1024 }));

async function saveAccount(change: Partial<Parameters<typeof addAccount>[2]> = {}) {
  const fields = {
    customerId: change.customerId ?? (await saveCustomer()),
    routerId: change.routerId ?? (await saveRouter()),
    profileId: change.profileId ?? (await saveProfile()),
    name: fresh('ana'),
    password: 'x',
    ...change,
  };
  return { ...fields, id: await act((work) => addAccount(work, sealer, fields)) };
}

async function faultOf(deed: Promise<unknown>): Promise<[string, string | undefined]> {
  const error = await deed.then(
    () => undefined,
    (fault: unknown) => fault,
  );
  if (!(error instanceof DomainError)) throw error ?? new Error('nothing was refused');
  return [error.code, error.fields[0]?.path];
}

test('a customer has several accounts, of both kinds and on several routers', async () => {
  const customerId = await saveCustomer();
  const routerId = await saveRouter();
  const first = await saveAccount({ customerId, routerId, name: 'ana' });
  const second = await saveAccount({ customerId, routerId, name: 'ana', profileId: await saveProfile('hotspot') });
  const third = await saveAccount({ customerId, name: 'ana', profileId: first.profileId });
  const accounts = await act((work) => lockAccountsOf(work, customerId));
  expect(accounts.map(({ id, service }) => [id, service])).toEqual([
    [first.id, 'pppoe'],
    [second.id, 'hotspot'],
    [third.id, 'pppoe'],
  ]);
});

test('a name is taken once per router and kind, and an address once per router', async () => {
  const { routerId } = await saveAccount({ name: 'ben', staticAddress: '10.1.2.3' });
  expect(await faultOf(saveAccount({ routerId, name: 'ben' }))).toEqual(['account_name_taken', 'username']);
  const address = faultOf(saveAccount({ routerId, staticAddress: '10.1.2.3' }));
  expect(await address).toEqual(['account_address_taken', 'staticAddress']);
  await saveAccount({ staticAddress: '10.1.2.3' });
});

test('a password that is not given is made, and is another one each time (B8)', async () => {
  const [one, other] = [await saveAccount({ password: undefined }), await saveAccount({ password: undefined })];
  const passwords = await Promise.all([one, other].map(({ id }) => act((work) => revealPassword(work, sealer, id))));
  expect(passwords[0]).toMatch(/^[a-km-np-z2-9]{10}$/);
  expect(passwords[0]).not.toBe(passwords[1]);
});

test('address and device are set, changed and cleared, and what is left out stays (B11, B12)', async () => {
  const { id } = await saveAccount({ staticAddress: '10.1.2.3', macAddress: '02:AB:CD:00:11:22' });
  const change = (fields: Parameters<typeof changeAccount>[3]) =>
    act(async (work) => {
      await changeAccount(work, sealer, await lockAccount(work, id), fields);
      return { ...(await lockAccount(work, id)), version: await versionOf(id, work) };
    });
  expect(await change({})).toMatchObject({ staticAddress: '10.1.2.3', macAddress: '02:AB:CD:00:11:22', version: 1 });
  expect(await change({ staticAddress: '10.1.2.3' })).toMatchObject({ version: 1 });
  expect(await change({ staticAddress: '10.1.2.4' })).toMatchObject({ staticAddress: '10.1.2.4', version: 2 });
  expect(await change({ staticAddress: null, macAddress: null })).toMatchObject({
    staticAddress: null,
    macAddress: null,
    version: 3,
  });
});

async function versionOf(id: string, { db }: Work): Promise<number> {
  const row = await db.selectFrom('provisioning.accounts').select('version').where('id', '=', id).executeTakeFirst();
  return row?.version ?? 0;
}

test('an account keeps its kind: a plan of the other one is refused', async () => {
  const { id } = await saveAccount();
  const profileId = await saveProfile('hotspot');
  const fault = faultOf(act(async (work) => changeAccount(work, sealer, await lockAccount(work, id), { profileId })));
  expect(await fault).toEqual(['plan_kind_differs', 'planId']);
});

test('an account that moves takes its name, password, address, device and blocks along', async () => {
  const { id, customerId, name } = await saveAccount({ password: 'secret', macAddress: '02:AB:CD:00:11:22' });
  const routerId = await saveRouter();
  const movedId = await act(async (work) => {
    await blockAccount(work, { id, customerId, name }, 'staff', 'asked for it');
    return moveAccount(work, sealer, await lockAccount(work, id), { routerId });
  });
  const accounts = await act((work) => lockAccountsOf(work, customerId));
  expect(accounts).toMatchObject([{ id: movedId, routerId, name, macAddress: '02:AB:CD:00:11:22' }]);
  expect(await act((work) => revealPassword(work, sealer, movedId))).toBe('secret');
  const { rows } = await database.pool.query('select reason, note from provisioning.blocks where account_id = $1', [
    movedId,
  ]);
  expect(rows).toEqual([{ reason: 'staff', note: 'asked for it' }]);
});
