import { createFileRoute } from '@tanstack/react-router';
import { PaymentPage, type PaymentSearch } from '../../features/billing/payment-page.tsx';
import { oneOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/payments/$paymentId')({
  validateSearch: (search: Record<string, unknown>): PaymentSearch => ({ open: oneOf(search.open, ['refund']) }),
  beforeLoad: () => requirePermission('invoice:read'),
  component: PaymentRoute,
});

function PaymentRoute() {
  const { paymentId } = Route.useParams();
  const navigate = Route.useNavigate();
  return (
    <PaymentPage
      key={paymentId}
      paymentId={paymentId}
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
    />
  );
}
