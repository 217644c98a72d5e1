// Keys of queries begin with the topic that makes them stale: ['plan', 'list', ...]. A query that shows more than one
// thing names the others in `meta.topics`.
import type { Topic } from '@lastmile/contract/topics.ts';
import { type Query, QueryClient } from '@tanstack/react-query';
import { ApiError } from './api.ts';

declare module '@tanstack/react-query' {
  interface Register {
    queryMeta: { topics?: readonly Topic[] };
  }
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Announcements say what is stale; this only bounds how old a page may be when it is opened again.
      staleTime: 15_000,
      retry: (failures, error) => failures < 2 && isPassing(error),
    },
  },
});

function isPassing(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500);
}

/** Reads again everything on the page that shows one of these topics. Await it after an act. */
export function refresh(...topics: Topic[]): Promise<void> {
  return queryClient.invalidateQueries({ predicate: (query) => topics.some((topic) => shows(query, topic)) });
}

function shows(query: Query, topic: Topic): boolean {
  return query.queryKey[0] === topic || (query.meta?.topics?.includes(topic) ?? false);
}
