import { beforeAll, expect, test } from 'vitest';
import { systemClock } from './clock.ts';
import { type Actor, type Database, inTransaction, openDatabase } from './db.ts';
import { asOwner } from './program-role.ts';
import { createTestDatabase } from './test-database.ts';

const actor: Actor = { kind: 'system', id: null, name: 'test' };
let database: Database;

beforeAll(async () => {
  const testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url, systemClock);
  return async () => {
    await database.pool.end();
    await testDatabase.drop();
  };
});

test('a connection that dies in the middle of an act refuses that act and nothing else', async () => {
  let isEnded = false;
  const act = inTransaction(database, actor, async (work) => {
    const { pid } = await work.db
      .selectNoFrom((e) => e.fn<number>('pg_backend_pid', []).as('pid'))
      .executeTakeFirstOrThrow();
    const end = 'select pg_terminate_backend($1) as "isEnded"';
    const { rows } = await asOwner(database.pool, (owner) => owner.query(end, [pid]));
    isEnded = rows[0].isEnded;
    // The end of the connection arrives while nobody waits for an answer: that is the moment which ended the process.
    await new Promise((resolve) => setTimeout(resolve, 200));
    await work.db.selectFrom('audit.entries').select('id').execute();
  });
  await expect(act).rejects.toThrow();
  expect(isEnded).toBe(true);
  expect((await database.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});
