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
  where,
} from '@lastmile/routeros';
import type {
  Change,
  Observed,
  ObservedProfile,
  ObservedSecret,
  ObservedSession,
  SecretFields,
} from '#provisioning/change-rules.ts';
import { idInComment, markOf } from '#provisioning/mark-rules.ts';
import { secondsOf } from '#routers/probe.ts';
import type { Applied, Driver, LiveSession, Scope } from './driver.ts';

const secretProperties = ['.id', 'name', 'service', 'profile', 'password', 'disabled', 'comment'];
const sessionProperties = ['.id', 'name'];
const profileProperties = ['.id', 'name', 'rate-limit', 'comment'];

// Above this many names one print of everything is cheaper for the router than a query of so many words.
const maxNamesInQuery = 40;

export function routerosDriver(client: RouterClient): Driver {
  return {
    observe: (scope) => observe(client, scope),
    apply: (changes) => applyInOrder(client, changes),
    sessions: () => readSessions(client),
    watchSessions: () => client.listen('/ppp/active', { proplist: ['.id'] }),
    disconnect: (routerKey) => disconnect(client, routerKey),
  };
}

async function observe(client: RouterClient, scope: Scope): Promise<Observed> {
  const names = scope === 'everything' ? [] : scope.accountNames;
  if (scope === 'everything' || names.length > maxNamesInQuery) return observeAll(client);
  // Profiles are few, and one that was renamed by hand is found by its mark only.
  const profiles = client.print('/ppp/profile', { proplist: profileProperties });
  if (names.length === 0) return { profiles: (await profiles).map(profileOf), secrets: [], sessions: [] };
  const byName = names.map((name) => where.equals('name', name));
  // Whoever renames a secret by hand hardly ever touches its comment.
  const byMark = scope.accountIds.map((id) => where.equals('comment', markOf(id)));
  const [profileRows, secretRows, sessionRows] = await Promise.all([
    profiles,
    client.print('/ppp/secret', { proplist: secretProperties, query: where.or(...byName, ...byMark) }),
    client.print('/ppp/active', { proplist: sessionProperties, query: where.or(...byName) }),
  ]);
  const secrets = secretRows.map(secretOf);
  // Not where it was: look at all once.
  if (isAnyMissing(secrets, scope.accountIds)) return observeAll(client);
  const ownerIds = new Set<string | undefined>(scope.accountIds);
  const otherNames = secrets.filter(({ name, ownerId }) => ownerIds.has(ownerId) && !names.includes(name));
  const otherRows = await sessionsOf(client, new Set(otherNames.map(({ name }) => name)));
  return { profiles: profileRows.map(profileOf), secrets, sessions: [...sessionRows, ...otherRows].map(sessionOf) };
}

async function sessionsOf(client: RouterClient, names: ReadonlySet<string>): Promise<Row[]> {
  if (names.size === 0) return [];
  const query = where.or(...[...names].map((name) => where.equals('name', name)));
  return client.print('/ppp/active', { proplist: sessionProperties, query });
}

