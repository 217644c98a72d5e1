// For tests only: two simulated routers with a database of what is wanted on them, in which a history is lived.
import { type RouterClient, RouterError, type Row } from '@lastmile/routeros';
import { startRouter } from '@lastmile/routeros-sim';
import { manualClock } from '../src/platform/clock.ts';
import { type Actor, inTransaction, openDatabase, type Work } from '../src/platform/db.ts';
import { DomainError } from '../src/platform/errors.ts';
import { newId } from '../src/platform/ids.ts';
import { createSealer, keyFromSecret } from '../src/platform/secrets.ts';
import { addAccount, changeAccount, lockAccountsOf, removeAccount } from '../src/provisioning/accounts.ts';
import { changeBlockedAccess, getBlockedAccess } from '../src/provisioning/blocked-access.ts';
import { blockAccount, liftBlock } from '../src/provisioning/blocks.ts';
import { routerosDriver } from '../src/provisioning/drivers/routeros.ts';
import { moveAccount } from '../src/provisioning/move-account.ts';
import { addProfile, changeProfile, type ServiceKind } from '../src/provisioning/profiles.ts';
import { type Round, reconcileRound } from '../src/provisioning/reconcile.ts';
import { markOf } from '../src/provisioning/rules/mark-rules.ts';
import { getWanted } from '../src/provisioning/wanted.ts';
import { openClient } from '../src/routers/probe.ts';
import type { Simulated } from './provider.test-support.ts';
import {
  type AccountRow,
  complaintsOf,
  type ForeignSession,
  marked,
  type ObjectRow,
  ownerOf,
  plainRow,
} from './router-complaints.test-support.ts';
import {
  callerIdOf,
  type Dial,
  type Hand,
  type HistoryEvent,
  type Mishap,
  menus,
  type Place,
  passwordOf,
  places,
  profileNames,
  type RoundEvent,
  type RouterHabits,
  serviceOfProfile,
  services,
  slots,
  type Wish,
} from './router-events.test-support.ts';
import { Crash, clientWith, clientWithShortReads, databaseWith, Steps } from './router-mishaps.test-support.ts';

const sealer = createSealer(keyFromSecret('a secret for the tests'));
const staff: Actor = { kind: 'staff', id: null, name: 'ana' };

export type RouterWorld = Awaited<ReturnType<typeof openRouterWorld>>;

