import { createFileRoute } from '@tanstack/react-router';
import { InvoicesPage, type InvoicesSearch } from '../../features/billing/invoices-page.tsx';
import { oneOf, textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/invoices/')({
  validateSearch: (search: Record<string, unknown>): InvoicesSearch => ({
    // Written out: a value imported from the page would load the page, and what it stands on, before any other.
    status: oneOf(search.status, ['open', 'overdue', 'paid', 'void']),
    customerId: textOf(search.customerId),
    search: textOf(search.search),
    after: textOf(search.after),
    open: oneOf(search.open, ['new']),
  }),
  beforeLoad: () => requirePermission('invoice:read'),
  component: InvoicesRoute,
});

function InvoicesRoute() {
  const navigate = Route.useNavigate();
  return (
    <InvoicesPage
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
      onIssued={({ id }) => void navigate({ to: '/invoices/$invoiceId', params: { invoiceId: id } })}
    />
  );
}
