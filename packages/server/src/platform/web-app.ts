// Serves the built web app: hashed files for a year, and its page for every address that is not a file or an API path.
import fs from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply } from 'fastify';
import { DomainError } from './errors.ts';
import type { Http } from './http.ts';

export function serveWebApp(http: Http, folder: string): void {
  const page = path.join(folder, 'index.html');
  if (!fs.existsSync(page)) http.app.log.warn(`the web app is not built: ${page} is missing`);
  http.app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, permission: 'public' };
    });
    await scope.register(fastifyStatic, {
      root: folder,
      index: false,
      setHeaders: (reply, file) => {
        const isHashed = file.includes(`${path.sep}assets${path.sep}`);
        reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  });
  // The folder itself is not a file, so the static route would refuse it.
  http.app.get('/', { config: { permission: 'public' } }, async (_request, reply) => sendPage(reply, page));
  http.app.setNotFoundHandler(async (request, reply) => {
    const isPage =
      request.method === 'GET' && !/^\/(api|socket\.io|assets)(\/|$)/.test(request.url) && fs.existsSync(page);
    if (!isPage) throw new DomainError('not_found', { path: request.url.slice(0, 200) });
    return sendPage(reply, page);
  });
}

function sendPage(reply: FastifyReply, page: string): FastifyReply {
  if (!fs.existsSync(page)) throw new DomainError('not_found', { path: '/' });
  return reply.header('cache-control', 'no-cache').type('text/html').send(fs.createReadStream(page));
}
