// The log is tampered with as the owner of the database could: plain SQL, with every trigger switched off.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { type Actor, type Database, inTransaction, openDatabase } from '#platform/db.ts';
import { asOwner } from '#platform/program-role.ts';
import { createSealer } from '#platform/secrets.ts';
import { createTestDatabase } from '#platform/test-database.ts';
import { eventually, startTestLastmile } from '#test/running.ts';
import { runCommand } from '../command-line.ts';
import { readConfig } from '../config.ts';
import { chainEntries } from './chain.ts';
import { type Anchor, chainOf, genesisHash } from './chain-rules.ts';
import { audit } from './entries.ts';
import { getProof } from './proofs.ts';
import { loadSigningKey, type SigningKey } from './signing-key.ts';
import { verifyLog } from './verify.ts';

const office: Actor = { kind: 'staff', id: null, name: 'ana', role: 'office', address: '10.0.0.7' };
const clock = manualClock('2026-03-03T10:00:00Z');

let database: Database;
let signing: SigningKey;

beforeEach(async () => {
  const testDatabase = await createTestDatabase();
  clock.set('2026-03-03T10:00:00Z');
  database = openDatabase(testDatabase.url, clock);
  signing = await loadSigningKey(database, createSealer(randomBytes(32)));
  database.signingKey = signing.key;
  return async () => {
    await database.pool.end();
    await testDatabase.drop();
  };
});

const write = (action: string, details: Record<string, unknown> = {}) =>
  inTransaction(database, office, (work) => audit(work, action, [], details));
const today = () => clock.now().toZonedDateTimeISO('UTC').toPlainDate();
const chain = () => inTransaction(database, office, (work) => chainEntries(work, today()));
const sql = (text: string, values: unknown[] = []) => database.pool.query(text, values).then(({ rows }) => rows);

const uidOf = async (id: number) => (await sql('select uid from audit.entries where id = $1', [id]))[0].uid;

async function writeAndChain(count: number): Promise<void> {
  for (let number = 1; number <= count; number++) await write('test.happened', { number });
  await chain();
}

/** Runs statements as nobody but the owner can: without the triggers that refuse them. */
async function tamper(...statements: string[]): Promise<void> {
  await asOwner(database.pool, async (client) => {
    await client.query("set session_replication_role = 'replica'");
    for (const statement of statements) await client.query(statement);
  });
}

const verify = (anchors: Anchor[] = []) => verifyLog(database.db, { signing, anchors });
const found = async (anchors: Anchor[] = []) =>
  (await verify(anchors)).problems.map(({ kind, seq }) => `${kind} ${seq}`);

/** The owner writes the whole chain anew from what he left of the entries. */
async function rechain(): Promise<void> {
  const rows = await sql(
    'select c.seq, e.payload from audit.chain c join audit.entries e on e.id = c.entry_id order by c.seq',
  );
  const hashes = chainOf(
    rows.map(({ payload }) => Buffer.from(payload)),
    genesisHash,
  );
  await tamper(
    ...rows.map(
      ({ seq }, at) =>
        `update audit.chain set hash = '\\x${Buffer.from(hashes[at] as Uint8Array).toString('hex')}' where seq = ${seq}`,
    ),
  );
}

test('a log that nobody touched is sound, whatever was written', async () => {
  await write('test.happened', {
    text: 'ć😀\u2028"\\',
    number: 1.5,
    big: 10n,
    nested: { a: [1, null, 'x'] },
    half: '\ud800',
  });
  await write('test.happened', { large: 1e21, small: 1e-7, zero: -0, at: clock.now() });
  await writeAndChain(20);
  expect(await verify()).toMatchObject({ isSound: true, count: 22, waiting: 0, problems: [], head: { seq: 22n } });
});

test('secrets in the details are masked before they are written or hashed', async () => {
  await write('test.happened', {
    password: 'hunter2',
    pin: '4711',
    nested: { apiToken: 'abc' },
    changes: { secret: ['a', 'b'] },
  });
  const [row] = await sql('select details, payload from audit.entries');
  expect(row.details).toEqual({ password: '•••', pin: '•••', nested: { apiToken: '•••' }, changes: { secret: '•••' } });
  expect(row.payload).not.toMatch(/hunter2|4711|abc/);
});

