// The HTTP edge: one Fastify server, and `mount`, which turns a room's endpoints into checked routes.
import type { IncomingMessage } from 'node:http';
import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import type { Access, Endpoint, EndpointRecord, Parsed, Replied } from '@lastmile/contract/endpoint.ts';
import type { Permission } from '@lastmile/contract/permissions.ts';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RouteOptions,
} from 'fastify';
import { z } from 'zod';
import { type Actor, type Database, type Db, inTransaction, type Scope, scopeOf, type Work } from './db.ts';
import { DomainError } from './errors.ts';
import { allowOrigins } from './foreign-origins.ts';
import { answerError, InputError } from './http-errors.ts';
import type { Log } from './log.ts';
import { type RequestClass, requestClassOf, requestLimits } from './request-limit-rules.ts';

/** Who calls, as the room that knows people says. */
export type Caller = {
  actor: Actor;
  permissions: ReadonlySet<Permission>;
  isPasswordChangeRequired: boolean;
  /** Must set up a second factor before anything else. */
  isSecondFactorRequired?: boolean;
  /** Gave the password a moment ago. */
  isConfirmed?: boolean;
  /** A program with a key: it has no session, and nothing of the person but his permissions. */
  isKey?: boolean;
  /** Which of the caller's sessions this is. */
  sessionHash: Buffer;
};

/** One request, for the few handlers that touch more than the database. */
export type Call = {
  database: Database;
  caller: Caller | undefined;
  actor: Actor;
  address: string;
  /** From this machine itself, and not through a proxy on it. */
  isLocal: boolean;
  agent: string;
  setSessionCookie(token: string | null, expiresAt?: Temporal.Instant): void;
};

export type Http = {
  app: FastifyInstance;
  database: Database;
  identify: (token: string, address: string) => Promise<Caller | undefined>;
  cookieName: string;
  isSecure: boolean;
  /** Every endpoint mounted, for OpenAPI and for the test that walks them. */
  endpoints: EndpointRecord;
  /** Every route there is, endpoint or not: the test that walks them wants a permission of each. */
  routes: RouteOptions[];
};

export type HttpOptions = {
  database: Database;
  log: Log;
  identify: Http['identify'];
  cookieName: string;
  publicUrl: string | undefined;
  /** Addresses and networks whose X-Forwarded-For is believed. */
  trustedProxies?: readonly string[];
  /** Other sites whose pages may ask with a bearer token. */
  allowedOrigins?: readonly string[];
  /** Requests a minute from one address, where they are not the usual ones. */
  requestLimits?: Partial<Record<RequestClass, number>>;
};

const maxBodyBytes = 1024 * 1024;

const anonymous: Actor = { kind: 'system', id: null, name: 'nobody', scope: { locationIds: [] } };

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | undefined;
  }
  interface FastifyContextConfig {
    permission?: Access;
    needsEverywhere?: boolean;
    isDangerous?: boolean;
    isEndpoint?: boolean;
  }
}

export async function createHttp(options: HttpOptions): Promise<Http> {
  const app: FastifyInstance = Fastify({
    loggerInstance: options.log.child(
      {},
      { level: options.log.level === 'debug' ? 'debug' : 'warn' },
    ) as FastifyBaseLogger,
    bodyLimit: maxBodyBytes,
    // Anybody may write this header; only the proxies that the operator named are believed.
    trustProxy: options.trustedProxies?.length ? [...options.trustedProxies] : false,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 200 },
    requestTimeout: 60_000,
  });
  app.decorateRequest('caller', undefined);
  app.setErrorHandler(answerError);
  app.setValidatorCompiler(({ schema }) => validatorOf(schema as unknown as z.ZodType));
  app.setSerializerCompiler(({ schema }) => serializerOf(schema as unknown as z.ZodType));
  const isSecure = options.publicUrl?.startsWith('https:') ?? false;
  await app.register(cookie);
  await app.register(compress, { threshold: 2048 });
  await app.register(helmet, {
    contentSecurityPolicy: { directives: contentPolicy },
    hsts: isSecure,
    frameguard: { action: 'deny' },
  });
  const limits = { ...requestLimits, ...options.requestLimits };
  await app.register(rateLimit, {
    // Counted by the hook below, before anybody is looked up: a refused caller counts, too.
    global: false,
    max: (request) => limits[classOf(request)],
    timeWindow: 60_000,
    // A caller who has gone away has no address any more.
    keyGenerator: (request) => `${classOf(request)} ${request.ip ?? 'gone'}`,
    // The files of the web app cost nothing and come by the dozen. Everything that has a permission of its own is counted.
    allowList: (request) => !request.routeOptions.config?.isEndpoint && !request.url.startsWith('/api/'),
    errorResponseBuilder: (_request, context) =>
      new DomainError('too_many_requests', { retryAfterSeconds: Math.ceil(context.ttl / 1000) }),
  });
  const http: Http = {
    app,
    database: options.database,
    identify: options.identify,
    cookieName: options.cookieName,
    isSecure,
    endpoints: {},
    routes: [],
  };
  app.addHook('onRoute', (route) => {
    http.routes.push(route);
  });
  // First, so that a page is also told that it asks too often.
  allowOrigins(app, options.allowedOrigins ?? []);
  app.addHook('onRequest', app.rateLimit());
  app.addHook('onRequest', (request, reply) => admit(http, options.publicUrl, request, reply));
  return http;
}

