import { createRootRoute, Outlet } from '@tanstack/react-router';
import { queryClient } from '../lib/query.ts';
import { sessionQuery } from '../lib/session.ts';

// Every page knows who is looking and how the provider writes money and days.
export const Route = createRootRoute({
  beforeLoad: () => queryClient.ensureQueryData(sessionQuery).then(() => undefined),
  component: Outlet,
});