test('an entry says who, as what, from where, what, and why', async () => {
  await write('test.happened', { phone: [null, '1'], reason: 'he asked' });
  const [row] = await sql('select actor_name, role, address, action, reason, details from audit.entries');
  expect(row).toEqual({
    actor_name: 'ana',
    role: 'office',
    address: '10.0.0.7',
    action: 'test.happened',
    reason: 'he asked',
    details: { phone: [null, '1'], reason: 'he asked' },
  });
});

test('a payload that was changed is found, at its place and nowhere else', async () => {
  await writeAndChain(9);
  await tamper(`update audit.entries set payload = replace(payload, 'ana', 'eve') where id = 4`);
  expect(await found()).toEqual(['changed 4']);
});

test.each([
  ['the name', `actor_name = 'eve'`],
  ['the time', `at = at + interval '1 second'`],
  ['the details', `details = '{"number": 5}'`],
  ['the address', `address = null`],
  ['the reason', `reason = 'none'`],
])('%s that was changed in its column alone is found', async (_what, change) => {
  await writeAndChain(9);
  await tamper(`update audit.entries set ${change} where id = 4`);
  expect(await found()).toEqual(['changed 4']);
});

test('an entry that was removed is found', async () => {
  await writeAndChain(9);
  await tamper('delete from audit.entries where id = 4');
  expect(await found()).toEqual(['removed 4']);
});

test('an entry that was removed with its place in the chain is found', async () => {
  await writeAndChain(9);
  await tamper('delete from audit.entries where id in (4, 5)', 'delete from audit.chain where seq in (4, 5)');
  expect(await found()).toEqual(['removed 4', 'removed 5']);
});

test('an entry that was removed and the gap closed is found', async () => {
  await writeAndChain(9);
  await tamper(
    'delete from audit.entries where id = 4',
    'delete from audit.chain where seq = 4',
    'update audit.chain set seq = seq - 1 where seq = 5',
    'update audit.chain set seq = seq - 1 where seq = 6',
    'update audit.chain set seq = seq - 1 where seq = 7',
    'update audit.chain set seq = seq - 1 where seq = 8',
    'update audit.chain set seq = seq - 1 where seq = 9',
  );
  expect((await found())[0]).toBe('changed 4');
});

test('two entries that changed places are found', async () => {
  await writeAndChain(9);
  await tamper(
    'update audit.chain set entry_id = 100 where seq = 4',
    'update audit.chain set entry_id = 4 where seq = 6',
    'update audit.chain set entry_id = 6 where seq = 4',
  );
  expect(await found()).toEqual(['reordered 4', 'reordered 6']);
});

test('an entry that was put in by hand is found, also when the program chained it', async () => {
  await writeAndChain(3);
  await sql(
    `insert into audit.entries (uid, at, actor_kind, actor_name, action, about, details, payload)
     select gen_random_uuid(), at, actor_kind, 'eve', action, about, details, replace(payload, 'ana', 'eve') from audit.entries where id = 2`,
  );
  await write('test.happened');
  await chain();
  expect(await found()).toEqual(['changed 4']);
});

test('an entry that was copied with its own signature is found', async () => {
  await writeAndChain(3);
  await tamper('drop index audit.entries_uid');
  await sql(`insert into audit.entries (uid, at, actor_kind, actor_id, actor_name, role, address, action, about, details, payload, mac)
    select gen_random_uuid(), at, actor_kind, actor_id, actor_name, role, address, action, about, details, payload, mac from audit.entries where id = 2`);
  await chain();
  expect(await found()).toEqual(['changed 4']);
});

test('an entry without the key’s signature is not ours, however well it is made', async () => {
  await writeAndChain(3);
  const stranger = { ...database, signingKey: randomBytes(32) };
  await inTransaction(stranger, office, (work) => audit(work, 'test.happened', []));
  await chain();
  expect(await found()).toEqual(['inserted 4']);
});

