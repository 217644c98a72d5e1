import { createFileRoute, redirect } from '@tanstack/react-router';
import { PasswordPage } from '../features/access/password-page.tsx';
import { queryClient } from '../lib/query.ts';
import { sessionQuery } from '../lib/session.ts';

export const Route = createFileRoute('/password')({
  beforeLoad: async () => {
    const { staff } = await queryClient.ensureQueryData(sessionQuery);
    if (!staff) throw redirect({ to: '/sign-in', search: { to: '/password' } });
  },
  component: PasswordPage,
});
