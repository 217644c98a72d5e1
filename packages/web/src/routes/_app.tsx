import { createFileRoute, redirect } from '@tanstack/react-router';
import { Shell } from '../features/shell/shell.tsx';
import { queryClient } from '../lib/query.ts';
import { sessionQuery } from '../lib/session.ts';

// Everything behind the sign-in page.
export const Route = createFileRoute('/_app')({
  beforeLoad: async ({ location }) => {
    const { staff, passwordChangeRequired, secondFactorRequired } = await queryClient.ensureQueryData(sessionQuery);
    if (!staff) throw redirect({ to: '/sign-in', search: { to: location.href } });
    if (passwordChangeRequired) throw redirect({ to: '/password' });
    if (secondFactorRequired) throw redirect({ to: '/second-factor' });
    // A cashier has one screen.
    if (staff.role === 'cashier') throw redirect({ to: '/cashier' });
  },
  component: Shell,
});
