import { sql } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import { systemClock } from './clock.ts';
import { type Database, openDatabase } from './db.ts';
import { type Columns, rowSet } from './row-set.ts';
import { createTestDatabase } from './test-database.ts';

let database: Database;

beforeAll(async () => {
  const testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url, systemClock);
  return async () => {
    await database.pool.end();
    await testDatabase.drop();
  };
});

type Row = { id: string; name: string | null; on: Temporal.PlainDate; amountMinor: bigint; count: number };

const columns: Columns<Row> = {
  id: ['uuid', ({ id }) => id],
  name: ['text', ({ name }) => name],
  on: ['date', ({ on }) => on],
  amount: ['bigint', ({ amountMinor }) => amountMinor],
  count: ['int', ({ count }) => count],
  position: ['int', (_, index) => index],
};

const idOf = (no: number) => `01890a5d-ac96-774b-bcce-b302099a805${no}`;
const day = (text: string) => Temporal.PlainDate.from(text);

test.each<[string, Row[]]>([
  ['one', [{ id: idOf(1), name: 'Müller', on: day('2026-03-01'), amountMinor: 2n ** 62n, count: -3 }]],
  [
    'several that say the same but for who they are',
    [1, 2, 3].map((no) => ({ id: idOf(no), name: null, on: day('2026-03-01'), amountMinor: 5n, count: 1 })),
  ],
  [
    'several that differ in everything, with what a list of PostgreSQL has to quote',
    [
      { id: idOf(1), name: 'a "b", {c} \\ d', on: day('2026-02-28'), amountMinor: -1n, count: 0 },
      { id: idOf(2), name: null, on: day('2026-03-01'), amountMinor: 0n, count: 2 },
      { id: idOf(3), name: 'NULL', on: day('2024-02-29'), amountMinor: 7n, count: 1 },
    ],
  ],
  ['none', []],
])('rows arrive as they were sent, in their order: %s', async (_name, rows) => {
  const { rows: arrived } = await sql`select * from ${rowSet(rows, columns)} as sent`.execute(database.db);
  expect(arrived).toEqual(rows.map(({ amountMinor, ...row }, position) => ({ ...row, amount: amountMinor, position })));
});
