// The server says what changed; whatever shows it is read again. Nothing travels here but topics and ids.
import type { Announcement, Topic } from '@lastmile/contract/topics.ts';
import { useSyncExternalStore } from 'react';
import type { Socket } from 'socket.io-client';
import { queryClient, refresh } from './query.ts';
import { sessionQuery } from './session.ts';

export type Connection = 'connecting' | 'live' | 'lost';

let connection: Connection = 'connecting';
const watchers = new Set<() => void>();

function become(next: Connection): void {
  if (next === connection) return;
  connection = next;
  for (const watcher of watchers) watcher();
}

export function useConnection(): Connection {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => connection,
  );
}

/** Connects until the returned function is called. The client is loaded after the first paint: 13 kB less to wait for. */
export function connectRealtime(): () => void {
  let socket: Socket | undefined;
  let isStopped = false;
  void import('socket.io-client').then(({ io }) => {
    if (isStopped) return;
    socket = io({ transports: ['websocket', 'polling'] });
    listen(socket, () => isStopped);
  });
  return () => {
    isStopped = true;
    socket?.disconnect();
  };
}

// A server that restarts is back in a few seconds; who was signed out is away from here before.
const comeBackMs = 2000;

function listen(socket: Socket, isStopped: () => boolean): void {
  let wasLive = false;
  // By itself it comes back only from a line that broke: not when the server said goodbye (it restarts) or refused (its
  // database was not there yet, or the session ended). `active` is false then.
  const comeBack = () => {
    if (socket.active || isStopped()) return;
    setTimeout(() => isStopped() || socket.connect(), comeBackMs);
  };
  socket.on('connect', () => {
    // Announcements were missed while the line was down.
    if (wasLive) void queryClient.invalidateQueries();
    wasLive = true;
    become('live');
  });
  socket.on('disconnect', (reason) => {
    become(reason === 'io client disconnect' ? 'connecting' : 'lost');
    comeBack();
  });
  socket.on('connect_error', () => {
    become('lost');
    // If the session ended, asking for it leads to the sign-in page.
    if (!socket.active) void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
    comeBack();
  });
  socket.on('changed', ({ topic }: Announcement) => collect(topic));
}

// A run over a thousand accounts announces each; a page needs to look only once.
const gatherMs = 250;
// Sessions are announced whenever a router was read: with a hundred routers that never ends, and nobody reads faster.
const restMs: Partial<Record<Topic, number>> = { sessions: 2000 };
const gathered = new Set<Topic>();
const restUntil = new Map<Topic, number>();
let isWaiting = false;

function collect(topic: Topic): void {
  gathered.add(topic);
  if (!isWaiting) wait();
}

function wait(): void {
  isWaiting = true;
  // Behind another tab nobody looks; it is made good when somebody does.
  if (document.hidden) document.addEventListener('visibilitychange', flush, { once: true });
  else setTimeout(flush, gatherMs);
}

function flush(): void {
  const now = Date.now();
  const due = [...gathered].filter((topic) => (restUntil.get(topic) ?? 0) <= now);
  for (const topic of due) {
    gathered.delete(topic);
    restUntil.set(topic, now + (restMs[topic] ?? 0));
  }
  if (due.length > 0) void refresh(...due);
  isWaiting = false;
  if (gathered.size > 0) wait();
}
