// Pages of other sites that may ask the API: none, unless the operator names their origins (CORS). They ask with a bearer
// token. Credentials are never allowed, so a browser lends them nobody's cookie.
import type { FastifyInstance } from 'fastify';

// A browser asks again after this: an origin that is taken off the list is soon off.
const preflightSeconds = '600';

export function allowOrigins(app: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  app.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith('/api/')) return;
    // What is kept for one origin must not be handed to another.
    reply.header('vary', 'Origin');
    const { origin } = request.headers;
    if (origin === undefined || !origins.includes(origin)) return;
    reply.header('access-control-allow-origin', origin);
    reply.header('access-control-expose-headers', 'content-disposition, retry-after');
    if (request.method !== 'OPTIONS') return;
    return reply
      .header('access-control-allow-methods', 'GET, POST, PUT, DELETE')
      .header('access-control-allow-headers', 'authorization, content-type, idempotency-key')
      .header('access-control-max-age', preflightSeconds)
      .code(204)
      .send();
  });
}
