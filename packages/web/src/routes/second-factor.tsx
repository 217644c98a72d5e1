import { createFileRoute, redirect } from '@tanstack/react-router';
import { SecondFactorPage } from '../features/access/second-factor-page.tsx';
import { queryClient } from '../lib/query.ts';
import { sessionQuery } from '../lib/session.ts';

export const Route = createFileRoute('/second-factor')({
  beforeLoad: async () => {
    const { staff, secondFactorRequired } = await queryClient.ensureQueryData(sessionQuery);
    if (!staff) throw redirect({ to: '/sign-in', search: { to: '/second-factor' } });
    if (!secondFactorRequired) throw redirect({ to: '/account' });
  },
  component: SecondFactorPage,
});
