import { createFileRoute } from '@tanstack/react-router';
import { type PaymentsSearch, paymentMethods } from '../../features/billing/payment-filters.tsx';
import { PaymentsPage } from '../../features/billing/payments-page.tsx';
import { oneOf, textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/payments/')({
  validateSearch: (search: Record<string, unknown>): PaymentsSearch => ({
    search: textOf(search.search),
    method: oneOf(search.method, paymentMethods),
    only: oneOf(search.only, ['credit', 'reversed']),
    from: textOf(search.from),
    to: textOf(search.to),
    customerId: textOf(search.customerId),
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
      onPaid={(paymentId) => void navigate({ to: '/payments/$paymentId', params: { paymentId } })}
    />
  );
}
