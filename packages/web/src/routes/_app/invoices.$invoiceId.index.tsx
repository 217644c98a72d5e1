import { createFileRoute } from '@tanstack/react-router';
import { InvoicePage, type InvoiceSearch } from '../../features/billing/invoice-page.tsx';
import { oneOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/invoices/$invoiceId/')({
  validateSearch: (search: Record<string, unknown>): InvoiceSearch => ({
    open: oneOf(search.open, ['payment', 'credit']),
  }),
  beforeLoad: () => requirePermission('invoice:read'),
  component: InvoiceRoute,
});

function InvoiceRoute() {
  const { invoiceId } = Route.useParams();
  const navigate = Route.useNavigate();
  return (
    <InvoicePage
      key={invoiceId}
      invoiceId={invoiceId}
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
    />
  );
}
