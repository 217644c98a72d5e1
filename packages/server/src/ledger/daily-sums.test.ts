// Sums that are kept and the postings behind them say the same, wherever the mark stands and whoever books meanwhile.
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { type Actor, type Database, inTransaction, openDatabase, type Work } from '#platform/db.ts';
import { asOwner } from '#platform/program-role.ts';
import { createTestDatabase } from '#platform/test-database.ts';
import { eventually } from '#test/running.ts';
import { addUpPostings, bookedByDay } from './daily-sums.ts';
import { type AccountKind, postJournals } from './journals.ts';

const actor: Actor = { kind: 'system', id: null, name: 'test' };
let place: Awaited<ReturnType<typeof createTestDatabase>>;
let database: Database;

beforeAll(async () => {
  place = await createTestDatabase();
  database = openDatabase(place.url, systemClock);
  // So that those who book at once open no account, for which one would wait for the other.
  await booked({ day: 0, kind: 'invoice', debit: 'receivable', credit: 'revenue', currency: 'USD', amount: 5n });
});
afterAll(async () => {
  await database.pool.end();
  await place.drop();
});

type Movement = {
  day: number;
  kind: string;
  debit: AccountKind;
  credit: AccountKind;
  currency: string;
  amount: bigint;
};

const post = (work: Work, movements: readonly Movement[]) =>
  postJournals(
    work,
    movements.map(({ day, kind, debit, credit, currency, amount }) => ({
      kind,
      refId: crypto.randomUUID(),
      postedOn: Temporal.PlainDate.from('2026-03-01').add({ days: day }),
      currency,
      transfers: [{ debit: { kind: debit }, credit: { kind: credit }, amountMinor: amount }],
    })),
  );
const booked = (...movements: Movement[]) => inTransaction(database, actor, (work) => post(work, movements));
const sale = (amount: bigint): Movement => ({
  day: 3,
  kind: 'invoice',
  debit: 'receivable',
  credit: 'revenue',
  currency: 'USD',
  amount,
});

const columns = sql`posted_on::text, journal_kind, debit_kind, credit_kind, currency`;

async function read() {
  const rows = sql`select ${columns}, sum(amount_minor)::text as amount from (${await bookedByDay(database.db)}) booked
    group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5`;
  return (await rows.execute(database.db)).rows;
}

async function plain() {
  const rows = sql`select ${columns}, sum(amount_minor)::text as amount from (
      select posted_on, journal.kind as journal_kind, debit.kind as debit_kind, credit.kind as credit_kind, posting.currency, amount_minor
      from ledger.postings posting, ledger.journals journal, ledger.accounts debit, ledger.accounts credit
      where journal.id = journal_id and debit.id = debit_id and credit.id = credit_id
    ) booked group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5`;
  return (await rows.execute(database.db)).rows;
}

async function markOf(): Promise<{ through: bigint; newest: bigint }> {
  const { rows } = await sql<{ through: bigint; newest: bigint }>`
    select through_id as through, (select max(id) from ledger.postings) as newest from ledger.sums_mark`.execute(
    database.db,
  );
  return rows[0]!;
}

/** Other tests use the same server: what they have open holds the mark back for a moment. */
const addUpAll = () =>
  eventually(
    async () => {
      await addUpPostings(database, actor);
      return markOf();
    },
    ({ through, newest }) => through === newest,
  );

const kinds = ['receivable', 'revenue', 'cash', 'tax_payable'] as const;
const movement = fc
  .record({
    day: fc.integer({ min: 0, max: 4 }),
    kind: fc.constantFrom('invoice', 'payment'),
    sides: fc.shuffledSubarray([...kinds], { minLength: 2, maxLength: 2 }),
    currency: fc.constantFrom('USD', 'EUR'),
    amount: fc.bigInt({ min: 1n, max: 10n ** 12n }),
  })
  .map(({ sides, ...rest }): Movement => ({ ...rest, debit: sides[0]!, credit: sides[1]! }));

test('wherever the mark stands, the sums and what was booked since are what all postings sum to', async () => {
  const step = fc.oneof(fc.array(movement, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 4 }));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
      for (const each of steps) {
        if (typeof each === 'number') await addUpPostings(database, actor, each);
        else await booked(...each);
      }
      expect(await read()).toEqual(await plain());
    }),
    { numRuns: 25 },
  );
  await addUpAll();
  expect(await read()).toEqual(await plain());
});

test('what is booked later for an earlier day is added to the sum of that day', async () => {
  const later = sale(700n);
  await booked(later, { ...later, day: 4 });
  await addUpAll();
  await booked({ ...later, day: 1, amount: 11n }, later);
  expect(await read()).toEqual(await plain());
  await addUpAll();
  expect(await read()).toEqual(await plain());
});

test('a posting that is committed after later ones is not lost', async () => {
  const [ready, mayCommit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  // Its number is smaller than that of the slow one, and its posting is younger: so the upper end of a snapshot says nothing.
  const early = await database.pool.connect();
  await early.query('begin');
  await early.query('select pg_current_xact_id()');
  const slow = inTransaction(database, actor, async (work) => {
    await post(work, [sale(41n)]);
    ready.resolve();
    await mayCommit.promise;
  });
  await ready.promise;
  await early.query(`with journal as (
      insert into ledger.journals (id, kind, ref_id, posted_on, created_at)
      values (gen_random_uuid(), 'invoice', gen_random_uuid(), '2026-03-02', now()) returning id)
    insert into ledger.postings (journal_id, debit_id, credit_id, currency, amount_minor)
    select journal.id, debit_id, credit_id, currency, 43 from journal, (select * from ledger.postings limit 1) like_it`);
  await early.query('commit');
  early.release();
  for (let turn = 0; turn < 3; turn++) await addUpPostings(database, actor);
  const { through, newest } = await markOf();
  expect(through).toBeLessThan(newest);
  expect(await read()).toEqual(await plain());
  mayCommit.resolve();
  await slow;
  expect(await read()).toEqual(await plain());
  await addUpAll();
  expect(await read()).toEqual(await plain());
});

test('three at once take every posting once', async () => {
  await booked(...Array.from({ length: 40 }, (_, index) => sale(BigInt(index + 1))));
  await Promise.all([1, 2, 3].map(() => addUpPostings(database, actor, 7)));
  await addUpAll();
  expect(await read()).toEqual(await plain());
});

test('cut off in the middle of a heap, it has done nothing, and the next turn does it', async () => {
  await addUpAll();
  await booked(sale(17n), sale(19n));
  const holder = await database.pool.connect();
  await holder.query('begin');
  await holder.query('lock table ledger.daily_sums in share mode');
  const turn = eventually(() => addUpPostings(database, actor), Boolean).catch((error: Error) => error);
  const waiting = `from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%daily_sums%'`;
  await eventually(
    async () =>
      (await asOwner(database.pool, (owner) => owner.query(`select pg_terminate_backend(pid) ${waiting}`))).rowCount,
    (count) => count === 1,
  );
  expect(await turn).toBeInstanceOf(Error);
  await holder.query('commit');
  holder.release();
  const { through, newest } = await markOf();
  expect(through).toBeLessThan(newest);
  expect(await read()).toEqual(await plain());
  await addUpAll();
  expect(await read()).toEqual(await plain());
});

test('a mark that a backup brought from another database does not stand in the way', async () => {
  await addUpAll();
  await booked(sale(23n));
  await sql`update ledger.sums_mark set next_id = through_id + 1, next_xid = '900000000000'`.execute(database.db);
  await addUpAll();
  expect(await read()).toEqual(await plain());
});
