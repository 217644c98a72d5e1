import { createFileRoute } from '@tanstack/react-router';
import { CustomersPage } from '../../features/subscribers/customers-page.tsx';
import { type CustomersSearch, customerFilters, customerSorts } from '../../features/subscribers/customers-search.ts';
import { oneOf, textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/customers/')({
  validateSearch: (search: Record<string, unknown>): CustomersSearch => ({
    search: textOf(search.search),
    status: oneOf(search.status, customerFilters),
    routerId: textOf(search.routerId),
    planId: textOf(search.planId),
    tag: textOf(search.tag),
    sort: oneOf(search.sort, customerSorts),
    after: textOf(search.after),
  }),
  beforeLoad: () => requirePermission('customer:read'),
  component: CustomersRoute,
});

function CustomersRoute() {
  const navigate = Route.useNavigate();
  return (
    <CustomersPage
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }), replace: 'search' in change })}
    />
  );
}
