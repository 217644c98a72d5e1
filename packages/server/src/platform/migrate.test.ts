import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrate, pendingMigrations } from './migrate.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

let database: TestDatabase;
let pool: pg.Pool;
let folder: string;

beforeEach(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url });
  // The clone has had our own migrations; these tests bring theirs.
  await pool.query('drop table public.schema_migrations');
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lastmile-migrations-'));
});

afterEach(async () => {
  await pool.end();
  await database.drop();
  fs.rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string): void {
  fs.writeFileSync(path.join(folder, name), text);
}

test('applies each file once, in order', async () => {
  write('0002-second.sql', 'alter table thing add column size int;');
  write('0001-first.sql', 'create table thing (id int); create index on thing (id);');
  expect(await pendingMigrations(pool, folder)).toEqual(['0001-first.sql', '0002-second.sql']);
  expect(await migrate(pool, folder)).toEqual(['0001-first.sql', '0002-second.sql']);
  expect(await migrate(pool, folder)).toEqual([]);
  write('0003-third.sql', 'alter table thing add column colour text;');
  expect(await pendingMigrations(pool, folder)).toEqual(['0003-third.sql']);
  expect(await migrate(pool, folder)).toEqual(['0003-third.sql']);
});

test('two servers that start at once migrate once', async () => {
  write('0001-first.sql', 'create table thing (id int); select pg_sleep(0.2);');
  const other = new pg.Pool({ connectionString: database.url });
  const done = await Promise.all([migrate(pool, folder), migrate(other, folder)]);
  await other.end();
  expect(done.flat()).toEqual(['0001-first.sql']);
});

test('a migration that fails leaves nothing of itself, and those before it stay', async () => {
  write('0001-first.sql', 'create table thing (id int);');
  write('0002-second.sql', 'create table other_thing (id int); select 1 / 0;');
  await expect(migrate(pool, folder)).rejects.toThrow(/^migration 0002-second.sql: division by zero$/);
  const found = await pool.query(`select to_regclass('thing') as first, to_regclass('other_thing') as second`);
  expect(found.rows[0]).toEqual({ first: 'thing', second: null });
  expect(await pendingMigrations(pool, folder)).toEqual(['0002-second.sql']);
});

test('refuses a migration that was changed after it was applied', async () => {
  write('0001-first.sql', 'create table thing (id int);');
  await migrate(pool, folder);
  write('0001-first.sql', 'create table thing (id bigint);');
  await expect(migrate(pool, folder)).rejects.toThrow(/0001-first.sql was changed after it was applied/);
});

test('refuses a database that is newer than the program', async () => {
  write('0001-first.sql', 'create table thing (id int);');
  write('0002-second.sql', 'create table other_thing (id int);');
  await migrate(pool, folder);
  fs.rmSync(path.join(folder, '0002-second.sql'));
  await expect(migrate(pool, folder)).rejects.toThrow(/newer than this program: it has had 0002-second.sql/);
});

test('refuses names without a number and numbers taken twice', async () => {
  write('first.sql', 'select 1;');
  await expect(migrate(pool, folder)).rejects.toThrow(/first.sql: the name must read like/);
  fs.rmSync(path.join(folder, 'first.sql'));
  write('0001-one.sql', 'select 1;');
  write('0001-other.sql', 'select 1;');
  await expect(migrate(pool, folder)).rejects.toThrow(/the number 0001 is taken twice/);
});

test('what a migration leaves set in the session does not reach the next one', async () => {
  write('0001-first.sql', `set local search_path = pg_catalog; select 1;`);
  write('0002-second.sql', 'create table thing (id int);');
  await migrate(pool, folder);
  const found = await pool.query(`select to_regclass('public.thing') as thing`);
  expect(found.rows[0].thing).toBe('thing');
});
