// OpenAPI 3.1 from the endpoints, in their form on the wire (digits for money, texts for dates).
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { Endpoint, EndpointRecord } from '@lastmile/contract/endpoint.ts';
import { Problem } from '@lastmile/contract/errors.ts';
import { z } from 'zod';
import type { Http } from './http.ts';

type JsonSchema = Record<string, unknown>;

const schemaOptions = { io: 'input', target: 'draft-2020-12', unrepresentable: 'any' } as const;

export function openApiDocument(endpoints: EndpointRecord, title: string, version: string): JsonSchema {
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const [key, endpoint] of Object.entries(endpoints)) {
    const [method = '', url = ''] = key.split(' ');
    const template = url.replace(/:(\w+)/g, '{$1}');
    paths[template] ??= {};
    paths[template][method.toLowerCase()] = operation(endpoint, url);
  }
  return {
    openapi: '3.1.0',
    info: {
      title,
      version,
      description: 'Sign in with POST /api/auth/signin and kind "token", then send the token as a bearer token.',
    },
    paths,
    components: {
      schemas: componentSchemas(),
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function operation(endpoint: Endpoint, url: string): JsonSchema {
  const status = endpoint.status ?? (endpoint.reply ? 200 : 204);
  return {
    operationId: endpoint.name,
    summary: endpoint.summary,
    tags: [url.split('/')[2]],
    ...(endpoint.permission === 'public' ? {} : { security: [{ token: [] }] }),
    'x-permission': endpoint.permission,
    ...(endpoint.needsEverywhere ? { 'x-needs-everywhere': true } : {}),
    ...(endpoint.isDangerous ? { 'x-dangerous': true } : {}),
    parameters: [...parametersOf('path', endpoint.params), ...parametersOf('query', endpoint.query)],
    ...(endpoint.body
      ? { requestBody: { required: !endpoint.body.isOptional(), content: json(schemaOf(endpoint.body)) } }
      : {}),
    responses: {
      [status]: { description: 'Done.', ...(endpoint.reply ? { content: json(schemaOf(endpoint.reply)) } : {}) },
      default: { description: 'Refused: the code says why.', content: json({ $ref: '#/components/schemas/Problem' }) },
    },
  };
}

function json(schema: JsonSchema): JsonSchema {
  return { 'application/json': { schema } };
}

function parametersOf(place: 'path' | 'query', shape: z.ZodObject | undefined): JsonSchema[] {
  if (!shape) return [];
  const { properties = {}, required = [] } = schemaOf(shape) as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema,
  }));
}

/** A shape with a name becomes a reference; what is nested with a name, too. */
function schemaOf(shape: z.ZodType): JsonSchema {
  const { $schema, $defs, ...schema } = z.toJSONSchema(shape, {
    ...schemaOptions,
    uri: (id: string) => id,
  } as never) as JsonSchema;
  const id = shape.meta()?.id;
  const plain = id ? { $ref: `#/components/schemas/${id}` } : schema;
  return JSON.parse(JSON.stringify(plain).replaceAll('"#/$defs/', '"#/components/schemas/')) as JsonSchema;
}

function componentSchemas(): JsonSchema {
  Problem.meta();
  const { schemas } = z.toJSONSchema(z.globalRegistry, {
    ...schemaOptions,
    uri: (id: string) => `#/components/schemas/${id}`,
  } as never) as unknown as { schemas: Record<string, JsonSchema> };
  return Object.fromEntries(Object.entries(schemas).map(([id, { $schema, $id, ...schema }]) => [id, schema]));
}

/** Serves the document at /api/openapi.json and a page to read it at /api/docs. */
export function serveDocumentation(http: Http, title: string, version: string): void {
  let document: string | undefined;
  const config = { permission: 'public' } as const;
  http.app.get('/api/openapi.json', { config }, async (_request, reply) => {
    document ??= JSON.stringify(openApiDocument(http.endpoints, title, version));
    return reply.type('application/json').send(document);
  });
  const files = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  http.app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, ...config };
    });
    await scope.register(fastifyStatic, {
      root: files,
      prefix: '/api/docs/files/',
      decorateReply: false,
      index: false,
    });
  });
  http.app.get('/api/docs', { config }, async (_request, reply) => reply.type('text/html').send(docsPage(title)));
  http.app.get('/api/docs/start.js', { config }, async (_request, reply) =>
    reply.type('text/javascript').send(docsScript),
  );
  if (!fs.existsSync(path.join(files, 'swagger-ui-bundle.js')))
    throw new Error(`the documentation's files are missing in ${files}`);
}

function docsPage(title: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title} API</title>
<link rel="stylesheet" href="/api/docs/files/swagger-ui.css"></head><body><div id="docs"></div>
<script src="/api/docs/files/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script></body></html>`;
}

const docsScript = `SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#docs', deepLinking: true });`;
