import { createFileRoute } from '@tanstack/react-router';
import { PaymentsPage, type PaymentsSearch } from '../../features/billing/payments-page.tsx';
import { oneOf, textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/payments')({
  validateSearch: (search: Record<string, unknown>): PaymentsSearch => ({
    credit: oneOf(search.credit, ['yes']),
    after: textOf(search.after),
    open: oneOf(search.open, ['new']),
  }),
  beforeLoad: () => requirePermission('invoice:read'),
  component: PaymentsRoute,
});

function PaymentsRoute() {
  const navigate = Route.useNavigate();
  return (
    <PaymentsPage
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
    />
  );
}
