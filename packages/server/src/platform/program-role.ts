// The program works as a role without a login, which may not rewrite what is kept for ever. The owner, as whom it connects, makes
// the tables and the backups.
import type pg from 'pg';

export const programRole = 'lastmile_program';

type Connection = Pick<pg.ClientBase, 'query'>;

// Before PostgreSQL 16 every member of a role may become it.
const usable = `rolname = $1 and has_schema_privilege(oid, to_regnamespace('platform'), 'usage')
  and pg_has_role(oid, case when current_setting('server_version_num')::int < 160000 then 'member' else 'set' end)`;

/** Of each new connection. Where the database has no such role, or not for this user, it stays its user's. */
export async function workAsProgram(connection: Connection): Promise<void> {
  await connection.query(`select set_config('role', rolname, false) from pg_roles where ${usable}`, [programRole]);
}

/** As owner where it was given no role: then nothing but the triggers refuses to rewrite what is kept. */
export async function whoWorks(pool: pg.Pool): Promise<{ name: string; isOwner: boolean }> {
  const { rows } = await pool.query(`select current_user as name, current_user <> $1 as "isOwner"`, [programRole]);
  return rows[0];
}

/** For what only the owner may do, however long it takes. */
export async function asOwner<T>(pool: pg.Pool, deed: (owner: pg.PoolClient) => Promise<T>): Promise<T> {
  const owner = await pool.connect();
  try {
    await owner.query('set role none; set statement_timeout = 0');
    return await deed(owner);
  } finally {
    // Not given back: its settings are not those of the pool, and what it holds ends with it.
    owner.release(true);
  }
}

/** Makes the role where it may, and gives it its rights on what the migrations made. */
export async function giveRights(owner: Connection, isAnythingNew: boolean): Promise<void> {
  const { rows } = await owner.query(
    `select to_regprocedure('platform.give_rights()') is not null as "isKnown",
            exists (select from pg_roles where ${usable}) as "isUsable"`,
    [programRole],
  );
  if (rows[0].isKnown && (isAnythingNew || !rows[0].isUsable)) await owner.query('select platform.give_rights()');
}
