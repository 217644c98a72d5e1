// Socket.IO: passes announcements on to the browsers that may read what they are about. Names only, never contents.
import type { Permission } from '@lastmile/contract/permissions.ts';
import type { Topic } from '@lastmile/contract/topics.ts';
import { Server } from 'socket.io';
import type { Announcements } from './announcements.ts';
import { type Caller, cookieTokenOf, type Http } from './http.ts';

const topicPermission: Record<Topic, Permission> = {
  account: 'customer:read',
  audit: 'audit:read',
  customer: 'customer:read',
  invoice: 'invoice:read',
  plan: 'plan:read',
  router: 'router:read',
  sessions: 'session:read',
  settings: 'settings:read',
};

// A session that was ended elsewhere stops hearing within this time.
const recheckMs = 30_000;

export type Realtime = { stop(): Promise<void> };

export function startRealtime(http: Http, announcements: Announcements): Realtime {
  const io = new Server(http.app.server, {
    path: '/socket.io',
    serveClient: false,
    maxHttpBufferSize: 10_000,
    transports: ['websocket', 'polling'],
  });

  io.use(async (socket, next) => {
    const token = tokenOf(http, socket.request, socket.handshake.auth);
    const caller = token ? await http.identify(token).catch(() => undefined) : undefined;
    if (!token || !mayListen(caller)) return next(new Error('signed_out'));
    for (const topic of permittedTopics(caller)) void socket.join(topic);
    Object.assign(socket.data, { token, caller });
    next();
  });

  // Not in the handshake: one that breaks off there never says goodbye.
  io.on('connection', (socket) => {
    const { token, caller } = socket.data as { token: string; caller: Caller };
    const recheck = setInterval(async () => {
      const still = await http.identify(token).catch(() => caller);
      if (!mayListen(still)) socket.disconnect(true);
    }, recheckMs);
    socket.once('disconnect', () => clearInterval(recheck));
  });

  const deaf = announcements.listen((announcement) => io.to(announcement.topic).emit('changed', announcement));
  return {
    async stop() {
      deaf();
      io.disconnectSockets(true);
      await io.close();
    },
  };
}

function tokenOf(
  http: Http,
  request: Parameters<typeof cookieTokenOf>[1],
  auth: Record<string, unknown>,
): string | undefined {
  return typeof auth.token === 'string' ? auth.token : cookieTokenOf(http, request);
}

function mayListen(caller: Caller | undefined): caller is Caller {
  return caller !== undefined && !caller.isPasswordChangeRequired;
}

function permittedTopics(caller: Caller): Topic[] {
  return (Object.keys(topicPermission) as Topic[]).filter((topic) => caller.permissions.has(topicPermission[topic]));
}