function classOf({ method, routeOptions: { url, config } }: FastifyRequest): RequestClass {
  return requestClassOf({ method, url: url ?? '', permission: config?.permission });
}

const contentPolicy = {
  defaultSrc: ["'self'"],
  scriptSrc: ["'self'"],
  // Mantine sets style attributes.
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:', 'blob:'],
  connectSrc: ["'self'", 'ws:', 'wss:'],
  frameAncestors: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  objectSrc: ["'none'"],
  // On plain http in a private network this would break every file.
  upgradeInsecureRequests: null,
};

/** Finds out who calls, and lets him to the route or not. A route without a permission lets nobody in. */
async function admit(
  http: Http,
  publicUrl: string | undefined,
  request: FastifyRequest,
  _reply: FastifyReply,
): Promise<void> {
  const { permission, needsEverywhere, isDangerous } = request.routeOptions.config;
  refuseTokenInAddress(request);
  const token = tokenOf(http, request);
  if (token) request.caller = await http.identify(token.value, request.ip);
  if (token?.isCookie && request.method !== 'GET' && request.method !== 'HEAD') refuseForeignOrigin(request, publicUrl);
  if (request.is404 || permission === 'public') return;
  if (permission === undefined) throw new DomainError('forbidden', { route: request.routeOptions.url });
  const { caller } = request;
  if (!caller) throw new DomainError('signed_out');
  if (caller.isKey && (permission === 'password_change' || permission === 'signed_in' || isDangerous))
    throw new DomainError('not_for_keys');
  if (permission === 'password_change') return refuseUnconfirmed(caller, isDangerous);
  if (caller.isPasswordChangeRequired) throw new DomainError('password_change_required');
  if (caller.isSecondFactorRequired) throw new DomainError('second_factor_required');
  if (permission !== 'signed_in' && !caller.permissions.has(permission))
    throw new DomainError('forbidden', { permission });
  if (needsEverywhere && scopeOf(caller.actor) !== 'everywhere') throw new DomainError('limited_to_locations');
  refuseUnconfirmed(caller, isDangerous);
}

function refuseUnconfirmed(caller: Caller, isDangerous: boolean | undefined): void {
  if (isDangerous && !caller.isConfirmed) throw new DomainError('sign_in_again');
}

/** Addresses end up in logs, histories and other sites' Referer. */
function refuseTokenInAddress({ query }: FastifyRequest): void {
  const names = Object.keys((query as Record<string, unknown>) ?? {});
  const odd = names.find((name) =>
    /^(access_?token|token|api_?key|auth(orization)?|password|secret|session)$/i.test(name),
  );
  if (odd) throw new DomainError('token_in_address', { parameter: odd });
}

function tokenOf(http: Http, request: FastifyRequest): { value: string; isCookie: boolean } | undefined {
  const bearer = /^Bearer (\S{1,200})$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer) return { value: bearer, isCookie: false };
  const value = request.cookies[http.cookieName];
  return value ? { value, isCookie: true } : undefined;
}

/** Another site must not use the cookie of somebody who is signed in here. */
function refuseForeignOrigin(request: FastifyRequest, publicUrl: string | undefined): void {
  const { origin } = request.headers;
  if (origin === undefined || origin === publicUrl) return;
  if (URL.canParse(origin) && new URL(origin).host === request.headers.host) return;
  throw new DomainError('origin_refused', { origin });
}

/** The session token in the cookies of a plain Node request: for Socket.IO, whose handshake does not pass Fastify. */
export function cookieTokenOf(http: Http, request: IncomingMessage): string | undefined {
  return http.app.parseCookie(request.headers.cookie ?? '')[http.cookieName];
}

type Handler<E> =
  | {
      /** Reads from the database, no more than the scope of the one who asks, and what else he may see. */ read: (
        db: Db,
        input: Parsed<E>,
        scope: Scope,
        may: (permission: Permission) => boolean,
      ) => Promise<Replied<E>>;
    }
  | { /** Changes rows, in one transaction. */ act: (work: Work, input: Parsed<E>) => Promise<Replied<E>> }
  | {
      /** Touches the network or the caller's session; begins its transactions itself. */ live: (
        call: Call,
        input: Parsed<E>,
      ) => Promise<Replied<E>>;
    };

