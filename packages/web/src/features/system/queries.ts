import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { call, type Item, type Query, type Reply } from '../../lib/api.ts';
import { refresh } from '../../lib/query.ts';

export type SystemEvent = Item<'GET /api/events'>;
export type Job = Item<'GET /api/jobs'>;
export type DatabaseReport = Reply<'GET /api/database'>;

export const eventList = (query: Query<'GET /api/events'>) =>
  queryOptions({
    queryKey: ['event', 'list', query],
    queryFn: ({ signal }) => call('GET /api/events', { query, signal }),
    placeholderData: keepPreviousData,
  });

/** How many alarms ring. */
export const ringingQuery = queryOptions({
  queryKey: ['event', 'ringing'],
  queryFn: ({ signal }) => call('GET /api/events', { query: { limit: 1 }, signal }),
  select: ({ ringingCount }) => ringingCount,
});

// Runs are not announced: there would be one every few seconds.
const lookEveryMs = 15_000;

export const jobList = queryOptions({
  queryKey: ['event', 'jobs'],
  queryFn: async ({ signal }) => ({ ...(await call('GET /api/jobs', { signal })), next: null }),
  refetchInterval: lookEveryMs,
});

export const databaseQuery = queryOptions({
  queryKey: ['event', 'database'],
  queryFn: ({ signal }) => call('GET /api/database', { signal }),
  refetchInterval: lookEveryMs,
});

export async function silenceAlarms(upToId: string): Promise<void> {
  await call('POST /api/events/silence', { body: { upToId } });
  await refresh('event');
}

export async function runJob(job: string): Promise<void> {
  await call('POST /api/jobs/run', { body: { job } });
  await refresh('event');
}

export async function pauseJob(job: string, reason: string): Promise<void> {
  await call('POST /api/jobs/pause', { body: { job, reason } });
  await refresh('event');
}

export async function resumeJob(job: string): Promise<void> {
  await call('POST /api/jobs/resume', { body: { job } });
  await refresh('event');
}
