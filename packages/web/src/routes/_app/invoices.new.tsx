import { createFileRoute } from '@tanstack/react-router';
import { NewInvoicePage } from '../../features/billing/invoice-form-page.tsx';
import { textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/invoices/new')({
  validateSearch: (search: Record<string, unknown>): { customerId?: string } => ({
    customerId: textOf(search.customerId),
  }),
  beforeLoad: () => requirePermission('invoice:write'),
  component: NewInvoiceRoute,
});

function NewInvoiceRoute() {
  const navigate = Route.useNavigate();
  const { customerId } = Route.useSearch();
  return (
    <NewInvoicePage
      customerId={customerId}
      onDone={({ id }) => void navigate({ to: '/invoices/$invoiceId', params: { invoiceId: id } })}
    />
  );
}
