// Everything that we send to a router, and everything that we read from one, exists on real ones.
import fs from 'node:fs';
import type { RouterClient, Row } from '@lastmile/routeros';
import { type JournalEntry, type SimulatedRouter, startRouter } from '@lastmile/routeros-sim';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServiceKind } from '#provisioning/profiles.ts';
import { markOf } from '#provisioning/rules/mark-rules.ts';
import type {
  AccountFields,
  Change,
  WantedAccount,
  WantedPool,
  WantedProfile,
} from '#provisioning/rules/object-rules.ts';
import { openClient, probeRouter, readFacts } from '#routers/probe.ts';
import type { KindScope } from './driver.ts';
import { routerosDriver } from './routeros.ts';
import { readLog } from './routeros-log.ts';

type Span = { since?: string; until?: string };
type Menu = {
  commands?: Record<string, readonly string[]>;
  commandVersions?: Record<string, Span>;
  argVersions?: Record<string, Span>;
  args?: Record<string, { type?: string; enum?: readonly string[]; ref?: boolean; enumTruncated?: number }>;
  read?: readonly string[];
};
type Schema = { menus: Record<string, Menu>; _meta: { print_versions: Record<string, Span | string> } };

const file = 'routeros-7.x-schema.json';

/** Ground truth beside the repository; absent on most machines. */
function readSchema(): Schema | undefined {
  const url = new URL(`../../../../../../shared/data/${file}`, import.meta.url);
  return fs.existsSync(url) ? (JSON.parse(fs.readFileSync(url, 'utf8')) as Schema) : undefined;
}

const schema = readSchema();

// Words of the API that the console, and so the schema, does not have: there they are numbers, proplist, and a print that follows.
const apiArguments = ['.id', '.proplist'];
const consoleName: Record<string, string> = { listen: 'print' };

// The schema was taken from a virtual machine, which has no sensors: a board of v7 tells a list of them (routeros.md 3).
const sensorProperties = ['name', 'value', 'type', 'temperature', 'cpu-temperature'];

// The protocol's own, of no menu.
const protocolCommands = ['/login', '/cancel', '/quit'];

type Sent = Pick<JournalEntry, 'command' | 'words'>;

/** What of a command real routers do not know, or not all of them: we ask every version the same. */
function strangeIn({ command, words }: Sent): string[] {
  if (protocolCommands.includes(command)) return [];
  const path = command.slice(0, command.lastIndexOf('/'));
  const verb = command.slice(path.length + 1);
  const menu = schema?.menus[path];
  if (!menu) return [`menu ${path}`];
  const known = menu.commands?.[consoleName[verb] ?? verb];
  if (!known || !isForAll(menu.commandVersions?.[verb])) return [`command ${command}`];
  return words.flatMap((word) => {
    if (word.startsWith('.tag=') || word.startsWith('?#')) return [];
    if (word.startsWith('?')) return unreadable(path, [/^\?[-<>=]?([\w.-]+)/.exec(word)?.[1] ?? word]);
    const [, name = '', value = ''] = /^=([^=]+)=(.*)$/s.exec(word) ?? [];
    if (name === '.proplist') return unreadable(path, value.split(','));
    if (apiArguments.includes(name)) return [];
    const spans = [
      menu.argVersions?.[`${verb} ${name}`],
      verb === 'print' ? schema._meta.print_versions[name] : undefined,
    ];
    // Clearing a value: its name with a leading !, which works wherever the name does.
    if (!known.includes(name.replace(/^!/, '')) || !spans.every(isForAll))
      return [`argument ${command} ${name || word}`];
    return isInDomain(menu, name, value) ? [] : [`value ${command} ${name}=${value}`];
  });
}

function unreadable(path: string, properties: readonly string[]): string[] {
  const sensors = path === '/system/health' ? sensorProperties : [];
  const readable = ['.id', ...sensors, ...(schema?.menus[path]?.read ?? [])];
  return properties.filter((name) => !readable.includes(name)).map((name) => `property ${path} ${name}`);
}

