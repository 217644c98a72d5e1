// A live command: the router first, then the act that records what happened.
import type { ErrorCode } from '@lastmile/contract/errors.ts';
import { audit } from '#audit/entries.ts';
import { type Actor, type Database, type Db, inTransaction, scopeOf } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import type { RouterConnections } from '#routers/connections.ts';
import { getRouter } from '#routers/routers.ts';
import { routerTrouble } from '#routers/trouble.ts';
import { routerosDriver } from './drivers/routeros.ts';
import { endSession, getLiveSession, type SessionRef } from './sessions.ts';

export async function disconnectSession(
  database: Database,
  connections: RouterConnections,
  actor: Actor,
  sessionId: string,
): Promise<void> {
  await drop(database, connections, actor, await getLiveSession(database.db, sessionId, scopeOf(actor)));
}

async function drop(
  database: Database,
  connections: RouterConnections,
  actor: Actor,
  session: SessionRef,
): Promise<void> {
  const router = await getRouter(database.db, session.routerId, scopeOf(actor));
  if (router.mode === 'observe')
    throw new DomainError(
      'router_not_managed',
      { router: router.label },
      'this router is only observed, so nobody can be disconnected on it',
    );
  try {
    await routerosDriver(await connections.get(router)).disconnect(session.routerKey);
  } catch (error) {
    const trouble = routerTrouble(error);
    const code =
      trouble.state === 'unreachable'
        ? 'router_unreachable'
        : trouble.state === 'login_refused'
          ? 'router_login_refused'
          : 'router_rejected';
    throw new DomainError(code, { router: router.label }, trouble.message);
  }
  await inTransaction(database, actor, async (work) => {
    await endSession(work, session.id);
    await audit(
      work,
      'session.disconnected',
      session.customerId ? [session.customerId, session.routerId] : [session.routerId],
      { accountName: session.accountName },
    );
  });
}

/** Of all accounts that some customers have or had. */
export async function listSessionIdsOf(
  db: Db,
  customerIds: readonly string[],
): Promise<{ id: string; customerId: string }[]> {
  return db
    .selectFrom('provisioning.sessions as session')
    .innerJoin('provisioning.accounts as account', 'account.id', 'session.account_id')
    .select(['session.id', 'account.customer_id as customerId'])
    .where('account.customer_id', 'in', customerIds)
    .where('session.ended_at', 'is', null)
    .execute();
}

export type Dropped = {
  sessionId: string;
  refusal: { code: ErrorCode; message: string } | null;
};

// A router is asked one thing after another, and this many routers at once.
const routersAtOnce = 8;

/** Drops several, each with its own result. A router that fails once is not asked for its others: they would wait in vain. */
export async function disconnectSessions(
  database: Database,
  connections: RouterConnections,
  actor: Actor,
  sessionIds: readonly string[],
): Promise<Dropped[]> {
  const results = new Map<string, Dropped>();
  const sessions: SessionRef[] = [];
  for (const sessionId of new Set(sessionIds)) {
    try {
      sessions.push(await getLiveSession(database.db, sessionId, scopeOf(actor)));
    } catch (error) {
      results.set(sessionId, { sessionId, refusal: refusalOf(error) });
    }
  }
  const queues = [...Map.groupBy(sessions, ({ routerId }) => routerId).values()];
  const dropOnOneRouter = async (queue: readonly SessionRef[]) => {
    let broken: Dropped['refusal'] = null;
    for (const session of queue) {
      const refusal: Dropped['refusal'] =
        broken ?? (await drop(database, connections, actor, session).then(() => null, refusalOf));
      if (refusal && refusal.code !== 'session_not_found') broken = refusal;
      results.set(session.id, { sessionId: session.id, refusal });
    }
  };
  const workers = Array.from({ length: Math.min(routersAtOnce, queues.length) }, async () => {
    for (let queue = queues.shift(); queue; queue = queues.shift()) await dropOnOneRouter(queue);
  });
  await Promise.all(workers);
  return [...new Set(sessionIds)].flatMap((id) => results.get(id) ?? []);
}

function refusalOf(error: unknown): { code: ErrorCode; message: string } {
  if (error instanceof DomainError) return { code: error.code, message: error.message };
  throw error;
}
