import { createFileRoute, redirect } from '@tanstack/react-router';
import { SignInPage } from '../features/access/sign-in-page.tsx';
import { queryClient } from '../lib/query.ts';
import { safeReturn } from '../lib/search.ts';
import { sessionQuery } from '../lib/session.ts';

export const Route = createFileRoute('/sign-in')({
  validateSearch: (search: Record<string, unknown>): { to?: string } => ({ to: safeReturn(search.to) }),
  beforeLoad: async ({ search }) => {
    const { staff } = await queryClient.ensureQueryData(sessionQuery);
    if (staff) throw redirect({ href: search.to ?? '/' });
  },
  component: SignInRoute,
});

function SignInRoute() {
  const { to } = Route.useSearch();
  return <SignInPage to={to ?? '/'} />;
}