function isForAll(span: Span | string | undefined): boolean {
  return typeof span !== 'object' || (span.since === undefined && span.until === undefined);
}

function isInDomain(menu: Menu, name: string, value: string): boolean {
  const domain = menu.args?.[name];
  if (domain?.enum === undefined || domain.ref || domain.enumTruncated || domain.type) return true;
  // A number, or "unlimited": the schema has the word only.
  return domain.enum.includes(value) || (name === 'shared-users' && /^\d+$/.test(value));
}

/** By menu, the properties of its rows that the code looked at, and those that it asked for. */
type Reads = Map<string, { read: Set<string>; asked: Set<string> | 'all' }>;

/** The same client, but its rows note which of their properties are read. */
function noteReads(client: RouterClient, reads: Reads): RouterClient {
  const print: RouterClient['print'] = async (menu, options) => {
    const noted = reads.get(menu) ?? { read: new Set(), asked: new Set() };
    reads.set(menu, noted);
    if (options?.proplist === undefined) noted.asked = 'all';
    else if (noted.asked !== 'all') for (const name of options.proplist) noted.asked.add(name);
    const rows = await client.print(menu, options);
    return rows.map((row) => noteReadsOfRow(row, noted.read));
  };
  return new Proxy(client, {
    get(target, key) {
      if (key === 'print') return print;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function noteReadsOfRow(row: Row, read: Set<string>): Row {
  return new Proxy(row, {
    get(target, key) {
      // A promise asks all that it is given for `then`.
      if (typeof key === 'string' && key !== 'then') read.add(key);
      return Reflect.get(target, key);
    },
  });
}

const kinds = ['pppoe', 'hotspot'] as const;

function planOf(service: ServiceKind): WantedProfile {
  const tunnel = { localAddress: '10.5.0.1', dnsServers: '9.9.9.9,1.1.1.1' };
  return {
    id: `00000000-0000-4000-8000-00000000000${kinds.indexOf(service)}`,
    service,
    name: 'plan',
    rateLimit: '5M/10M',
    sessionTimeoutSeconds: 3600,
    idleTimeoutSeconds: 600,
    sharedUsers: 1,
    pool: 'homes',
    addressList: 'subscribers',
    ...(service === 'pppoe' ? tunnel : { localAddress: null, dnsServers: null }),
  };
}

function accountOn(plan: WantedProfile): WantedAccount {
  return {
    id: '00000000-0000-4000-8000-000000000002',
    service: plan.service,
    appliedName: null,
    formerNames: [],
    name: 'anna',
    password: 'x',
    profileId: plan.id,
    staticAddress: '10.5.0.7',
    macAddress: '02:AB:CD:00:11:22',
    isEnabled: true,
    isWalled: false,
    isRemoved: false,
    isUnsettled: true,
  };
}

const pool: WantedPool = { id: planOf('pppoe').id, name: 'homes', ranges: '10.5.0.2-10.5.0.99' };
const everyAccountField: Required<AccountFields> = {
  name: 'bert',
  password: 'y',
  profile: 'plan',
  staticAddress: '10.5.0.8',
  macAddress: null,
  isForKind: true,
  isDisabled: true,
  limitUptime: null,
  limitBytesIn: null,
  limitBytesOut: null,
  limitBytesTotal: null,
};

const menusOf = {
  pppoe: { profile: '/ppp/profile', account: '/ppp/secret', session: '/ppp/active' },
  hotspot: { profile: '/ip/hotspot/user/profile', account: '/ip/hotspot/user', session: '/ip/hotspot/active' },
};

function furnish(router: SimulatedRouter, service: ServiceKind): Record<Change['kind'], Change> {
  const menus = menusOf[service];
  const plan = planOf(service);
  const account = accountOn(plan);
  const oldProfile = router.put(menus.profile, { name: 'old' });
  const otherProfile = router.put(menus.profile, { name: 'other' });
  const poolRef =
    router.find('/ip/pool', { name: 'old' })?.['.id'] ?? router.put('/ip/pool', { name: 'old', ranges: '10.9.0.2' });
  const [renamed = '', changed = '', gone = ''] = ['renamed', 'changed', 'gone', 'online', 'leaving'].map((name) =>
    router.put(menus.account, { name, password: 'x', comment: markOf(account.id) }),
  );
  for (const name of ['online', 'leaving'])
    if (service === 'pppoe') router.dial(name, 'x');
    else router.logInToHotspot(name, 'x', { mac: name === 'online' ? '02:00:00:00:00:01' : '02:00:00:00:00:02' });
  const nameOfSession = service === 'pppoe' ? 'name' : 'user';
  const session = router.find(menus.session, { [nameOfSession]: 'leaving' })?.['.id'] ?? '';
  const cookie = router.find('/ip/hotspot/cookie', { user: 'leaving' })?.['.id'] ?? '*0';
  // By kind, so that a new kind of change cannot be forgotten here.
  return {
    add_pool: { kind: 'add_pool', pool: { ...pool, name: `homes-${service}` } },
    set_pool: { kind: 'set_pool', pool, ref: poolRef, name: service === 'pppoe' ? 'homes' : 'old', ranges: '10.9.0.3' },
    add_profile: { kind: 'add_profile', profile: { ...plan, pool: `homes-${service}` } },
    free_profile_name: { kind: 'free_profile_name', profile: plan, ref: oldProfile, name: 'aside' },
    set_profile: {
      kind: 'set_profile',
      profile: plan,
      ref: otherProfile,
      fields: {
        ...plan,
        name: 'another',
        pool: null,
        sessionTimeoutSeconds: null,
        idleTimeoutSeconds: null,
        dnsServers: null,
      },
    },
    add_account: { kind: 'add_account', account, profileName: 'plan' },
    free_account_name: { kind: 'free_account_name', account, ref: renamed, name: 'aside' },
    set_account: { kind: 'set_account', account, ref: changed, fields: everyAccountField },
    // A hotspot profile has no comment: it is never taken over.
    mark_profile:
      service === 'pppoe'
        ? { kind: 'mark_profile', profile: plan, ref: otherProfile, comment: 'ours' }
        : { kind: 'set_profile', profile: plan, ref: otherProfile, fields: {} },
    mark_account: { kind: 'mark_account', account, ref: changed, comment: 'ours' },
    remove_account: { kind: 'remove_account', account, ref: gone },
    drop_session: { kind: 'drop_session', account, ref: session, name: 'leaving' },
    drop_cookie: { kind: 'drop_cookie', account, ref: cookie, name: 'leaving' },
  };
}

/** All that the server ever does on a router. */
async function doAll(router: SimulatedRouter, reads: Reads): Promise<void> {
  const access = { host: '127.0.0.1', port: router.port, tls: 'off', fingerprint: null } as const;
  const login = { ...access, username: 'lastmile', password: 'demo' };
  router.put('/ip/hotspot', { name: 'lobby', interface: 'ether1' });
  const changes = kinds.flatMap((service) => Object.values(furnish(router, service)));
  expect(await probeRouter(login, { areLocalRoutersAllowed: true })).toMatchObject({
    ok: true,
    facts: { secretCount: 10 },
  });

  const client = await openClient(login, 'tower', { areLocalRoutersAllowed: true });
  const noting = noteReads(client, reads);
  expect(await readFacts(noting, Temporal.Now.instant())).toMatchObject({ identity: 'MikroTik' });
  expect(await readLog(noting, Temporal.Now.instant())).toBeDefined();
  const driver = routerosDriver(noting);
  for (const service of kinds) {
    const observe = (accounts: KindScope['accounts']) =>
      driver.observe({ kinds: [{ service, accounts }], hasPools: accounts === 'all', walledList: 'lm-blocked' });
    const { id, profileId } = accountOn(planOf(service));
    await observe('all');
    await observe({ names: [], ids: [] });
    // Found by its name; by its mark only, with the session of its other name; nowhere, so all is looked at.
    for (const name of ['online', 'unknown']) await observe({ names: [name], ids: [id] });
    await observe({ names: ['unknown'], ids: [profileId] });
  }

  const watching = driver.watchSessions()[Symbol.asyncIterator]();
  const event = watching.next();
  // The listen starts when the router has answered what was sent after it.
  await driver.sessions(true);
  expect((await driver.apply(changes)).map(({ change, error }) => [change.kind, error])).toEqual(
    expect.arrayContaining(changes.map(({ kind }) => [kind, undefined])),
  );
  expect((await event).done).toBe(false);
  await watching.return?.();

  const sessions = await driver.sessions(true);
  expect(sessions.map(({ service, accountName }) => [service, accountName])).toEqual(
    kinds.map((kind) => [kind, 'online']),
  );
  for (const { routerKey } of sessions) await driver.disconnect(routerKey);
  expect(router.count('/ppp/active') + router.count('/ip/hotspot/active')).toBe(0);
  await client.close();
}

const boards = ['RouterBOARD', 'CHR'] as const;
const absent = `skipped: ../shared/data/${file} is not on this machine`;

describe.skipIf(schema === undefined)(schema === undefined ? absent : 'the schema of real routers', () => {
  it('is not satisfied with everything', () => {
    const words = ['=nonsense=1', '=service=nothing', '=.proplist=name,uptime', '?color=red', '.tag=1', '?#|'];
    expect(strangeIn({ command: '/ppp/secret/set', words })).toEqual([
      'argument /ppp/secret/set nonsense',
      'value /ppp/secret/set service=nothing',
      'property /ppp/secret uptime',
      'property /ppp/secret color',
    ]);
    expect(strangeIn({ command: '/ppp/nothing/print', words: [] })).toEqual(['menu /ppp/nothing']);
    expect(strangeIn({ command: '/ppp/active/add', words: [] })).toEqual(['command /ppp/active/add']);
    expect(strangeIn({ command: '/ppp/secret/print', words: ['=show-sensitive='] })).toHaveLength(1);
  });

  describe.each(boards)('knows what we do on a %s:', (board) => {
    const reads: Reads = new Map();
    let router: SimulatedRouter;

    beforeAll(async () => {
      router = await startRouter({ board });
      await doAll(router, reads);
    });

    afterAll(() => router.stop());

    it('every menu, command, argument, value and query that we send', () => {
      const log = router.log();
      expect(new Set(log.map(({ command }) => command))).toEqual(
        new Set([
          '/login',
          '/cancel',
          '/log/print',
          '/system/clock/print',
          '/system/health/print',
          '/system/identity/print',
          '/system/resource/print',
          '/system/routerboard/print',
          '/interface/print',
          ...['print', 'add', 'set'].map((verb) => `/ppp/profile/${verb}`),
          ...['print', 'add', 'set', 'remove'].map((verb) => `/ppp/secret/${verb}`),
          ...['print', 'listen', 'remove'].map((verb) => `/ppp/active/${verb}`),
          '/ip/hotspot/print',
          '/ip/firewall/address-list/print',
          ...['print', 'add', 'set'].map((verb) => `/ip/pool/${verb}`),
          ...['print', 'add', 'set'].map((verb) => `/ip/hotspot/user/profile/${verb}`),
          ...['print', 'add', 'set', 'remove'].map((verb) => `/ip/hotspot/user/${verb}`),
          ...['print', 'listen', 'remove'].map((verb) => `/ip/hotspot/active/${verb}`),
          ...['print', 'remove'].map((verb) => `/ip/hotspot/cookie/${verb}`),
        ]),
      );
      expect(new Set(log.flatMap(strangeIn))).toEqual(new Set());
    });

    it('every property of a row that we read, and each was asked for', () => {
      expect(reads.get('/ppp/secret')?.read).toContain('comment');
      for (const [menu, { read, asked }] of reads) {
        expect(unreadable(menu, [...read])).toEqual([]);
        if (asked !== 'all') expect([menu, [...read].filter((name) => !asked.has(name))]).toEqual([menu, []]);
      }
    });
  });
});
