// RouterOS by its API: PPP profiles, secrets and active sessions.
import {
  Aborted,
  ClosedBeforeLogin,
  LoginRefused,
  NotFound,
  ProtocolError,
  Rejected,
  type RouterClient,
  type Row,
  Timeout,
  Unreachable,
  Unsupported,
  where,
} from '@lastmile/routeros';
import type { ServiceKind } from '#provisioning/profiles.ts';
import { idInComment, markOf } from '#provisioning/rules/mark-rules.ts';
import type { Change, Observed, ObservedPool, ObservedSession } from '#provisioning/rules/object-rules.ts';
import type { Applied, Driver, KindScope, Scope } from './driver.ts';
import { readLog } from './routeros-log.ts';
import { accountOf, accountProperties, idOf, menus, profileOf, profileProperties } from './routeros-objects.ts';
import { countSessions, disconnect, readSessions, watchSessions } from './routeros-sessions.ts';
import { send } from './routeros-writes.ts';

// Above this many names one print of everything is cheaper for the router than a query of so many words.
const maxNamesInQuery = 40;

export function routerosDriver(client: RouterClient): Driver {
  return {
    observe: (scope) => observe(client, scope),
    apply: (changes) => applyInOrder(client, changes),
    sessions: (isCounting) => readSessions(client, isCounting),
    countSessions: () => countSessions(client),
    watchSessions: () => watchSessions(client),
    readLog: (now) => readLog(client, now),
    disconnect: (routerKey) => disconnect(client, routerKey),
  };
}

type SeenSession = ObservedSession & { address: string };
type Seen = Pick<Observed, 'profiles' | 'accounts'> & { sessions: readonly SeenSession[] };

async function observe(client: RouterClient, { kinds, hasPools, walledList }: Scope): Promise<Observed> {
  const [pools, ...seen] = await Promise.all([
    hasPools ? printWhole(client, '/ip/pool', ['.id', 'name', 'ranges']) : [],
    ...kinds.map((kind) => observeKind(client, kind)),
  ]);
  const sessions = seen.flatMap((one) => one?.sessions ?? []);
  return {
    pools: pools.map(poolOf),
    profiles: seen.flatMap((one) => one?.profiles ?? []),
    accounts: seen.flatMap((one) => one?.accounts ?? []),
    sessions: walledList === undefined ? sessions : await withWall(client, sessions, walledList),
    missingKinds: kinds.flatMap(({ service }, place) => (seen[place] ? [] : [service])),
  };
}

/** undefined: the router has nothing of this kind, as one without the hotspot package. */
async function observeKind(client: RouterClient, kind: KindScope): Promise<Seen | undefined> {
  try {
    return await observeScope(client, kind);
  } catch (error) {
    if (error instanceof Unsupported) return undefined;
    throw error;
  }
}

async function observeScope(client: RouterClient, { service, accounts: scope }: KindScope): Promise<Seen> {
  if (scope === 'all' || scope.names.length > maxNamesInQuery) return observeAll(client, service);
  const menu = menus[service];
  // Profiles are few, and one that was renamed by hand is found by its mark only.
  const profiles = client
    .print(menu.profile, { proplist: profileProperties[service] })
    .then((rows) => rows.map((row) => profileOf(service, row)));
  if (scope.names.length === 0) return { profiles: await profiles, accounts: [], sessions: [] };
  const byName = scope.names.map((name) => where.equals('name', name));
  // Whoever renames an account by hand hardly ever touches its comment.
  const byMark = scope.ids.map((id) => where.equals('comment', markOf(id)));
  const [profileRows, accountRows, sessions] = await Promise.all([
    profiles,
    client.print(menu.account, { proplist: accountProperties[service], query: where.or(...byName, ...byMark) }),
    tracesOf(client, service, scope.names),
  ]);
  const accounts = accountRows.map((row) => accountOf(service, row));
  // Not where it was: look at all once.
  const owners = new Set(accounts.map(({ ownerId }) => ownerId));
  if (scope.ids.some((id) => !owners.has(id))) return observeAll(client, service);
  const ids = new Set<string | undefined>(scope.ids);
  const others = accounts.filter(({ name, ownerId }) => ids.has(ownerId) && !scope.names.includes(name));
  const otherNames = [...new Set(others.map(({ name }) => name))];
  const otherSessions = otherNames.length > 0 ? await tracesOf(client, service, otherNames) : [];
  return { profiles: profileRows, accounts, sessions: [...sessions, ...otherSessions] };
}

/** A profile's address list holds the address of each session that began under it. It is read after the sessions, so none is missed. */
async function withWall(
  client: RouterClient,
  sessions: readonly SeenSession[],
  list: string,
): Promise<ObservedSession[]> {
  const rows = await client.print('/ip/firewall/address-list', {
    proplist: ['address', 'dynamic'],
    query: where.equals('list', list),
  });
  const walled = new Set(rows.filter(({ dynamic }) => dynamic === 'true').map(({ address }) => address));
  return sessions.map((session) => ({ ...session, isWalled: walled.has(session.address) }));
}

