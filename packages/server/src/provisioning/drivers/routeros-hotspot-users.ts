// Hotspot users that are not of a customer's account: the codes of vouchers. Many at once, and nothing but them.
import { Conflict, NotFound, Rejected, type RouterClient, type Row, Timeout, where } from '@lastmile/routeros';
import { idInComment, markOf } from '#provisioning/rules/mark-rules.ts';
import { isSameRate } from '#provisioning/rules/rate-limit-rules.ts';
import { secondsOf } from '#routers/probe.ts';

export type HotspotProfile = { name: string; rateLimit: string; sharedUsers: number };

export type HotspotUser = {
  /** Marks the user as ours. */
  id: string;
  /** Name and password at once (seed D). */
  code: string;
  profile: HotspotProfile;
  /** null: no limit. */
  limitSeconds: number | null;
  limitBytes: bigint | null;
  isEnabled: boolean;
};

export type ObservedHotspotUser = {
  ref: string;
  name: string;
  profile: string;
  isDisabled: boolean;
  ownerId: string | undefined;
  usedSeconds: number;
  usedBytes: bigint;
  /** 0: none. */
  limitSeconds: number;
  limitBytes: bigint;
  isBuiltIn: boolean;
};

export type ObservedHotspotProfile = { ref: string; name: string; rateLimit: string; sharedUsers: number };
export type HotspotDevice = { user: string; mac: string; address: string; usedSeconds: number; usedBytes: bigint };
export type HotspotBypass = { mac: string; address: string; comment: string };

export type HotspotUsers = {
  /** Writes users and the profiles that they name. A user that is there already as ours is brought to what is wanted. */
  put(users: readonly HotspotUser[]): Promise<void>;
  /** Takes users away with their sessions and cookies: only those that carry our mark of that id. Gone is fine. */
  remove(users: readonly { id: string; code: string }[]): Promise<void>;
  find(codes: readonly string[]): Promise<ObservedHotspotUser[]>;
  list(): Promise<ObservedHotspotUser[]>;
  profiles(): Promise<ObservedHotspotProfile[]>;
  devices(): Promise<HotspotDevice[]>;
  bypasses(): Promise<HotspotBypass[]>;
};

const userMenu = '/ip/hotspot/user';
const profileMenu = '/ip/hotspot/user/profile';
const activeMenu = '/ip/hotspot/active';
const cookieMenu = '/ip/hotspot/cookie';
const bindingMenu = '/ip/hotspot/ip-binding';

const userProperties = [
  '.id',
  'name',
  'profile',
  'disabled',
  'comment',
  'uptime',
  'bytes-in',
  'bytes-out',
  'limit-uptime',
  'limit-bytes-total',
  'default',
];

// Above this many names one print of everything is cheaper for the router than a query of so many words.
const maxNamesInQuery = 40;

export function routerosHotspotUsers(client: RouterClient): HotspotUsers {
  return {
    put: (users) => put(client, users),
    remove: (users) => remove(client, users),
    find: (codes) => find(client, codes),
    list: () => list(client),
    profiles: () => readProfiles(client),
    devices: () => readDevices(client),
    bypasses: () => readBypasses(client),
  };
}

async function put(client: RouterClient, users: readonly HotspotUser[]): Promise<void> {
  if (users.length === 0) return;
  await putProfiles(
    client,
    users.map(({ profile }) => profile),
  );
  const outcomes = await Promise.allSettled(users.map((user) => putOne(client, user)));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) throw failure.reason;
  await endSessions(
    client,
    users.filter(({ isEnabled }) => !isEnabled).map(({ code }) => code),
  );
  // Believed when it was seen, not when it was sent.
  const seen = new Map(
    (
      await find(
        client,
        users.map(({ code }) => code),
      )
    ).map((user) => [user.name, user]),
  );
  const missing = users.find((user) => !isAsWanted(user, seen.get(user.code)));
  if (missing) {
    throw new Rejected(`${userMenu}: what was written for ${missing.id} is not there as it was written`, {
      command: `${userMenu}/add`,
      router: client.label,
    });
  }
}

function isAsWanted(user: HotspotUser, seen: ObservedHotspotUser | undefined): boolean {
  return (
    seen?.ownerId === user.id &&
    seen.profile === user.profile.name &&
    seen.isDisabled !== user.isEnabled &&
    seen.limitSeconds === (user.limitSeconds ?? 0) &&
    seen.limitBytes === (user.limitBytes ?? 0n)
  );
}

async function putProfiles(client: RouterClient, wanted: readonly HotspotProfile[]): Promise<void> {
  const byName = new Map(wanted.map((profile) => [profile.name, profile]));
  const there = new Map((await readProfiles(client)).map((profile) => [profile.name, profile]));
  for (const profile of byName.values()) {
    const values = { 'rate-limit': profile.rateLimit, 'shared-users': `${profile.sharedUsers}` };
    const known = there.get(profile.name);
    if (!known) {
      await client.add(profileMenu, { name: profile.name, ...values }).catch((error: unknown) => {
        // Somebody made it at the same moment: another sale, with the same values.
        if (!(error instanceof Conflict)) throw error;
      });
    } else if (!isSameRate(known.rateLimit, profile.rateLimit) || known.sharedUsers !== profile.sharedUsers) {
      await client.set(profileMenu, known.ref, values);
    }
  }
}

function attributesOf(user: HotspotUser): Record<string, string> {
  return {
    name: user.code,
    password: user.code,
    profile: user.profile.name,
    'limit-uptime': `${user.limitSeconds ?? 0}s`,
    'limit-bytes-total': `${user.limitBytes ?? 0n}`,
    disabled: user.isEnabled ? 'no' : 'yes',
    comment: markOf(user.id),
  };
}