async function observeAll(client: RouterClient): Promise<Observed> {
  const [profiles, secrets, sessions] = await Promise.all([
    printWhole(client, '/ppp/profile', profileProperties),
    printWhole(client, '/ppp/secret', secretProperties),
    client.print('/ppp/active', { proplist: sessionProperties }),
  ]);
  return { profiles: profiles.map(profileOf), secrets: secrets.map(secretOf), sessions: sessions.map(sessionOf) };
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

function isAnyMissing(secrets: readonly ObservedSecret[], accountIds: readonly string[]): boolean {
  const owners = new Set(secrets.map(({ ownerId }) => ownerId));
  return accountIds.some((id) => !owners.has(id));
}

function profileOf(row: Row): ObservedProfile {
  return {
    ref: idOf(row),
    name: row.name ?? '',
    rateLimit: row['rate-limit'] ?? '',
    ownerId: idInComment(row.comment),
  };
}

function secretOf(row: Row): ObservedSecret {
  return {
    ref: idOf(row),
    name: row.name ?? '',
    service: row.service ?? '',
    profile: row.profile ?? '',
    // Some versions show stars to a user without the policy "sensitive".
    password: /^\*+$/.test(row.password ?? '') ? undefined : row.password,
    isDisabled: row.disabled === 'true',
    comment: row.comment ?? '',
    ownerId: idInComment(row.comment),
  };
}

function sessionOf(row: Row): ObservedSession {
  return { ref: idOf(row), name: row.name ?? '' };
}

function idOf(row: Row): string {
  const id = row['.id'];
  if (!id) throw new ProtocolError('a row without .id where one was asked for');
  return id;
}

// A secret names its profile, a name must be free before it is taken, and a session may be dropped only once its account
// cannot dial in again. Within a step the order is free, so the client sends many at once.
const steps: readonly (readonly Change['kind'][])[] = [
  ['remove_secret', 'free_profile_name', 'free_secret_name'],
  ['add_profile', 'set_profile'],
  ['add_secret', 'set_secret'],
  ['drop_session'],
];

async function applyInOrder(client: RouterClient, changes: readonly Change[]): Promise<Applied[]> {
  const applied: Applied[] = [];
  for (const kinds of steps) {
    const failedIds = new Set(
      applied.flatMap(({ change, error }) => (error && 'account' in change ? [change.account.id] : [])),
    );
    const step = changes.filter(
      (change) => kinds.includes(change.kind) && !('account' in change && failedIds.has(change.account.id)),
    );
    applied.push(...(await Promise.all(step.map((change) => applyOne(client, change)))));
  }
  return applied;
}

async function applyOne(client: RouterClient, change: Change): Promise<Applied> {
  try {
    await send(client, change);
    return { change, error: undefined };
  } catch (error) {
    if (!(error instanceof Error) || isConnectionLost(error)) throw error;
    // Gone is what was wanted.
    const isGone = error instanceof NotFound && (change.kind === 'remove_secret' || change.kind === 'drop_session');
    return { change, error: isGone ? undefined : error };
  }
}

function isConnectionLost(error: Error): boolean {
  return [Unreachable, Timeout, ClosedBeforeLogin, LoginRefused, ProtocolError, Aborted].some(
    (kind) => error instanceof kind,
  );
}

async function send(client: RouterClient, change: Change): Promise<void> {
  switch (change.kind) {
    case 'add_profile':
      await client.add('/ppp/profile', {
        name: change.profile.name,
        'rate-limit': change.profile.rateLimit,
        comment: markOf(change.profile.id),
      });
      return;
    case 'free_profile_name':
      await client.set('/ppp/profile', change.ref, { name: change.name });
      return;
    case 'free_secret_name':
      await client.set('/ppp/secret', change.ref, { name: change.name });
      return;
    case 'set_profile':
      await client.set('/ppp/profile', change.ref, {
        ...(change.name ? { name: change.name } : {}),
        ...(change.rateLimit ? { 'rate-limit': change.rateLimit } : {}),
      });
      return;
    case 'add_secret':
      await client.add('/ppp/secret', {
        name: change.account.name,
        password: change.account.password,
        service: 'pppoe',
        profile: change.profileName,
        disabled: change.account.isEnabled ? 'no' : 'yes',
        comment: markOf(change.account.id),
      });
      return;
    case 'set_secret':
      await client.set('/ppp/secret', change.ref, secretAttributes(change.fields));
      return;
    case 'remove_secret':
      await client.remove('/ppp/secret', change.ref);
      return;
    case 'drop_session':
      await client.remove('/ppp/active', change.ref);
  }
}

function secretAttributes(fields: SecretFields): Record<string, string> {
  return {
    ...(fields.name === undefined ? {} : { name: fields.name }),
    ...(fields.password === undefined ? {} : { password: fields.password }),
    ...(fields.profile === undefined ? {} : { profile: fields.profile }),
    ...(fields.service === undefined ? {} : { service: fields.service }),
    ...(fields.isDisabled === undefined ? {} : { disabled: fields.isDisabled ? 'yes' : 'no' }),
  };
}

// /ppp/active has no byte counters: a session's bytes are those of its dynamic interface (routeros.md 3).
async function readSessions(client: RouterClient): Promise<LiveSession[]> {
  const [active, interfaces] = await Promise.all([
    client.print('/ppp/active', {
      proplist: ['.id', 'name', 'service', 'caller-id', 'address', 'uptime', 'session-id'],
    }),
    client.print('/interface', { proplist: ['name', 'rx-byte', 'tx-byte'], query: where.equals('type', 'pppoe-in') }),
  ]);
  const counters = new Map(interfaces.map((row) => [row.name, row]));
  return active.map((row) => {
    const counted = counters.get(`<pppoe-${row.name}>`);
    return {
      service: 'pppoe',
      routerKey: keyOf(row),
      accountName: row.name ?? '',
      address: row.address || null,
      callerId: row['caller-id'] || null,
      uptimeSeconds: secondsOf(row.uptime),
      // The interface's "rx" is what the client sends.
      downBytes: BigInt(counted?.['tx-byte'] ?? 0),
      upBytes: BigInt(counted?.['rx-byte'] ?? 0),
    };
  });
}

// An .id may come again after a reboot, a session-id hardly does.
function keyOf(row: Row): string {
  return `${row['.id']} ${row['session-id'] ?? ''} ${row.name ?? ''}`;
}

async function disconnect(client: RouterClient, routerKey: string): Promise<void> {
  const rows = await client.print('/ppp/active', { proplist: ['.id', 'name', 'session-id'] });
  const row = rows.find((candidate) => keyOf(candidate) === routerKey);
  if (!row) return;
  await client.remove('/ppp/active', idOf(row)).catch((error: unknown) => {
    if (!(error instanceof NotFound)) throw error;
  });
}
