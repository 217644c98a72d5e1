// Hears what transactions announce (PostgreSQL's NOTIFY) and tells whoever asked. Announcements are hints: a listener
// looks at the tables, and after a gap everybody is told to look at everything.
import { type Announcement, type Topic, topics } from '@lastmile/contract/topics.ts';
import pg from 'pg';
import { announcementChannel } from './db.ts';
import type { Log } from './log.ts';

export type Listener = (announcement: Announcement) => void;

export type Announcements = {
  /** Calls the listener for each announcement; returns the way to stop it. */
  listen(listener: Listener): () => void;
  stop(): Promise<void>;
};

const firstDelayMs = 100;
const longestDelayMs = 5000;

export async function hearAnnouncements(url: string, log: Log): Promise<Announcements> {
  const listeners = new Set<Listener>();
  let client: pg.Client | undefined;
  let isStopped = false;
  let retry: NodeJS.Timeout | undefined;

  const tell = (announcement: Announcement) => {
    for (const listener of listeners) listener(announcement);
  };

  async function connect(): Promise<void> {
    const next = new pg.Client({ connectionString: url, application_name: 'lastmile announcements', keepAlive: true });
    next.on('notification', ({ payload }) => tell(parseAnnouncement(payload)));
    next.on('error', () => {});
    next.once('end', () => {
      if (client === next && !isStopped) void reconnect(firstDelayMs);
    });
    try {
      await next.connect();
      await next.query(`listen ${announcementChannel}`);
      client = next;
    } catch (error) {
      void next.end().catch(() => {});
      throw error;
    }
  }

  async function reconnect(delayMs: number): Promise<void> {
    log.warn('lost the announcements of the database: connecting again');
    retry = setTimeout(
      async () => {
        try {
          await connect();
          if (isStopped) return void client?.end().catch(() => {});
          for (const topic of topics) tell({ topic, id: '*' });
        } catch {
          if (!isStopped) void reconnect(Math.min(delayMs * 2, longestDelayMs));
        }
      },
      delayMs * (0.5 + Math.random()),
    );
  }

  await connect();
  return {
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async stop() {
      isStopped = true;
      clearTimeout(retry);
      listeners.clear();
      await client?.end().catch(() => {});
    },
  };
}

function parseAnnouncement(payload = ''): Announcement {
  const [topic = '', id = '*'] = payload.split(' ');
  return { topic: topic as Topic, id };
}
