import pg from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase } from '#platform/test-database.ts';

test('two test databases know nothing of each other', async () => {
  const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  const inOne = new pg.Client({ connectionString: one.url });
  const inOther = new pg.Client({ connectionString: other.url });
  await Promise.all([inOne.connect(), inOther.connect()]);
  await inOne.query('create table only_here (id int)');
  const found = await inOther.query(`select to_regclass('only_here') is null as absent`);
  expect(found.rows[0].absent).toBe(true);
  await Promise.all([inOne.end(), inOther.end()]);
  await Promise.all([one.drop(), other.drop()]);
});
