// Calls whose very bytes count, because they are signed. Nobody is signed in: whoever listens looks at the signature.
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import type { Http } from './http.ts';

export type RawCall = { body: Buffer; headers: IncomingHttpHeaders; params: Record<string, string>; address: string };

const mostBytes = 64 * 1024;

type RawRoute<Reply extends z.ZodType> = { reply: Reply; answer: (call: RawCall) => Promise<z.output<Reply>> };

export function mountRaw<Reply extends z.ZodType>(http: Http, url: string, route: RawRoute<Reply>): void {
  // In a scope of its own, for parsers hold for all routes beside them.
  http.app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'buffer', bodyLimit: mostBytes },
      (_request, body, done) => done(null, body),
    );
    scope.post(url, { config: { permission: 'public' }, bodyLimit: mostBytes }, async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const params = request.params as Record<string, string>;
      const result = await route.answer({ body, headers: request.headers, params, address: request.ip });
      return reply.type('application/json').serializer(JSON.stringify).send(z.encode(route.reply, result));
    });
  });
}
