// Every route x every role x own or other place: what happens is what the table of permissions and a person's limits say.
// Nothing that is asked here is kept, for every transaction ends in a rollback: so each question meets the same two places.
import { type Permission, type Role, rolePermissions, roles } from '@lastmile/contract/permissions.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../src/platform/clock.ts';
import { type Database, openDatabase } from '../src/platform/db.ts';
import type { Http } from '../src/platform/http.ts';
import { createTestRoutes } from './bare-routes.test-support.ts';
import { leastBodies } from './least-bodies.test-support.ts';
import { exampleOf, resolveSchema } from './openapi-example.test-support.ts';
import { addressIn, furnish, idsIn, limitedTwin, type Place, placeless, tracesOf } from './places.test-support.ts';
import { planNamed } from './provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from './running.ts';

type Route = { route: string; permission: string; needsEverywhere: boolean; parameters: string[]; body: Loose };
type Person = { role: Role; isLimited: boolean };
type Reply = { status: number; code: string | undefined; text: string };

let running: Running & { close(): Promise<void> };
let unkept: Http;
let document: Loose;
let routes: Route[];
let here: Place;
let elsewhere: Place;
const tokens = new Map<string, string>();

beforeAll(async () => {
  running = await openTestLastmile();
  const { id: planId } = await planNamed(running, 'Basic');
  here = { ...(await furnish(running, 'Here')), planId };
  elsewhere = await furnish(running, 'Elsewhere');
  for (const role of roles) await addPeople(role);
  unkept = await createTestRoutes(withoutCommits(openDatabase(running.databaseUrl, systemClock)));
  await unkept.app.ready();
  document = (await running.stranger('GET /api/openapi.json')).body;
  routes = [...promisedRoutes(), ...fileRoutes()];
});

afterAll(async () => {
  await unkept.app.close();
  await unkept.database.pool.end();
  await running.close();
});

const nameOf = ({ role, isLimited }: Person) => (isLimited ? `limited-${role}` : `the-${role}`);

/** Of each role one who sees everything and one who is limited to the place that is here. */
async function addPeople(role: Role): Promise<void> {
  await running.callerWithRole(role);
  const [everywhere, limited] = [false, true].map((isLimited) => nameOf({ role, isLimited })) as [string, string];
  await limitedTwin(running, everywhere, limited, here.locationId ?? '');
  for (const name of [everywhere, limited]) {
    tokens.set(name, await running.tokenOf(name));
  }
}

/** The database, but for its memory. */
function withoutCommits(database: Database): Database {
  database.pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...given: unknown[]) => Promise<object>;
    const asked = (...given: unknown[]) =>
      given[0] === 'commit'
        ? query('rollback').then((done) => ({ ...done, rows: [], command: 'COMMIT' }))
        : query(...given);
    Object.assign(client, { query: asked });
  });
  return database;
}

