import { createFileRoute } from '@tanstack/react-router';
import { SubscriptionsPage } from '../../features/billing/subscriptions-page.tsx';
import {
  type SubscriptionsSearch,
  subscriptionPeriods,
  subscriptionStates,
} from '../../features/billing/subscriptions-search.ts';
import { dayOf, oneOf, textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/subscriptions')({
  validateSearch: (search: Record<string, unknown>): SubscriptionsSearch => ({
    state: oneOf(search.state, subscriptionStates),
    planId: textOf(search.planId),
    periodUnit: oneOf(search.periodUnit, subscriptionPeriods),
    invoiceFrom: dayOf(search.invoiceFrom),
    invoiceTo: dayOf(search.invoiceTo),
    search: textOf(search.search),
    after: textOf(search.after),
  }),
  beforeLoad: () => requirePermission('invoice:read'),
  component: SubscriptionsRoute,
});

function SubscriptionsRoute() {
  const navigate = Route.useNavigate();
  return (
    <SubscriptionsPage
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
    />
  );
}