test('an entry that was slipped past the triggers is found', async () => {
  await writeAndChain(3);
  await tamper(`insert into audit.entries (uid, at, actor_kind, actor_name, action, payload)
    values (gen_random_uuid(), now(), 'staff', 'eve', 'test.happened', '{}')`);
  expect(await found()).toEqual(['inserted null']);
});

test('a log that its owner chained anew is found from the first record that he could not sign', async () => {
  await writeAndChain(9);
  await tamper(`update audit.entries set payload = replace(payload, 'ana', 'eve'), actor_name = 'eve' where id = 7`);
  await rechain();
  expect(await found()).toEqual(['inserted 7', 'rewritten 8', 'rewritten 9']);
});

test('without the key an anchor shows it, and where', async () => {
  await writeAndChain(9);
  const { head } = await verify();
  await tamper(`update audit.entries set payload = replace(payload, 'ana', 'eve'), actor_name = 'eve' where id = 7`);
  await rechain();
  const { problems } = await verifyLog(database.db, { anchors: [head] });
  expect(problems.map(({ kind, seq }) => [kind, seq])).toEqual([['rewritten', 9n]]);
  expect((await verifyLog(database.db)).isSound).toBe(true);
});

test('newest entries that were cut off are found by an anchor', async () => {
  await writeAndChain(9);
  const { head } = await verify();
  await tamper('delete from audit.chain where seq > 7', 'delete from audit.entries where id > 7');
  expect(await found()).toEqual([]);
  expect(await found([head])).toEqual(['truncated 8']);
});

test('of many faults each is listed once', async () => {
  for (let number = 0; number < 30; number++) await write('test.happened', { number });
  await chain();
  await tamper(`update audit.entries set actor_name = 'eve'`);
  expect((await verify()).problems).toHaveLength(30);
});

test('the log takes no change from anybody, and neither the program nor its owner has a right to one', async () => {
  await writeAndChain(2);
  const asItsOwner = (statement: string) => asOwner(database.pool, (owner) => owner.query(statement));
  for (const table of ['audit.entries', 'audit.chain']) {
    for (const statement of [`delete from ${table}`, `truncate ${table}`, `update ${table} set mac = null`]) {
      await expect(sql(statement)).rejects.toThrow(/permission denied/);
      await expect(asItsOwner(statement)).rejects.toThrow(/append-only/);
    }
  }
  const rights = await sql(`
    select c.relname, g.privilege_type from pg_class c, aclexplode(c.relacl) g
    where c.oid in ('audit.entries'::regclass, 'audit.chain'::regclass, 'audit.days'::regclass)
      and g.privilege_type in ('UPDATE', 'DELETE', 'TRUNCATE')`);
  expect(rights).toEqual([]);
});

test('writers wait for nobody, and every entry gets a place in one order without gaps', async () => {
  await Promise.all(
    Array.from({ length: 40 }, async (_, number) => {
      await write('test.happened', { number });
      if (number % 4 === 0) await chain();
    }),
  );
  await Promise.all([chain(), chain()]);
  await chain();
  expect(await verify()).toMatchObject({ isSound: true, count: 40, waiting: 0 });
});

test('an entry of a long transaction is chained after those that were written later', async () => {
  let finish = () => {};
  const written = Promise.withResolvers<void>();
  const long = inTransaction(database, office, async (work) => {
    await audit(work, 'test.slow', []);
    written.resolve();
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
  });
  await written.promise;
  await write('test.quick');
  await chain();
  finish();
  await long;
  await chain();
  const rows = await sql('select e.action from audit.chain c join audit.entries e on e.id = c.entry_id order by c.seq');
  expect(rows.map(({ action }) => action)).toEqual(['test.quick', 'test.slow']);
  expect((await verify()).isSound).toBe(true);
});

