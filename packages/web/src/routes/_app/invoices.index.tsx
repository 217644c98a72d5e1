import { createFileRoute } from '@tanstack/react-router';
import { InvoicesPage } from '../../features/billing/invoices-page.tsx';
import { type InvoicesSearch, invoiceFilters } from '../../features/billing/invoices-search.ts';
import { dayOf, oneOf, textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/invoices/')({
  validateSearch: (search: Record<string, unknown>): InvoicesSearch => ({
    status: oneOf(search.status, invoiceFilters),
    customerId: textOf(search.customerId),
    search: textOf(search.search),
    issuedFrom: dayOf(search.issuedFrom),
    issuedTo: dayOf(search.issuedTo),
    after: textOf(search.after),
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
    />
  );
}
