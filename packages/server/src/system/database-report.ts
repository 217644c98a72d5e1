// What the database says of itself, for who looks after it.
import type { DatabaseReport } from '@lastmile/contract/system.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { type BackupPlace, isBackupUnderWay, listBackups } from '#platform/backups.ts';
import { type Actor, type Database, type Db, inTransaction } from '#platform/db.ts';
import { whoWorks } from '#platform/program-role.ts';

type Report = z.output<typeof DatabaseReport>;

export async function getDatabaseReport(
  database: Database,
  actor: Actor,
  backupPlace: BackupPlace | undefined,
): Promise<Report> {
  const { db, slowStatements } = database;
  const { rows } = await sql<{ version: string; bytes: string; startedAt: Temporal.Instant; most: string }>`
    select current_setting('server_version') as version, pg_database_size(current_database())::text as bytes,
           pg_postmaster_start_time() as "startedAt", current_setting('max_connections') as most`.execute(db);
  const [about] = rows;
  const tables = await inTransaction(database, actor, ({ db }) => listLargestTables(db)).catch(refuseAllButLock);
  return {
    version: about?.version ?? '',
    bytes: about?.bytes ?? '0',
    startedAt: about?.startedAt ?? Temporal.Instant.fromEpochMilliseconds(0),
    maxConnections: Number(about?.most ?? 0),
    areTablesLocked: tables === undefined,
    tables: tables ?? [],
    worksAs: await whoWorks(database.pool),
    connections: await countConnections(db),
    waits: await listWaits(db),
    slowStatements: slowStatements(),
    backups: backupPlace ? await describeBackups(database, backupPlace) : null,
  };
}

async function describeBackups({ pool }: Database, { dataDir, kept }: BackupPlace): Promise<Report['backups']> {
  const backups = await listBackups(dataDir);
  const [last] = backups;
  return {
    count: backups.length,
    kept,
    isUnderWay: await isBackupUnderWay(pool),
    last: last ? { name: last.name, madeAt: last.madeAt, bytes: String(last.bytes) } : null,
  };
}

/** Undefined where a table is held by somebody: PostgreSQL asks for each before it tells its size. */
function refuseAllButLock(error: unknown): undefined {
  if (!(error instanceof Error && 'code' in error && error.code === '55P03')) throw error;
}

const tablesShown = 20;

async function listLargestTables(db: Db): Promise<Report['tables']> {
  await sql`set local lock_timeout = '500ms'`.execute(db);
  const { rows } = await sql<Report['tables'][number]>`
    select namespace.nspname || '.' || class.relname as name, pg_total_relation_size(class.oid)::text as bytes,
           pg_indexes_size(class.oid)::text as "indexBytes", coalesce(stat.n_live_tup, 0)::text as "rowCount",
           stat.last_autovacuum as "vacuumedAt"
    from pg_class class
    join pg_namespace namespace on namespace.oid = class.relnamespace
    left join pg_stat_all_tables stat on stat.relid = class.oid
    where class.relkind = 'r' and namespace.nspname not in ('pg_catalog', 'information_schema')
    order by pg_total_relation_size(class.oid) desc, name limit ${tablesShown}`.execute(db);
  return rows;
}

async function countConnections(db: Db): Promise<Report['connections']> {
  const { rows } = await sql<Report['connections'][number]>`
    select coalesce(nullif(application, ''), 'unnamed') as application, coalesce(state, 'unknown') as state, count(*)::integer as count
    from platform.connections() group by 1, 2 order by count desc, 1, 2 limit 50`.execute(db);
  return rows;
}

/** Who waits for a lock, and for whom. The texts are those of prepared statements: values are not in them. */
async function listWaits(db: Db): Promise<Report['waits']> {
  const { rows } = await sql<Report['waits'][number]>`
    select pid, coalesce(wait_event, '') as "waitsFor", pg_blocking_pids(pid) as "blockedBy", left(statement, 300) as statement,
           greatest(0, extract(epoch from clock_timestamp() - statement_started_at))::integer as seconds
    from platform.connections() where cardinality(pg_blocking_pids(pid)) > 0 order by statement_started_at limit 50`.execute(
    db,
  );
  return rows;
}
