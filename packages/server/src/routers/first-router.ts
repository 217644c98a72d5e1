// Settings in the environment may name a router to begin with. They are heard once: afterwards the pages say what is so.
import { sql } from 'kysely';
import { type Actor, type Database, type Db, inTransaction } from '#platform/db.ts';
import type { Sealer } from '#platform/secrets.ts';
import type { RouterConnections } from './connections.ts';
import { recordTrouble } from './health.ts';
import { addRouter, newRouterId } from './routers.ts';

const setup: Actor = { kind: 'system', id: null, name: 'setup' };
const encryptedPort = 8729;

export type FirstRouter = { host: string; port: number; username: string; password: string };

/** Also one that was removed counts: a router that somebody took away does not come back at the next start. */
export async function addFirstRouter(
  database: Database,
  sealer: Sealer,
  connections: RouterConnections,
  router: FirstRouter,
): Promise<void> {
  if (await hasEverHadRouter(database.db)) return;
  const tls = router.port === encryptedPort ? ('anonymous' as const) : ('off' as const);
  const access = { ...router, tls, fingerprint: null };
  const probe = await connections.probe(access);
  // A router that has subscribers, or that we cannot ask, is only observed until somebody decides.
  const mode = probe.ok && probe.facts.secretCount === 0 ? ('manage' as const) : ('observe' as const);
  const label = (probe.ok && probe.facts.identity) || router.host;
  const id = newRouterId();
  await inTransaction(database, setup, async (work) => {
    // Two processes may start at once.
    await sql`lock table routers.routers in share row exclusive mode`.execute(work.db);
    if (await hasEverHadRouter(work.db)) return;
    await addRouter(work, sealer, id, { ...access, label: label.slice(0, 80), mode });
    if (!probe.ok) await recordTrouble(work, id, probe.trouble);
  });
}

async function hasEverHadRouter(db: Db): Promise<boolean> {
  return (await db.selectFrom('routers.routers').select('id').limit(1).executeTakeFirst()) !== undefined;
}
