import { createFileRoute } from '@tanstack/react-router';
import { ReconciliationPage } from '../../features/vouchers/reconciliation-page.tsx';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/reconciliation')({
  beforeLoad: () => requirePermission('voucher:read'),
  component: ReconciliationPage,
});