test('a day that is over has a root, by which one entry is proved without the rest of the log', async () => {
  await writeAndChain(11);
  await expect(getProof(database.db, await uidOf(5))).rejects.toMatchObject({ code: 'audit_day_open' });
  clock.advance({ hours: 24 });
  await writeAndChain(1);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lastmile-proof-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true }));
  // Away from everything of ours: no package can be found from there.
  const script = path.join(folder, 'check.mjs');
  fs.copyFileSync(path.join(import.meta.dirname, '../../../../scripts/check-audit-proof.mjs'), script);
  const check = async (proof: object, ...told: string[]) => {
    const file = path.join(folder, 'proof.json');
    fs.writeFileSync(file, JSON.stringify(proof));
    return promisify(execFile)(process.execPath, [script, file, ...told]).then(
      ({ stdout }) => stdout,
      (error) => error.stderr as string,
    );
  };
  const [{ root }] = await sql(`select encode(root, 'hex') as root from audit.days`);
  for (let entry = 1; entry <= 11; entry++)
    expect(await check(await getProof(database.db, await uidOf(entry)), root)).toContain(
      `PROVED: record ${entry} is one of the 11`,
    );
  const proof = await getProof(database.db, await uidOf(5));
  expect(await check({ ...proof, payload: proof.payload.replace('ana', 'eve') })).toContain('NOT PROVED');
  expect(await check({ ...proof, index: 6 })).toContain('NOT PROVED');
  expect(await check({ ...proof, path: proof.path.slice(1) })).toContain('NOT PROVED');
  expect(await check(proof, '00'.repeat(32))).toContain('NOT PROVED');
});

test('the root of a day that no longer fits is found, and reading since a later day leaves it out', async () => {
  await writeAndChain(3);
  clock.advance({ hours: 24 });
  await writeAndChain(3);
  await tamper(`update audit.days set root = sha256('x')`);
  expect(await found()).toEqual(['day_differs 1']);
  const since = await verifyLog(database.db, { signing, since: today() });
  expect(since).toMatchObject({ isSound: true, count: 3, firstSeq: 4n });
});

test('a key of another secret is refused in words, never replaced', async () => {
  await expect(loadSigningKey(database, createSealer(randomBytes(32)))).rejects.toThrow(/SECRET_KEY is not the one/);
});

test('at the command line a sound log ends with 0, and a torn one with 1 and the place', async () => {
  const running = await startTestLastmile();
  await running.call('POST /api/plans', { name: 'Gold', priceMinor: '100', downKbps: '1M', upKbps: '1M' });
  await eventually(
    () => running.query('select 1 from audit.unchained'),
    (rows) => rows.length === 0,
  );
  const config = readConfig({
    DATABASE_URL: running.databaseUrl,
    DATA_DIR: running.dataDir,
    SECRET_KEY: 'a secret for the tests',
  });
  const lines: string[] = [];
  const run = async (...args: string[]) => {
    lines.length = 0;
    return runCommand(config, 'audit:verify', args, (line) => lines.push(line));
  };
  expect(await run()).toBe(0);
  expect(lines[0]).toMatch(/^sound: \d+ records from 1 on, held against 1 anchors$/);
  const [, anchor = ''] = /the log ends at (\S+)/.exec(lines.join('\n')) ?? [];
  expect(await run('--anchor', anchor, '--since=2026-01-01')).toBe(0);
  expect(
    await run(
      '--anchor',
      anchor.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
    ),
  ).toBe(1);
  await expect(run('--anchor', 'x')).rejects.toThrow('--anchor must be SEQ:HASH');
  await expect(run('--what')).rejects.toThrow('audit:verify does not know "--what"');
  const [plan] = await running.query(
    `select e.id, c.seq from audit.entries e join audit.chain c on c.entry_id = e.id where action = 'plan.added' and actor_kind = 'staff'`,
  );
  await running.query(
    `set session_replication_role = 'replica'; update audit.entries set actor_name = 'eve' where id = ${plan.id}`,
  );
  expect(await run()).toBe(1);
  expect(lines[1]).toMatch(new RegExp(`record ${plan.seq} was changed after it was written \\(.* eve plan.added\\)`));
  expect((await running.call('GET /api/audit/verification')).body).toMatchObject({
    isSound: false,
    problems: [{ kind: 'changed', seq: plan.seq, action: 'plan.added' }],
  });
});
