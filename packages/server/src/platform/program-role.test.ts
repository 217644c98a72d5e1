import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from './clock.ts';
import { type Database, openDatabase } from './db.ts';
import { migrate, ownMigrations } from './migrate.ts';
import { asOwner, whoWorks } from './program-role.ts';
import { createTestDatabase } from './test-database.ts';

async function openClone(): Promise<Database> {
  const clone = await createTestDatabase();
  const database = openDatabase(clone.url, systemClock);
  onTestFinished(async () => {
    await database.pool.end();
    await clone.drop();
  });
  return database;
}

/** Our own migrations, and one that comes later. */
function migrationsAnd(later: string): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lastmile-migrations-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  fs.cpSync(ownMigrations, folder, { recursive: true });
  fs.writeFileSync(path.join(folder, '9999-later.sql'), later);
  return folder;
}

/** Whether a trigger refuses it without a condition: as the standard's views tell it, and of conditions only to the owner. */
const keptFrom = (event: string, more = '') => `exists (
  select from information_schema.triggers it
  where (it.event_object_schema, it.event_object_table, it.event_manipulation) = (t.table_schema, t.table_name, '${event}')
    and it.action_statement like '%platform.refuse_change()' and it.action_condition is null ${more})`;
const triggeredColumns = `select u.event_object_column from information_schema.triggered_update_columns u
  where (u.trigger_schema, u.event_object_table, u.trigger_name) = (it.trigger_schema, it.event_object_table, it.trigger_name)`;
const isColumnOf = `and (not exists (${triggeredColumns}) or c.column_name in (${triggeredColumns}))`;
const ourTables = `(select table_schema, table_name, format('%I.%I', table_schema, table_name) as name from information_schema.tables
  where table_schema not in ('public', 'information_schema', 'pg_catalog', 'pgboss') and table_type = 'BASE TABLE') t`;
const may = (right: string) => `has_table_privilege('lastmile_program', t.name, '${right}')`;

test('what triggers keep for ever the program has no right to rewrite, and all else it may, also in tables that come later', async () => {
  const database = await openClone();
  await migrate(
    database.pool,
    migrationsAnd(`create schema later;
      create table later.kept (note text); select platform.make_append_only('later.kept');
      create table later.free (id bigint generated always as identity, note text)`),
  );
  const ask = (question: string) => asOwner(database.pool, async (owner) => (await owner.query(question)).rows);
  const tables = await ask(
    `select t.name, ${keptFrom('DELETE')} as "isKept", not ${may('delete')} as "isRefused",
       ${may('select')} and ${may('insert')} as "isUsable", ${may('truncate')} as "isEmptied" from ${ourTables} order by 1`,
  );
  for (const { name, isKept, ...rights } of tables)
    expect([name, rights]).toEqual([name, { isRefused: isKept, isUsable: true, isEmptied: false }]);
  const columns = await ask(
    `select t.name || '.' || c.column_name as name, ${keptFrom('UPDATE', isColumnOf)} as "isKept",
       not has_column_privilege('lastmile_program', t.name, c.column_name, 'update') as "isRefused"
     from ${ourTables} join information_schema.columns c using (table_schema, table_name)
     where c.is_generated = 'NEVER' and c.identity_generation is distinct from 'ALWAYS' order by 1`,
  );
  for (const { name, isKept, isRefused } of columns) expect([name, isRefused]).toEqual([name, isKept]);

  const kept = [...tables, ...columns].filter(({ isKept }) => isKept).map(({ name }) => name);
  expect(kept).toEqual(expect.arrayContaining(['later.kept', 'ledger.postings', 'billing.payments.amount_minor']));
  for (const free of ['later.free', 'billing.payments.allocated_minor']) expect(kept).not.toContain(free);
  for (const statement of [
    'delete from later.kept',
    `update billing.payments set amount_minor = 1`,
    'truncate later.free',
  ])
    await expect(database.pool.query(statement)).rejects.toThrow(/^permission denied/);
  await database.pool.query(
    'insert into later.free (note) values (1); update later.free set note = 2; delete from later.free',
  );
});

test('the program makes and drops nothing, and its owner does', async () => {
  const database = await openClone();
  expect(await whoWorks(database.pool)).toEqual({ name: 'lastmile_program', isOwner: false });
  for (const statement of [
    'create table billing.mine (id int)',
    'drop table billing.allocations',
    'alter table ledger.postings disable trigger append_only',
    'set session_replication_role = replica',
  ])
    await expect(database.pool.query(statement)).rejects.toThrow(/permission denied|must be owner/);
  await asOwner(database.pool, (owner) => owner.query('create table billing.mine (id int)'));
});

test('a user who may make no role goes on as himself, is refused by the triggers, and takes the role when he is given it', async () => {
  const clone = await createTestDatabase();
  const name = `office_${crypto.randomUUID().replaceAll('-', '')}`;
  const superuser = new pg.Pool({ connectionString: clone.url, max: 1 });
  await superuser.query(`create role ${name} login password 'a password'`);
  await superuser.query(`create database ${name} owner ${name}`);
  const own = new URL(clone.url.replace(/\/[^/?]+\?/, `/${name}?`));
  own.username = name;
  own.password = 'a password';
  let database = openDatabase(own.href, systemClock);
  onTestFinished(async () => {
    await database.pool.end();
    await superuser.query(`drop database ${name}`);
    await superuser.query(`drop role ${name}`);
    await superuser.end();
    await clone.drop();
  });

  await migrate(database.pool);
  expect(await whoWorks(database.pool)).toEqual({ name, isOwner: true });
  await expect(database.pool.query('truncate ledger.postings')).rejects.toThrow(/append-only/);

  await superuser.query(`grant lastmile_program to ${name}`);
  await database.pool.end();
  database = openDatabase(own.href, systemClock);
  await migrate(database.pool);
  expect(await whoWorks(database.pool)).toEqual({ name: 'lastmile_program', isOwner: false });
  await expect(database.pool.query('delete from ledger.postings')).rejects.toThrow(/permission denied/);
  expect((await database.pool.query('select from platform.connections()')).rowCount).toBeGreaterThan(0);
});