async function observeAll(client: RouterClient, service: ServiceKind): Promise<Seen> {
  const menu = menus[service];
  const [profiles, accounts, sessions] = await Promise.all([
    printWhole(client, menu.profile, profileProperties[service]),
    printWhole(client, menu.account, accountProperties[service]),
    tracesOf(client, service, 'all'),
  ]);
  return {
    profiles: profiles.map((row) => profileOf(service, row)),
    accounts: accounts.map((row) => accountOf(service, row)),
    sessions,
  };
}

/** Who is online under these names, and who may come back by a cookie. */
async function tracesOf(
  client: RouterClient,
  service: ServiceKind,
  names: readonly string[] | 'all',
): Promise<SeenSession[]> {
  const { session, cookie, nameOfSession } = menus[service];
  const only = names === 'all' ? {} : { query: where.or(...names.map((name) => where.equals(nameOfSession, name))) };
  const read = async (menu: string, isCookie: boolean) => {
    const proplist = isCookie ? ['.id', nameOfSession] : ['.id', nameOfSession, 'address'];
    const rows = await client.print(menu, { proplist, ...only });
    return rows.map((row): SeenSession => {
      const address = isCookie ? '' : (row.address ?? '');
      return { ref: idOf(row), service, name: row[nameOfSession] ?? '', isCookie, address };
    });
  };
  const [online, cookies] = await Promise.all([read(session, false), cookie ? read(cookie, true) : []]);
  return [...online, ...cookies];
}

// Somebody at WinBox may add a row between the two answers; three times in a row he does not.
const maxReads = 3;

/**
 * All rows of a menu. What is missing in an answer would be taken for removed, so the router is asked how many there are: an
 * empty or partial answer is an error, and nothing is changed.
 */
async function printWhole(client: RouterClient, menu: string, proplist: readonly string[]): Promise<Row[]> {
  for (let reads = 1; ; reads++) {
    const [rows, count] = await Promise.all([client.print(menu, { proplist }), client.count(menu)]);
    if (rows.length === count) return rows;
    const words = `${menu}/print answered ${rows.length} of ${count} rows: nothing was changed`;
    if (reads === maxReads) throw new Rejected(words, { command: `${menu}/print`, router: client.label });
  }
}

function poolOf(row: Row): ObservedPool {
  const name = row.name ?? '';
  return { ref: idOf(row), name, ranges: row.ranges ?? '', ownerId: idInComment(name) };
}

// A secret names its profile, a name must be free before it is taken, and a session may be dropped only once its account
// cannot dial in again. Within a step the order is free, so the client sends many at once.
const steps: readonly (readonly Change['kind'][])[] = [
  ['remove_account', 'free_profile_name', 'free_account_name'],
  ['mark_profile', 'mark_account'],
  ['add_pool', 'set_pool'],
  ['add_profile', 'set_profile'],
  ['add_account', 'set_account'],
  ['drop_session', 'drop_cookie'],
];

async function applyInOrder(client: RouterClient, changes: readonly Change[]): Promise<Applied[]> {
  const applied: Applied[] = [];
  for (const kinds of steps) {
    const failed = new Set(applied.flatMap(({ change, error }) => (error && holdsUp(change) ? [ownerOf(change)] : [])));
    const step = changes.filter((change) => kinds.includes(change.kind) && !isHeldUp(change, failed));
    applied.push(...(await Promise.all(step.map((change) => applyOne(client, change)))));
  }
  return applied;
}

/** The id of what a change is about; a pool has that of its profile. */
function ownerOf(change: Change): string {
  if ('account' in change) return change.account.id;
  return 'profile' in change ? change.profile.id : change.pool.id;
}

/** Whoever is cut is dropped also where the router refuses something else of his account. */
function holdsUp(change: Change): boolean {
  return !(change.kind === 'set_account' && !change.account.isEnabled && change.fields.isDisabled === undefined);
}

function isHeldUp(change: Change, failed: ReadonlySet<string>): boolean {
  if (failed.has(ownerOf(change))) return true;
  // Nobody is let in to a walled garden that has no walls.
  const needsProfile = change.kind === 'add_account' || (change.kind === 'set_account' && change.account.isWalled);
  return needsProfile && failed.has(change.account.profileId);
}

async function applyOne(client: RouterClient, change: Change): Promise<Applied> {
  try {
    await send(client, change);
    return { change, error: undefined };
  } catch (error) {
    if (!(error instanceof Error) || isConnectionLost(error)) throw error;
    // Gone is what was wanted.
    const isGone = error instanceof NotFound && (change.kind === 'remove_account' || change.kind.startsWith('drop_'));
    return { change, error: isGone ? undefined : error };
  }
}

function isConnectionLost(error: Error): boolean {
  return [Unreachable, Timeout, ClosedBeforeLogin, LoginRefused, ProtocolError, Aborted].some(
    (kind) => error instanceof kind,
  );
}
