// Socket.IO: passes announcements on to the browsers that may read what they are about. Names only, never contents.
import type { Permission } from '@lastmile/contract/permissions.ts';
import type { Announcement, Topic } from '@lastmile/contract/topics.ts';
import { Server, type Socket } from 'socket.io';
import type { Announcements } from './announcements.ts';
import { type Db, type Scope, scopeOf } from './db.ts';
import { type Caller, cookieTokenOf, type Http } from './http.ts';

const topicPermission: Record<Topic, Permission | 'signed_in'> = {
  account: 'customer:read',
  audit: 'audit:read',
  bulk: 'customer:read',
  customer: 'customer:read',
  // Shown on every page, to everybody.
  emergency: 'signed_in',
  event: 'system:read',
  invoice: 'invoice:read',
  message: 'message:read',
  plan: 'plan:read',
  router: 'router:read',
  sessions: 'session:read',
  settings: 'settings:read',
  voucher: 'counter:read',
  staff: 'staff:read',
  subscription: 'invoice:read',
};

// A session that was ended elsewhere stops hearing within this time.
const recheckMs = 30_000;

// To people who are limited to locations announcements go in heaps: one look at the tables for all of them.
const heapMs = 250;

/** What an announcement's id means to somebody who is limited: his thing, another's, or nothing that has a place. */
export type Hearing = {
  /** Topics whose id is a thing of a place. */
  topics: readonly Topic[];
  /** Those of the ids that are of the scope. */
  idsInScope(db: Db, scope: Scope, ids: readonly string[]): Promise<Set<string>>;
};

export type Realtime = { stop(): Promise<void> };

export function startRealtime(http: Http, announcements: Announcements, hearing: Hearing): Realtime {
  const io = new Server(http.app.server, {
    path: '/socket.io',
    serveClient: false,
    maxHttpBufferSize: 10_000,
    transports: ['websocket', 'polling'],
  });

  io.use(async (socket, next) => {
    const token = tokenOf(http, socket.request, socket.handshake.auth);
    const caller = token ? await http.identify(token, socket.handshake.address).catch(() => undefined) : undefined;
    if (!token || !mayListen(caller)) return next(new Error('signed_out'));
    Object.assign(socket.data, { token, caller });
    next();
  });

  // Not in the handshake: one that breaks off there never says goodbye.
  io.on('connection', (socket) => {
    const { token, caller } = socket.data as SocketData;
    seat(socket, caller);
    const recheck = setInterval(async () => {
      const still = await http.identify(token, socket.handshake.address).catch(() => caller);
      if (!mayListen(still)) socket.disconnect(true);
      else seat(socket, still);
    }, recheckMs);
    socket.once('disconnect', () => clearInterval(recheck));
  });

  let heap = new Set<string>();
  let pouring: NodeJS.Timeout | undefined;
  const pour = async () => {
    pouring = undefined;
    const heaped = [...heap].map((text) => JSON.parse(text) as Announcement);
    heap = new Set();
    const limited = [...io.sockets.sockets.values()].filter(({ data }) => isLimited(data as SocketData));
    const byScope = Map.groupBy(limited, ({ data }) => JSON.stringify(scopeOf((data as SocketData).caller.actor)));
    for (const [scope, sockets] of byScope) {
      const heard = await heardIn(http.database.db, JSON.parse(scope) as Scope, hearing, heaped);
      for (const socket of sockets)
        for (const announcement of heard)
          if (mayHear((socket.data as SocketData).caller, announcement.topic)) socket.emit('changed', announcement);
    }
  };

  const deaf = announcements.listen((announcement) => {
    io.to(announcement.topic).emit('changed', announcement);
    if (![...io.sockets.sockets.values()].some(({ data }) => isLimited(data as SocketData))) return;
    heap.add(JSON.stringify(announcement));
    // A hint that is lost costs nothing but time: the page looks again by itself.
    pouring ??= setTimeout(() => void pour().catch(() => {}), heapMs);
  });
  return {
    async stop() {
      deaf();
      clearTimeout(pouring);
      io.disconnectSockets(true);
      await io.close();
    },
  };
}

type SocketData = { token: string; caller: Caller };

function isLimited({ caller }: SocketData): boolean {
  return caller !== undefined && scopeOf(caller.actor) !== 'everywhere';
}

/** Who sees everything sits in a room per topic; who is limited is told one by one. Again now and then, for rights change. */
function seat(socket: Socket, caller: Caller): void {
  const data = socket.data as SocketData;
  data.caller = caller;
  const topics = isLimited(data) ? [] : permittedTopics(caller);
  for (const room of socket.rooms) if (room !== socket.id && !topics.includes(room as Topic)) void socket.leave(room);
  for (const topic of topics) void socket.join(topic);
}

/** What somebody who is limited gets to hear: not of things of other places, and of things without a place no id. */
async function heardIn(
  db: Db,
  scope: Scope,
  hearing: Hearing,
  announcements: readonly Announcement[],
): Promise<Announcement[]> {
  const isPlaced = ({ topic, id }: Announcement) => hearing.topics.includes(topic) && id !== '*';
  const placed = announcements.filter(isPlaced);
  const own = await hearing.idsInScope(db, scope, [...new Set(placed.map(({ id }) => id))]);
  const others = new Set(announcements.filter((one) => !isPlaced(one)).map(({ topic }) => topic));
  return [...placed.filter(({ id }) => own.has(id)), ...[...others].map((topic) => ({ topic, id: '*' }))];
}

function tokenOf(
  http: Http,
  request: Parameters<typeof cookieTokenOf>[1],
  auth: Record<string, unknown>,
): string | undefined {
  return typeof auth.token === 'string' ? auth.token : cookieTokenOf(http, request);
}

function mayListen(caller: Caller | undefined): caller is Caller {
  return caller !== undefined && !caller.isPasswordChangeRequired && !caller.isSecondFactorRequired;
}

function mayHear({ permissions }: Caller, topic: Topic): boolean {
  const permission = topicPermission[topic];
  return permission === 'signed_in' || permissions.has(permission);
}

function permittedTopics(caller: Caller): Topic[] {
  return (Object.keys(topicPermission) as Topic[]).filter((topic) => mayHear(caller, topic));
}