/** Mounts a room's endpoints. Each must have a handler: a missing one does not compile. */
export function mount<R extends EndpointRecord>(
  http: Http,
  endpoints: R,
  handlers: { [K in keyof R]: Handler<R[K]> },
): void {
  for (const [key, endpoint] of Object.entries(endpoints)) {
    const [method, url] = key.split(' ') as ['GET' | 'POST' | 'PUT' | 'DELETE', string];
    const handler = handlers[key as keyof R] as unknown as Handler<AnyEndpoint>;
    http.endpoints[key as keyof EndpointRecord] = endpoint;
    const status = endpoint.status ?? (endpoint.reply ? 200 : 204);
    http.app.route({
      method,
      url,
      config: {
        permission: endpoint.permission,
        needsEverywhere: endpoint.needsEverywhere ?? false,
        isDangerous: endpoint.isDangerous ?? false,
        isEndpoint: true,
      },
      ...(endpoint.mostBodyBytes ? { bodyLimit: endpoint.mostBodyBytes } : {}),
      schema: schemaOf(endpoint, status),
      preValidation: takeIdempotencyKey(endpoint),
      handler: async (request, reply) => {
        const input = { params: request.params, query: request.query, body: request.body } as Parsed<AnyEndpoint>;
        const result = await answer(http, handler, input, callOf(http, request, reply));
        return reply.code(status).send(result ?? undefined);
      },
    });
  }
}

/** `Idempotency-Key` of the headers is the field of that name, where an endpoint has one. */
function takeIdempotencyKey({ body }: Endpoint): (request: FastifyRequest) => Promise<void> {
  const isTaken = body instanceof z.ZodObject && 'idempotencyKey' in body.shape;
  return async (request) => {
    const key = request.headers['idempotency-key'];
    const sent = request.body;
    if (!isTaken || typeof key !== 'string' || typeof sent !== 'object' || sent === null) return;
    if (!('idempotencyKey' in sent)) Object.assign(sent, { idempotencyKey: key });
  };
}

type AnyEndpoint = Endpoint & { params: z.ZodObject; query: z.ZodObject; body: z.ZodType; reply: z.ZodType };

function schemaOf(endpoint: Endpoint, status: number): Record<string, unknown> {
  const { params, query, body, reply } = endpoint;
  return {
    ...(params ? { params } : {}),
    ...(query ? { querystring: query } : {}),
    ...(body ? { body } : {}),
    ...(reply ? { response: { [status]: reply } } : {}),
  };
}

function answer(http: Http, handler: Handler<AnyEndpoint>, input: Parsed<AnyEndpoint>, call: Call): Promise<unknown> {
  if ('read' in handler)
    return handler.read(
      http.database.db,
      input,
      scopeOf(call.actor),
      (permission) => call.caller?.permissions.has(permission) ?? false,
    );
  if ('act' in handler) return inTransaction(http.database, call.actor, (work) => handler.act(work, input));
  return handler.live(call, input);
}

const proxyHeaders = ['x-forwarded-for', 'forwarded', 'x-real-ip'];

/** From this machine itself: what a proxy on it forwards is not. */
export function isLocal(request: FastifyRequest): boolean {
  const isLoopback = /^(127\.|::1$|::ffff:127\.)/.test(request.ip);
  return isLoopback && !proxyHeaders.some((header) => header in request.headers);
}

function callOf(http: Http, request: FastifyRequest, reply: FastifyReply): Call {
  return {
    database: http.database,
    caller: request.caller,
    actor: { ...(request.caller?.actor ?? anonymous), address: request.ip },
    address: request.ip,
    isLocal: isLocal(request),
    agent: (request.headers['user-agent'] ?? '').slice(0, 300),
    setSessionCookie(token, expiresAt) {
      const attributes = { path: '/', httpOnly: true, sameSite: 'lax', secure: http.isSecure } as const;
      if (token === null) reply.clearCookie(http.cookieName, attributes);
      else
        reply.setCookie(http.cookieName, token, {
          ...attributes,
          expires: new Date(expiresAt?.epochMilliseconds ?? 0),
        });
    },
  };
}

function validatorOf(schema: z.ZodType): (data: unknown) => { value: unknown } | { error: Error } {
  return (data) => {
    const parsed = schema.safeParse(data ?? undefined);
    return parsed.success ? { value: parsed.data } : { error: new InputError(parsed.error) };
  };
}

/** Replies are encoded by their shape: what the contract does not name never leaves. */
function serializerOf(schema: z.ZodType): (data: unknown) => string {
  return (data) => JSON.stringify(z.encode(schema, data));
}
