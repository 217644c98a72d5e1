// Locks between server processes, held by one connection to the database: a process that dies lets go of all of them at once.
import pg from 'pg';
import type { Log } from './log.ts';

export type Locks = {
  /** Tries to take a lock, and keeps it; true also when it is ours already. */
  take(name: string): Promise<boolean>;
  release(name: string): Promise<void>;
  /** Calls the listener when all locks are lost: another process may have them from now on. */
  onLost(listener: () => void): void;
  stop(): Promise<void>;
};

export function createLocks(url: string, log: Log): Locks {
  const held = new Set<string>();
  const listeners: (() => void)[] = [];
  let connection: Promise<pg.Client> | undefined;
  let isStopped = false;
  let last: Promise<unknown> = Promise.resolve();

  async function connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: url,
      application_name: 'lastmile locks',
      keepAlive: true,
      // A machine that loses its power says no goodbye: PostgreSQL is to notice within 25 s, not within two hours.
      options: '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3',
    });
    client.on('error', () => {});
    client.once('end', () => {
      held.clear();
      connection = undefined;
      if (isStopped) return;
      log.warn('lost the locks of this process: they are taken again');
      for (const listener of listeners) listener();
    });
    await client.connect();
    return client;
  }

  async function client(): Promise<pg.Client> {
    connection ??= connect().catch((error: unknown) => {
      connection = undefined;
      throw error;
    });
    return connection;
  }

  /** One question at a time: a connection of PostgreSQL has no more than one conversation. */
  function ask(statement: string, name: string): Promise<boolean> {
    const answer = last.then(async () => {
      const { rows } = await (await client()).query(statement, [name]);
      return Boolean(rows[0]?.done);
    });
    last = answer.catch(() => {});
    return answer;
  }

  return {
    async take(name) {
      if (held.has(name)) return true;
      if (isStopped) return false;
      const isTaken = await ask('select pg_try_advisory_lock(hashtextextended($1, 0)) as done', name);
      if (isTaken) held.add(name);
      return isTaken;
    },
    async release(name) {
      if (!held.delete(name)) return;
      await ask('select pg_advisory_unlock(hashtextextended($1, 0)) as done', name);
    },
    onLost(listener) {
      listeners.push(listener);
    },
    async stop() {
      isStopped = true;
      await (await connection?.catch(() => undefined))?.end();
    },
  };
}
