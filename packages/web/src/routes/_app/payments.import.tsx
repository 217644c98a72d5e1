import { createFileRoute } from '@tanstack/react-router';
import { BankImportPage } from '../../features/billing/bank-import-page.tsx';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/payments/import')({
  beforeLoad: () => requirePermission('payment:record'),
  component: BankImportRoute,
});

function BankImportRoute() {
  const navigate = Route.useNavigate();
  return <BankImportPage onKept={() => void navigate({ to: '/payments/bank' })} />;
}
