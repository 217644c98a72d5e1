import { createFileRoute } from '@tanstack/react-router';
import { CustomerFieldsPage, type CustomerFieldsSearch } from '../../features/subscribers/customer-fields-page.tsx';
import { textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/customers/fields')({
  validateSearch: (search: Record<string, unknown>): CustomerFieldsSearch => ({ open: textOf(search.open) }),
  beforeLoad: () => requirePermission('customer:read'),
  component: CustomerFieldsRoute,
});

function CustomerFieldsRoute() {
  const navigate = Route.useNavigate();
  return (
    <CustomerFieldsPage
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
    />
  );
}
