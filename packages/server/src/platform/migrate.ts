// Brings a database to the shape this program needs: plain SQL files in order, each once, each in its own transaction.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type pg from 'pg';
import { asOwner, giveRights } from './program-role.ts';

export const ownMigrations = path.join(import.meta.dirname, '../../migrations');

// Any number will do, as long as every process of ours takes the same one.
const migrationLock = 727_274;

const fileName = /^\d{4}-[a-z0-9-]+\.sql$/;

type Migration = { name: string; text: string; sha256: string };

/** Applies what is missing and returns the names of what it applied. */
export async function migrate(pool: pg.Pool, folder: string = ownMigrations): Promise<string[]> {
  const known = readMigrations(folder);
  return asOwner(pool, async (client) => {
    // Two servers may start at once on one database: the second waits here, and then finds nothing to do.
    await client.query('select pg_advisory_lock($1)', [migrationLock]);
    try {
      await client.query(`
        create table if not exists public.schema_migrations (
          name text primary key,
          sha256 text not null,
          applied_at timestamptz not null default now()
        )`);
      const missing = missingMigrations(known, await appliedMigrations(client));
      for (const migration of missing) await apply(client, migration);
      await giveRights(client, missing.length > 0);
      return missing.map(({ name }) => name);
    } finally {
      await client.query('select pg_advisory_unlock($1)', [migrationLock]);
    }
  });
}

/** The names of the migrations that this program brings and the database has not had. */
export async function pendingMigrations(pool: pg.Pool, folder: string = ownMigrations): Promise<string[]> {
  const known = readMigrations(folder);
  const exists = await pool.query(`select to_regclass('public.schema_migrations') is not null as it`);
  const applied = exists.rows[0]?.it ? await appliedMigrations(pool) : new Map<string, string>();
  return missingMigrations(known, applied).map(({ name }) => name);
}

function readMigrations(folder: string): Migration[] {
  const names = fs.readdirSync(folder).filter((name) => name.endsWith('.sql'));
  const numbers = new Set<string>();
  return names.sort().map((name) => {
    if (!fileName.test(name)) throw new Error(`migration ${name}: the name must read like 0007-voucher-shifts.sql`);
    const number = name.slice(0, 4);
    if (numbers.has(number)) throw new Error(`migration ${name}: the number ${number} is taken twice`);
    numbers.add(number);
    const text = fs.readFileSync(path.join(folder, name), 'utf8');
    return { name, text, sha256: createHash('sha256').update(text).digest('hex') };
  });
}

async function appliedMigrations(db: pg.Pool | pg.PoolClient): Promise<Map<string, string>> {
  const found = await db.query<{ name: string; sha256: string }>('select name, sha256 from public.schema_migrations');
  return new Map(found.rows.map(({ name, sha256 }) => [name, sha256]));
}

function missingMigrations(known: Migration[], applied: Map<string, string>): Migration[] {
  const names = new Set(known.map(({ name }) => name));
  const strangers = [...applied.keys()].filter((name) => !names.has(name)).sort();
  if (strangers.length > 0) {
    throw new Error(
      `the database is newer than this program: it has had ${strangers.join(', ')}, which is not known here. ` +
        'Start the newer version, or restore a backup from before the update',
    );
  }
  for (const { name, sha256 } of known) {
    const before = applied.get(name);
    if (before !== undefined && before !== sha256) {
      throw new Error(`migration ${name} was changed after it was applied: write a new one instead`);
    }
  }
  return known.filter(({ name }) => !applied.has(name));
}

async function apply(client: pg.PoolClient, { name, text, sha256 }: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(text);
    await client.query('insert into public.schema_migrations (name, sha256) values ($1, $2)', [name, sha256]);
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback');
    throw new Error(`migration ${name}: ${(cause as Error).message}`, { cause });
  }
}
