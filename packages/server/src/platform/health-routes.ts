// For whoever watches over the process: is it alive, and can it do its work?
import type { Http } from './http.ts';
import { pendingMigrations } from './migrate.ts';

export function healthRoutes(http: Http): void {
  const config = { permission: 'public' } as const;
  http.app.get('/healthz', { config }, async () => ({ status: 'ok' }));
  http.app.get('/readyz', { config }, async (_request, reply) => {
    const trouble = await findTrouble(http);
    return reply.code(trouble ? 503 : 200).send(trouble ? { status: 'not ready', reason: trouble } : { status: 'ok' });
  });
}

async function findTrouble(http: Http): Promise<string | undefined> {
  try {
    const pending = await pendingMigrations(http.database.pool);
    return pending.length > 0 ? `migrations are missing: ${pending.join(', ')}` : undefined;
  } catch (error) {
    // What the migrations object to says what to do; what a driver says may name hosts and users.
    const isOurs = error instanceof Error && error.message.includes('migration');
    return isOurs ? error.message : 'the database does not answer';
  }
}
