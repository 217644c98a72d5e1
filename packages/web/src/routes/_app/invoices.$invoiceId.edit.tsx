import { createFileRoute } from '@tanstack/react-router';
import { EditDraftPage } from '../../features/billing/invoice-form-page.tsx';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/invoices/$invoiceId/edit')({
  beforeLoad: () => requirePermission('invoice:write'),
  component: EditDraftRoute,
});

function EditDraftRoute() {
  const { invoiceId } = Route.useParams();
  const navigate = Route.useNavigate();
  return (
    <EditDraftPage
      key={invoiceId}
      invoiceId={invoiceId}
      onDone={() => void navigate({ to: '/invoices/$invoiceId', params: { invoiceId } })}
    />
  );
}
