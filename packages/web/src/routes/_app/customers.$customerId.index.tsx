import { createFileRoute } from '@tanstack/react-router';
import { MikrotikSync } from '../../features/bulk/mikrotik-sync.tsx';
import { CustomerPage } from '../../features/subscribers/customer-page.tsx';
import { type CustomerSearch, customerTabs, timelineKinds } from '../../features/subscribers/customers-search.ts';
import { oneOf, textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/customers/$customerId/')({
  validateSearch: (search: Record<string, unknown>): CustomerSearch => ({
    tab: oneOf(search.tab, customerTabs),
    kind: oneOf(search.kind, timelineKinds),
    account: textOf(search.account),
    after: textOf(search.after),
    pay: textOf(search.pay),
  }),
  beforeLoad: () => requirePermission('customer:read'),
  component: CustomerRoute,
});

function CustomerRoute() {
  const { customerId } = Route.useParams();
  const navigate = Route.useNavigate();
  return (
    <CustomerPage
      key={customerId}
      customerId={customerId}
      search={Route.useSearch()}
      sync={<MikrotikSync customer={{ id: customerId }} />}
      onIssue={() => void navigate({ to: '/invoices/new', search: { customerId } })}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
    />
  );
}
