import { createFileRoute, redirect } from '@tanstack/react-router';
import { EmergencyNotice } from '../features/emergency/emergency-notice.tsx';
import { CashierPage } from '../features/vouchers/cashier-page.tsx';
import { queryClient } from '../lib/query.ts';
import { requirePermission, sessionQuery } from '../lib/session.ts';

// Without the bars of the office: a cashier has this one screen.
export const Route = createFileRoute('/cashier')({
  beforeLoad: async () => {
    const { staff, passwordChangeRequired, secondFactorRequired } = await queryClient.ensureQueryData(sessionQuery);
    if (!staff) throw redirect({ to: '/sign-in', search: { to: '/cashier' } });
    if (passwordChangeRequired) throw redirect({ to: '/password' });
    if (secondFactorRequired) throw redirect({ to: '/second-factor' });
    await requirePermission('counter:sell');
  },
  component: CashierRoute,
});

function CashierRoute() {
  return (
    <>
      <EmergencyNotice />
      <CashierPage />
    </>
  );
}