function promisedRoutes(): Route[] {
  return Object.entries<Loose>(document.paths).flatMap(([path, methods]) =>
    Object.entries<Loose>(methods).map(([method, operation]) => ({
      route: `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
      permission: operation['x-permission'],
      needsEverywhere: operation['x-needs-everywhere'] ?? false,
      parameters: operation.parameters.flatMap((parameter: Loose) => (parameter.in === 'query' ? parameter.name : [])),
      body: resolveSchema(document, operation.requestBody?.content['application/json'].schema),
    })),
  );
}

const idOfFile = [
  [/^\/api\/customers\/:id/, ':customerId'],
  [/^\/api\/invoices\/:id/, ':invoiceId'],
  [/^\/api\/payments\/:id/, ':paymentId'],
  [/^\/api\/credit-notes\/:id/, ':creditNoteId'],
] as const;

/** Papers and tables, which stand beside the document. */
function fileRoutes(): Route[] {
  const promised = new Set(promisedRoutes().map(({ route }) => route));
  return unkept.routes
    .filter(
      ({ method, url, config }) => method === 'GET' && !promised.has(`GET ${url}`) && config?.permission !== 'public',
    )
    .map(({ url, config }) => {
      const name = idOfFile.find(([path]) => path.test(url))?.[1];
      return {
        route: `GET ${name ? url.replace(':id', name) : url}`,
        permission: config?.permission ?? 'none',
        needsEverywhere: config?.needsEverywhere ?? false,
        parameters: [],
        body: undefined,
      };
    });
}

/** They write in one transaction what they wait for after it, so they are asked of the server that keeps what is written. */
const kept = new Set([
  'POST /api/routers/:routerId',
  'POST /api/routers/:routerId/sync',
  'POST /api/accounts/:accountId/retry',
  'GET /invoices/generate',
]);

/** An act may ask for one more permission, of what it is about: here of the first that a key can have, and of the kind of a job. */
const alsoNeeded: Record<string, Permission> = {
  'POST /api/auth/keys': 'account:reveal',
  'POST /api/bulk/jobs/:bulkJobId/stop': 'customer:write',
  'POST /api/bulk/jobs/:bulkJobId/retry': 'customer:write',
  'POST /api/bulk/jobs/:bulkJobId/lift': 'customer:write',
};

let askedCount = 0;

async function ask(person: Person, { route }: Route, address: string, body?: unknown): Promise<Reply> {
  const token = tokens.get(nameOf(person)) ?? '';
  if (kept.has(route)) {
    const { status, body: said } = await running.callerWithToken(token)(address, body);
    return { status, code: said?.code, text: JSON.stringify(said ?? '').toLowerCase() };
  }
  const [method, url] = address.split(' ') as ['GET', string];
  // Whoever asks as often as this from one address is told to wait.
  const fromAddress = Math.floor(askedCount++ / 100);
  const { statusCode, body: text } = await unkept.app.inject({
    method,
    url,
    remoteAddress: `10.9.${fromAddress >> 8}.${fromAddress & 255}`,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
  return { status: statusCode, code: statusCode < 400 ? undefined : JSON.parse(text).code, text: text.toLowerCase() };
}

/** The least body of a route; what it names is of a place, or has none and is there. */
function bodyOf({ route, body }: Route, place: Place): unknown {
  const least = leastBodies[route] ?? (route.startsWith('GET') ? undefined : body ? exampleOf(document, body) : {});
  if (typeof least !== 'object' || least === null) return least;
  return JSON.parse(JSON.stringify(least), (name, value) => {
    const one = place[name.replace(/s$/, '')];
    if (Array.isArray(value) && one) return [one];
    return (typeof value === 'string' && place[name]) || value;
  });
}

const isOfStaff = (permission: string) => permission === 'signed_in' || permission === 'password_change';

/** What the table and the limits of a person say, before anybody looks which thing is meant. */
function refusalOf({ role, isLimited }: Person, { permission, needsEverywhere }: Route): string | undefined {
  if (!isOfStaff(permission) && !rolePermissions[role].includes(permission as Permission)) return 'forbidden';
  return isLimited && needsEverywhere ? 'limited_to_locations' : undefined;
}

const placedIds = (route: string) => idsIn(route).filter((name) => !placeless.includes(name));

/** What the reply says of the other place, but for what was asked with. */
const tracesIn = ({ text }: Reply, asked: string) =>
  tracesOf(elsewhere).filter((trace) => text.includes(trace) && !asked.includes(trace));

/** What is wrong with the reply to a question about an own thing. */
function faultOfOwn({ status, code }: Reply, { role }: Person, { route, needsEverywhere }: Route): string | undefined {
  const also = alsoNeeded[route];
  if (also && !rolePermissions[role].includes(also)) return code === 'forbidden' ? undefined : 'should be forbidden';
  if (status === 401 || status === 403) return 'should pass';
  // The router of the place does not answer.
  if (status >= 500 && status !== 502) return 'should not fail';
  // What is everybody's has no place, and only things of a place were made.
  const isThere = placedIds(route).length > 0 && !needsEverywhere;
  return status === 404 && isThere ? 'should be there' : undefined;
}

function faultOf(reply: Reply, person: Person, route: Route, of: 'own' | 'other'): string | undefined {
  const refusal = refusalOf(person, route);
  if (refusal) return reply.status === 403 && reply.code === refusal ? undefined : `should be refused: ${refusal}`;
  if (of === 'own') return faultOfOwn(reply, person, route);
  return reply.status === 404 && reply.code?.endsWith('_not_found') ? undefined : 'should not be there';
}

test('every id in an address is of a place, or is said to have none', () => {
  expect(routes.length).toBeGreaterThan(250);
  const names = new Set(routes.flatMap(({ route, needsEverywhere }) => (needsEverywhere ? [] : placedIds(route))));
  expect([...names].filter((name) => !(name in elsewhere))).toEqual([]);
});

/** Who is limited is asked about his own place and another. Who sees everything, about what the limited may not. */
function questionsFor(role: Role): { person: Person; route: Route; of: 'own' | 'other' }[] {
  const limited = { role, isLimited: true };
  return routes
    .filter(({ permission }) => permission !== 'public')
    .flatMap((route) => [
      { person: limited, route, of: 'own' },
      ...(route.needsEverywhere ? [{ person: { role, isLimited: false }, route, of: 'own' } as const] : []),
      ...(placedIds(route.route).length > 0 ? [{ person: limited, route, of: 'other' } as const] : []),
    ]);
}

/** Several are asked at a time, for most of the time is waiting for the database. */
async function inLanes<T>(questions: T[], look: (question: T) => Promise<void>): Promise<void> {
  const rest = questions.values();
  const lane = async () => {
    for (const question of rest) await look(question);
  };
  await Promise.all(Array.from({ length: 4 }, lane));
}

test.each(roles)(
  'a %s passes exactly where the role has the permission, and nowhere at another place (C48)',
  async (role) => {
    const faults: string[] = [];
    await inLanes(questionsFor(role), async ({ person, route, of }) => {
      const address = addressIn(of === 'own' ? here : { ...here, ...elsewhere }, route.route);
      const reply = await ask(person, route, address, bodyOf(route, here));
      const said = person.isLimited ? tracesIn(reply, address) : [];
      const fault = said.length > 0 ? `tells of ${said}` : faultOf(reply, person, route, of);
      if (fault) faults.push(`${nameOf(person)}, ${of}, ${route.route}: ${fault}, was ${reply.status} ${reply.code}`);
    });
    expect(faults).toEqual([]);
  },
);

/** They answer about the ones of a list that they find, and are silent about the others. */
const silent = new Set(['POST /api/sessions/traffic', 'POST /api/bulk/preview']);

test('what is of another place is not found by a query or a body that names it', async () => {
  const person: Person = { role: 'super_admin', isLimited: true };
  const faults: string[] = [];
  for (const route of routes.filter((one) => one.permission !== 'public' && !refusalOf(person, one))) {
    const address = addressIn(here, route.route);
    for (const name of route.parameters.filter((parameter) => parameter in elsewhere)) {
      const reply = await ask(person, route, `${address}?${name}=${elsewhere[name]}`);
      const said = tracesIn(reply, elsewhere[name] ?? '');
      if (said.length > 0 || reply.status >= 500)
        faults.push(`${route.route} by ${name}: ${reply.status}, tells of ${said}`);
    }
    for (const name of Object.keys(route.body?.properties ?? {})) {
      const one = elsewhere[name.replace(/s$/, '')];
      if (!one || !/Ids?$/.test(name)) continue;
      const body = { ...(bodyOf(route, here) as object), [name]: name.endsWith('s') ? [one] : one };
      const reply = await ask(person, route, address, body);
      const said = tracesIn(reply, JSON.stringify(body));
      const isRefused = reply.status >= 400 || reply.text.includes('_not_found') || silent.has(route.route);
      if (said.length > 0 || !isRefused) faults.push(`${route.route} with ${name}: ${reply.status}, tells of ${said}`);
    }
  }
  expect(faults).toEqual([]);
});