/** Opens a world on a fresh database; `begin` starts another history in it. */
export async function openRouterWorld(databaseUrl: string) {
  const clock = manualClock('2026-03-01T12:00:00Z');
  const database = openDatabase(databaseUrl, clock, 4);
  const write = <T>(act: (work: Work) => Promise<T>) => inTransaction(database, staff, act);

  let routers: Simulated[] = [];
  let routerIds: string[] = [];
  let customerIds: string[] = [];
  let profileIds: string[] = [];
  /** Everything at the routers that is not ours, as it must stay: by place, menu and id. */
  let foreign: Map<string, ObjectRow>[] = [];
  let arePasswordsHidden = false;
  let foreignSessions: ForeignSession[] = [];

  async function begin(habit: RouterHabits = {}): Promise<void> {
    await database.pool.query(
      `delete from provisioning.sessions; delete from provisioning.drifts; delete from provisioning.blocks; delete from provisioning.daily_usage; delete from provisioning.accounts; delete from provisioning.profile_copies;
       delete from provisioning.profiles where not is_for_blocked;
       update provisioning.blocked_access set mode = 'disable', revision = 1; delete from customers.customers; delete from routers.routers;`,
    );
    arePasswordsHidden = habit.users?.some(({ policy }) => policy && !policy.includes('sensitive')) ?? false;
    routers = await Promise.all(places.map(() => startRouter(habit)));
    routerIds = places.map(() => newId());
    for (const at of places)
      await database.pool.query(
        `insert into routers.routers (id, label, host, port, tls, username, password_sealed, mode, change_limit_percent, created_at)
         values ($1, $2, '127.0.0.1', $3, 'off', 'lastmile', $4, 'manage', 100, now())`,
        [routerId(at), `Tower ${at}`, routerAt(at).port, sealer.seal('demo', routerId(at))],
      );
    customerIds = slots.map(() => newId());
    for (const id of customerIds)
      await database.pool.query(
        `insert into customers.customers (id, name, created_at) values ($1, 'Ana Horvat', now())`,
        [id],
      );
    profileIds = [];
    for (const [place, profileName] of profileNames.entries()) {
      const rates = { downKbps: 1024, upKbps: 1024 };
      const service = serviceOfProfile(place);
      profileIds.push(await write((work) => addProfile(work, { name: profileName, service, ...rates })));
    }
    foreign = places.map(() => new Map());
    foreignSessions = [];
    for (const at of places)
      for (const service of services) {
        putForeign(at, menus[service].account, { name: 'guest', password: 'foreign', comment: 'a neighbour' });
        dialForeign(at, service, 'guest');
      }
  }

  async function end(): Promise<void> {
    await Promise.all(routers.map((router) => router.stop()));
  }

  function routerAt(at: Place): Simulated {
    return routers[at] as Simulated;
  }

  const routerId = (at: Place): string => routerIds[at] ?? '';

  // The office.

  async function carryOut(wish: Wish): Promise<void> {
    // Another wish of the same second may stand in the way: then the office is told so.
    await write((work) => act(work, wish)).catch((error: unknown) => {
      if (!(error instanceof DomainError)) throw error;
    });
  }

  async function act(work: Work, wish: Wish): Promise<void> {
    if (wish.wish === 'edit profile') {
      const { kbps } = wish;
      return changeProfile(work, profileIds[wish.profile] ?? '', {
        ...(wish.name === undefined ? {} : { name: wish.name }),
        downKbps: kbps,
        upKbps: kbps,
        addressRange: wish.range,
        idleTimeoutSeconds: wish.idleSeconds,
      });
    }
    if (wish.wish === 'garden') {
      const { revision } = await getBlockedAccess(work.db);
      await changeBlockedAccess(work, { revision, mode: wish.isOn ? 'walled_garden' : 'disable' });
      return;
    }
    const customerId = customerIds[wish.slot] ?? '';
    const [account] = await lockAccountsOf(work, customerId);
    if (wish.wish === 'add') {
      if (account) return;
      const profileId = profileIds[wish.profile] ?? '';
      const password = passwordOf(wish.slot, true);
      await addAccount(work, sealer, {
        customerId,
        routerId: routerId(wish.place),
        profileId,
        name: wish.name,
        password,
      });
      return;
    }
    if (!account) return;
    const ref = { id: account.id, customerId, name: account.name };
    switch (wish.wish) {
      case 'rename':
        return changeAccount(work, sealer, account, { name: wish.name });
      case 'exchange': {
        const [other] = await lockAccountsOf(work, customerIds[wish.other] ?? '');
        if (!other || other.id === account.id) return;
        await changeAccount(work, sealer, account, { name: `between-${wish.slot}` });
        await changeAccount(work, sealer, other, { name: account.name });
        return changeAccount(work, sealer, { ...account, name: `between-${wish.slot}` }, { name: other.name });
      }
      case 'hand over': {
        const otherId = customerIds[wish.other] ?? '';
        if ((await lockAccountsOf(work, otherId)).some(({ id }) => id !== account.id)) return;
        await removeAccount(work, account);
        const { routerId: same, profileId, name: kept } = account;
        const password = passwordOf(wish.other, true);
        await addAccount(work, sealer, { customerId: otherId, routerId: same, profileId, name: kept, password });
        return;
      }
      case 'password':
        return changeAccount(work, sealer, account, { password: passwordOf(wish.slot, wish.isFirst) });
      case 'profile':
        return changeAccount(work, sealer, account, { profileId: profileIds[wish.profile] ?? '' });
      case 'address':
        return changeAccount(work, sealer, account, { staticAddress: wish.address });
      case 'device':
        return changeAccount(work, sealer, account, { macAddress: wish.isOwn ? callerIdOf(wish.slot) : null });
      case 'block':
        await blockAccount(work, ref, 'staff');
        return;
      case 'unblock':
        await liftBlock(work, ref, 'staff');
        return;
      case 'remove':
        return removeAccount(work, account);
      case 'move': {
        const next = account.routerId === routerId(0) ? routerId(1) : routerId(0);
        await moveAccount(work, sealer, account, { routerId: next });
      }
    }
  }

  // The person at the router.

  function putForeign(at: Place, menu: string, values: Record<string, string>): void {
    keepForeign(at, menu, routerAt(at).put(menu, values));
  }

  function keepForeign(at: Place, menu: string, id: string): void {
    foreign[at]?.set(`${menu} ${id}`, plainRow(routerAt(at), menu, id));
  }

  function dialForeign(at: Place, service: ServiceKind, dialled: string): void {
    const callerId = `02:00:00:00:99:${String(foreignSessions.length).padStart(2, '0')}`;
    if (logIn(at, service, dialled, 'foreign', callerId))
      foreignSessions.push({ place: at, service, name: dialled, callerId });
  }

  function logIn(at: Place, service: ServiceKind, dialled: string, password: string, callerId: string): boolean {
    const router = routerAt(at);
    if (service === 'pppoe') return router.dial(dialled, password, { callerId }).ok;
    return router.logInToHotspot(dialled, password, { mac: callerId }).ok;
  }

  async function reachIn(hand: Hand): Promise<void> {
    try {
      await handle(hand);
    } catch (error) {
      // The router does not let him: the name is taken.
      if (!(error instanceof Error) || error.constructor.name !== 'Refusal') throw error;
    }
  }

  async function handle(hand: Hand): Promise<void> {
    const { place: at } = hand;
    const router = routerAt(at);
    const { service: kind } = hand;
    switch (hand.hand) {
      case 'foreign account':
        return putForeign(at, menus[kind].account, {
          name: hand.name,
          password: 'foreign',
          ...(kind === 'pppoe' ? { service: 'pppoe' } : {}),
        });
      case 'foreign profile':
        return putForeign(at, menus[kind].profile, { name: hand.name, 'rate-limit': '7M/7M' });
      case 'foreign dials':
        return dialForeign(at, kind, hand.name);
      case 'remove foreign': {
        const menu = menus[kind].account;
        const row = router.find(menu, { name: hand.name });
        if (!row || !foreign[at]?.has(`${menu} ${row['.id']}`)) return;
        router.drop(menu, row['.id'] ?? '');
        foreign[at].delete(`${menu} ${row['.id']}`);
        forgetSessions(at, kind, hand.name);
        return;
      }
    }
    const isProfile = hand.hand.includes('profile');
    const menu = isProfile ? menus[kind].profile : menus[kind].account;
    const rows = marked(routerAt(at), menu);
    const row = rows[hand.nth % Math.max(1, rows.length)];
    if (!row) return;
    const id = row['.id'] ?? '';
    // Whoever takes a name away that we never heard of sees to its session himself: nobody could find it later.
    const isKnown = isProfile || (await listAccounts()).some(({ appliedName }) => appliedName === row.name);
    switch (hand.hand) {
      case 'rename':
        // Whoever gives a name under which somebody is online sees to that session, too: it looks like one of the new name's.
        if (row.name !== hand.name && !router.find(menu, { name: hand.name })) forgetSessions(at, kind, hand.name);
        router.edit(menu, id, { name: hand.name });
        if (!isKnown) forgetSessions(at, kind, row.name ?? '');
        return;
      case 'rename profile': {
        // Who keeps the mark in the name of what has no comment keeps it ours.
        const mark = kind === 'hotspot' ? markOf(ownerOf(row) ?? '') : '';
        return router.edit(menu, id, { name: `${hand.name}${mark}` });
      }
      case 'change':
        // A password that the router does not show cannot be found to be wrong.
        if (!arePasswordsHidden) router.edit(menu, id, { password: 'by hand' });
        return router.edit(menu, id, {
          profile: 'default',
          ...(kind === 'pppoe'
            ? { service: 'l2tp', 'remote-address': '10.9.9.9', 'limit-bytes-in': '1000000' }
            : {
                address: '10.9.9.9',
                'mac-address': '02:00:00:00:00:77',
                'limit-uptime': '1h',
                'limit-bytes-total': '1000000',
              }),
        });
      case 'change profile':
        return router.edit(menu, id, { 'rate-limit': '9M/9M', 'idle-timeout': '7m', 'address-list': 'by-hand' });
      case 'disable':
        return router.edit(menu, id, { disabled: 'yes' });
      case 'enable':
        return router.edit(menu, id, { disabled: 'no' });
      case 'note':
        return router.edit(menu, id, { comment: `pays late ${row.comment} !` });
      case 'erase mark':
      case 'erase mark of profile':
        router.edit(menu, id, isProfile && kind === 'hotspot' ? { name: `mine-${id}` } : { comment: 'mine now' });
        return keepForeign(at, menu, id);
      case 'remove':
      case 'remove profile':
        router.drop(menu, id);
        if (!isKnown) forgetSessions(at, kind, row.name ?? '');
    }
  }

  function forgetSessions(at: Place, service: ServiceKind, ended: string): void {
    const router = routerAt(at);
    const menu = service === 'pppoe' ? '/ppp/active' : '/ip/hotspot/active';
    for (const row of router.rows(menu)) if ((row.name ?? row.user) === ended) router.drop(menu, row['.id'] ?? '');
    if (service === 'hotspot')
      for (const row of router.rows('/ip/hotspot/cookie'))
        if (row.user === ended) router.drop('/ip/hotspot/cookie', row['.id'] ?? '');
    foreignSessions = foreignSessions.filter(
      (session) => session.place !== at || session.service !== service || session.name !== ended,
    );
  }

  function dial({ dial: caller, place: at }: Dial): void {
    const router = routerAt(at);
    const callerId = callerIdOf(caller);
    for (const kind of services) {
      const isOnline = (dialled: string | undefined) =>
        router.sessions.some((one) => one.kind === kind && one.callerId === callerId && one.name === dialled);
      for (const row of router.rows(menus[kind].account))
        for (const isFirst of [true, false])
          if (!isOnline(row.name)) logIn(at, kind, row.name ?? '', passwordOf(caller, isFirst), callerId);
      // A cookie lets its device in without a password.
      if (kind === 'hotspot')
        for (const { user, 'mac-address': mac } of router.rows('/ip/hotspot/cookie'))
          if (mac === callerId && !isOnline(user)) router.logInToHotspot(user ?? '', '', { mac, by: 'mac-cookie' });
    }
  }

  // The rounds.

  async function live(event: HistoryEvent): Promise<void> {
    if ('wish' in event) await carryOut(event);
    else if ('hand' in event) await reachIn(event);
    else if ('dial' in event) dial(event);
    else await troubledRound(event);
  }

  async function troubledRound({ place: at, look, weather, mishaps: planned }: RoundEvent): Promise<void> {
    const router = routerAt(at);
    Object.assign(router.faults, weather);
    const steps = new Steps(planned, (mishap) => happen(at, mishap));
    try {
      await round(at, look, steps, 100);
    } catch (error) {
      if (!(error instanceof Crash || error instanceof RouterError)) throw error;
    }
  }

  async function happen(at: Place, mishap: Mishap): Promise<void> {
    const { faults } = routerAt(at);
    switch (mishap.mishap) {
      case 'offline':
        faults.offline = true;
        return;
      case 'silent':
        faults.silent = true;
        return;
      case 'truncated':
        faults.truncateReply = mishap.bytes;
        return;
      case 'refused':
        faults.failNext(mishap.command, mishap.text);
        return;
      case 'meanwhile':
        await live(mishap.event);
    }
  }

  /** A round whose reads of accounts lack rows without a word of it. */
  function roundWithShortReads(at: Place, look: RoundEvent['look'], keep: (rows: Row[]) => Row[]): Promise<Round> {
    return round(at, look, undefined, undefined, (client) => clientWithShortReads(client, keep));
  }

  /** One round on a connection of its own. Each is minutes after the one before, so that what waits for its time is due. */
  async function round(
    at: Place,
    look: 'unsettled' | 'everything',
    steps = new Steps([], () => {}),
    timeoutMs = 20_000,
    spoil = (client: RouterClient): RouterClient => client,
  ): Promise<Round> {
    clock.advance({ minutes: 10 });
    const router = routerAt(at);
    const access = { host: '127.0.0.1', port: router.port, username: 'lastmile', password: 'demo' };
    const client = await openClient({ ...access, tls: 'off', fingerprint: null }, 'Tower', {
      areLocalRoutersAllowed: true,
      commandTimeoutMs: timeoutMs,
    });
    try {
      const driver = routerosDriver(clientWith(spoil(client), steps));
      const wanted = await getWanted(database.db, sealer, routerId(at), look, clock.now());
      return await reconcileRound(databaseWith(database, steps), driver, routerId(at), look, wanted);
    } finally {
      await steps.end();
      router.faults.clear();
      await router.settled();
      await client.close();
    }
  }

  // What must be true.

  async function listAccounts(): Promise<AccountRow[]> {
    const { rows } = await database.pool.query(
      `select a.*, exists (select from provisioning.blocks b where b.account_id = a.id and b.lifted_at is null) as blocked,
         (select mode = 'walled_garden' from provisioning.blocked_access) as is_walled
       from provisioning.accounts a order by a.id`,
    );
    return rows.map((row) => ({
      id: row.id,
      service: row.service,
      staticAddress: row.static_address,
      macAddress: row.mac_address,
      slot: customerIds.indexOf(row.customer_id),
      place: routerIds.indexOf(row.router_id) as Place,
      name: row.name,
      appliedName: row.applied_name,
      // That of an account that left is not kept.
      password: row.password_sealed.length === 0 ? '' : sealer.open(row.password_sealed, row.id),
      profileId: row.profile_id,
      isRemoved: row.removed_at !== null,
      isBlocked: row.blocked,
      isWalled: row.blocked && row.is_walled,
      version: row.version,
      appliedVersion: row.applied_version,
      isPending: row.pending_since !== null,
      isWaitingForPerson: row.pending_since !== null && row.next_try_at === null,
      troubleCode: row.trouble_code,
    }));
  }

  /** Everything that is not as it must be, in words; empty when all is well. */
  async function complaints(): Promise<string[]> {
    const accounts = await listAccounts();
    const { rows: wantedProfiles } = await database.pool.query('select * from provisioning.profiles');
    return places.flatMap((at) =>
      complaintsOf({
        place: at,
        router: routerAt(at),
        foreign: foreign[at] ?? new Map(),
        foreignSessions,
        accounts,
        wantedProfiles,
      }),
    );
  }

  return {
    database,
    sealer,
    begin,
    end,
    routerAt,
    routerId,
    live,
    round: (at: Place, look: RoundEvent['look']) => round(at, look),
    roundWithShortReads,
    listAccounts,
    complaints,
    close: () => database.pool.end(),
  };
}

/** The commands that change something, of those that the router was told. */
export function writesOf(router: Simulated): string[] {
  return router
    .log()
    .map(({ command }) => command)
    .filter((command) => !/\/(print|login|listen|cancel)$|^\/login$/.test(command));
}
