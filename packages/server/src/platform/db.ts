// The database: one pool, values as the program wants them, and the only place where transactions begin.

import type { Topic } from '@lastmile/contract/topics.ts';
import { type Kysely, Kysely as KyselyDatabase, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import type { Clock } from './clock.ts';
import { workAsProgram } from './program-role.ts';
import type { DB } from './tables.ts';

/** May read: the pool or a transaction. */
export type Db = Kysely<DB>;

/** What part of the provider somebody may see and touch. Limited to no location at all, that is nothing. */
export type Scope = 'everywhere' | { locationIds: readonly string[] };

export type Actor = {
  kind: 'staff' | 'schedule' | 'reconciler' | 'system';
  id: string | null;
  name: string;
  role?: string;
  /** From where he asks. */
  address?: string;
  /** The key that he lent to a program, by its name. */
  via?: string;
  /** The id of that key: what outlasts a request asks whether it still stands. */
  keyId?: string;
  /** Left out by the program's own parts: they work everywhere. */
  scope?: Scope;
};

export function scopeOf({ scope }: Actor): Scope {
  return scope ?? 'everywhere';
}

/**
 * May change: one open transaction and its circumstances. It holds no driver and no mailer, so an act cannot reach the
 * network.
 */
export type Work = {
  db: Transaction<DB>;
  actor: Actor;
  now: Temporal.Instant;
  /** Tells whoever listens, after the commit, that this thing changed. */
  announce(topic: Topic, id: string): void;
  /** Signs what must be known to come from this program. */
  signingKey?: Buffer | undefined;
};

/** A statement that took long, without its values. */
export type SlowStatement = {
  statement: string;
  count: number;
  slowestMs: number;
  totalMs: number;
  lastAt: Temporal.Instant;
};

export type Database = {
  pool: pg.Pool;
  db: Db;
  clock: Clock;
  /** The slowest first. */
  slowStatements: () => SlowStatement[];
  /** Set once the secret of the installation is read; what is written before is unsigned. */
  signingKey?: Buffer;
};

/** The channel of PostgreSQL's NOTIFY on which announcements travel. */
export const announcementChannel = 'lastmile';

const { builtins } = pg.types;
const ownTypes = new pg.TypeOverrides();
ownTypes.setTypeParser(builtins.INT8, BigInt);
ownTypes.setTypeParser(builtins.NUMERIC, (digits: string) => digits);
ownTypes.setTypeParser(builtins.DATE, (day: string) => Temporal.PlainDate.from(day));
ownTypes.setTypeParser(builtins.TIMESTAMPTZ, (text: string) => Temporal.Instant.from(text.replace(' ', 'T')));

// pg asks a parameter for its own text form by this name; without it a Temporal value would be sent as quoted JSON.
for (const kind of [Temporal.Instant, Temporal.PlainDate]) {
  Object.defineProperty(kind.prototype, 'toPostgres', {
    value(this: Temporal.Instant | Temporal.PlainDate) {
      return this.toString();
    },
    configurable: true,
  });
}

export function openDatabase(url: string, clock: Clock, size = 12): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    types: ownTypes,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 60_000,
    idle_in_transaction_session_timeout: 60_000,
    options: '-c TimeZone=UTC -c DateStyle=ISO',
    application_name: 'lastmile',
    onConnect: workAsProgram,
  });
  // Without a listener an idle connection that breaks would end the process; the pool replaces it by itself.
  pool.on('error', () => {});
  // The pool listens to idle connections only: one that breaks in the middle of a transaction is told by its next query.
  pool.on('connect', (client) => client.on('error', () => {}));
  const slow = rememberSlow(clock);
  const db = new KyselyDatabase<DB>({
    dialect: new PostgresDialect({ pool }),
    log: ({ query, queryDurationMillis }) => slow.add(query.sql, queryDurationMillis),
  });
  return { pool, db, clock, slowStatements: slow.list };
}

// A person at a page notices it from about here on.
const slowMs = 250;
const slowKept = 50;
const longestStatement = 1000;

/** The slow statements since the start: each text once, and of many the slowest. */
function rememberSlow(clock: Clock): { add(statement: string, tookMs: number): void; list(): SlowStatement[] } {
  const known = new Map<string, SlowStatement>();
  const list = () => [...known.values()].toSorted((one, other) => other.slowestMs - one.slowestMs);
  return {
    list,
    add(text, took) {
      if (took < slowMs) return;
      const statement = text.replace(/\s+/g, ' ').trim().slice(0, longestStatement);
      const tookMs = Math.round(took);
      const before = known.get(statement) ?? { statement, count: 0, slowestMs: 0, totalMs: 0 };
      known.set(statement, {
        statement,
        count: before.count + 1,
        slowestMs: Math.max(before.slowestMs, tookMs),
        totalMs: before.totalMs + tookMs,
        lastAt: clock.now(),
      });
      const [quickest] = list().slice(slowKept);
      if (quickest) known.delete(quickest.statement);
    },
  };
}

const retryable = new Set(['40001', '40P01']);
const maxTries = 3;

/**
 * Runs an act in one transaction: all of it happens or none. Begun only by edges (routes, jobs, long-lived parts).
 * Tried again when PostgreSQL gave it up for another transaction's sake (deadlock, serialization).
 */
export async function inTransaction<T>(database: Database, actor: Actor, act: (work: Work) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await runOnce(database, actor, act);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (attempt === maxTries || !retryable.has(code)) throw error;
    }
  }
}

function runOnce<T>(database: Database, actor: Actor, act: (work: Work) => Promise<T>): Promise<T> {
  return database.db.transaction().execute(async (transaction) => {
    const announced = new Map<Topic, Set<string>>();
    const result = await act({
      db: transaction,
      actor,
      now: database.clock.now(),
      signingKey: database.signingKey,
      announce: (topic, id) => announced.set(topic, (announced.get(topic) ?? new Set()).add(id)),
    });
    // NOTIFY is heard at the commit, and not at all after a rollback. More than a screenful is said as "look at all".
    if (announced.size > 0) await notify(transaction, announced);
    return result;
  });
}

// A batch over a hundred accounts still names the few routers that it is about.
const mostOfTopic = 100;

async function notify(db: Db, announced: Map<Topic, Set<string>>): Promise<void> {
  const said = [...announced].flatMap(([topic, ids]) =>
    ids.size <= mostOfTopic ? [...ids].map((id) => `${topic} ${id}`) : [`${topic} *`],
  );
  await sql`select pg_notify(${announcementChannel}, said) from unnest(${said}::text[]) as said`.execute(db);
}
