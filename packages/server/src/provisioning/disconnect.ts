// A live command: the router first, then the act that records what happened.
import { audit } from '#audit/entries.ts';
import { type Actor, type Database, inTransaction, scopeOf } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import type { RouterConnections } from '#routers/connections.ts';
import { getRouter } from '#routers/routers.ts';
import { routerTrouble } from '#routers/trouble.ts';
import { routerosDriver } from './drivers/routeros.ts';
import { endSession, getLiveSession } from './sessions.ts';

export async function disconnectSession(
  database: Database,
  connections: RouterConnections,
  actor: Actor,
  sessionId: string,
): Promise<void> {
  const session = await getLiveSession(database.db, sessionId, scopeOf(actor));
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