async function putOne(client: RouterClient, user: HotspotUser): Promise<void> {
  try {
    await client.add(userMenu, attributesOf(user));
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    // Ours, from a try whose answer was lost, or somebody else's: that one is left alone.
    const [known] = await find(client, [user.code]);
    if (known?.ownerId !== user.id) throw error;
    if (!isAsWanted(user, known)) await client.set(userMenu, known.ref, attributesOf(user));
  }
}

async function remove(client: RouterClient, users: readonly { id: string; code: string }[]): Promise<void> {
  if (users.length === 0) return;
  const idOf = new Map(users.map(({ id, code }) => [code, id]));
  const there = await find(client, [...idOf.keys()]);
  // The user first: a device with a cookie would log in again at once.
  const ours = there.filter(({ name, ownerId }) => ownerId !== undefined && ownerId === idOf.get(name));
  await Promise.all(ours.map(({ ref }) => removeRow(client, userMenu, ref)));
  await endSessions(
    client,
    ours.map(({ name }) => name),
  );
}

/** RouterOS leaves online whoever is, when his user goes or is disabled; a cookie would let him in again. */
async function endSessions(client: RouterClient, names: readonly string[]): Promise<void> {
  for (const menu of [activeMenu, cookieMenu]) {
    const rows = await rowsOf(client, menu, 'user', names, ['.id', 'user']);
    await Promise.all(rows.map((row) => removeRow(client, menu, row['.id'] ?? '')));
  }
}

async function removeRow(client: RouterClient, menu: string, ref: string): Promise<void> {
  await client.remove(menu, ref).catch((error: unknown) => {
    if (!(error instanceof NotFound)) throw error;
  });
}

async function rowsOf(
  client: RouterClient,
  menu: string,
  property: string,
  values: readonly string[],
  proplist: readonly string[],
): Promise<Row[]> {
  if (values.length === 0) return [];
  if (values.length <= maxNamesInQuery) {
    return client.print(menu, { proplist, query: where.or(...values.map((value) => where.equals(property, value))) });
  }
  const wanted = new Set<string | undefined>(values);
  return (await client.print(menu, { proplist })).filter((row) => wanted.has(row[property]));
}

async function find(client: RouterClient, codes: readonly string[]): Promise<ObservedHotspotUser[]> {
  return (await rowsOf(client, userMenu, 'name', codes, userProperties)).map(userOf);
}

// Somebody at WinBox may add a row between the two answers; three times in a row he does not.
const maxReads = 3;

/** All users. What is missing in an answer would be taken for removed, so the router is asked how many there are. */
async function list(client: RouterClient): Promise<ObservedHotspotUser[]> {
  for (let reads = 1; ; reads++) {
    const [rows, count] = await Promise.all([
      client.print(userMenu, { proplist: userProperties }),
      client.count(userMenu),
    ]);
    if (rows.length === count) return rows.map(userOf);
    if (reads < maxReads) continue;
    const words = `${userMenu}/print answered ${rows.length} of ${count} rows: nothing was concluded`;
    throw new Rejected(words, { command: `${userMenu}/print`, router: client.label });
  }
}

function userOf(row: Row): ObservedHotspotUser {
  return {
    ref: row['.id'] ?? '',
    name: row.name ?? '',
    profile: row.profile ?? '',
    isDisabled: row.disabled === 'true',
    ownerId: idInComment(row.comment),
    usedSeconds: Math.floor(secondsOf(row.uptime)),
    usedBytes: BigInt(row['bytes-in'] ?? 0) + BigInt(row['bytes-out'] ?? 0),
    limitSeconds: Math.floor(secondsOf(row['limit-uptime'])),
    limitBytes: BigInt(row['limit-bytes-total'] || 0),
    isBuiltIn: row.default === 'true',
  };
}

async function readProfiles(client: RouterClient): Promise<ObservedHotspotProfile[]> {
  const rows = await client.print(profileMenu, { proplist: ['.id', 'name', 'rate-limit', 'shared-users'] });
  return rows.map((row) => ({
    ref: row['.id'] ?? '',
    name: row.name ?? '',
    rateLimit: row['rate-limit'] ?? '',
    // "unlimited", too, is not what we wrote.
    sharedUsers: Number.parseInt(row['shared-users'] ?? '1', 10) || 0,
  }));
}

async function readDevices(client: RouterClient): Promise<HotspotDevice[]> {
  const proplist = ['user', 'mac-address', 'address', 'uptime', 'bytes-in', 'bytes-out'];
  return (await client.print(activeMenu, { proplist })).map((row) => ({
    user: row.user ?? '',
    mac: row['mac-address'] ?? '',
    address: row.address ?? '',
    usedSeconds: Math.floor(secondsOf(row.uptime)),
    usedBytes: BigInt(row['bytes-in'] ?? 0) + BigInt(row['bytes-out'] ?? 0),
  }));
}

async function readBypasses(client: RouterClient): Promise<HotspotBypass[]> {
  const proplist = ['mac-address', 'address', 'type', 'comment', 'disabled'];
  const rows = await client.print(bindingMenu, { proplist });
  return rows
    .filter((row) => row.type === 'bypassed' && row.disabled !== 'true')
    .map((row) => ({
      mac: row['mac-address'] ?? '',
      address: row.address ?? '',
      comment: row.comment ?? '',
    }));
}

/** After this nobody knows any more whether it was done: the connection is given up, so that nothing of it comes late. */
export function deadlineOf(label: string, timeoutMs: number): Timeout {
  return new Timeout(`the codes were not written within ${timeoutMs} ms`, { router: label });
}
