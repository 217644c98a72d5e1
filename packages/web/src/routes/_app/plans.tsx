import { createFileRoute } from '@tanstack/react-router';
import { PlanVersions } from '../../features/billing/plan-versions.tsx';
import { PlansPage, type PlansSearch } from '../../features/plans/plans-page.tsx';
import { oneOf, textOf } from '../../lib/search.ts';
import { requirePermission, useCan } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/plans')({
  validateSearch: (search: Record<string, unknown>): PlansSearch => ({
    status: oneOf(search.status, ['archived', 'all']),
    service: oneOf(search.service, ['pppoe', 'hotspot']),
    after: textOf(search.after),
    open: textOf(search.open),
  }),
  beforeLoad: () => requirePermission('plan:read'),
  component: PlansRoute,
});

function PlansRoute() {
  const navigate = Route.useNavigate();
  const mayRead = useCan()('invoice:read');
  return (
    <PlansPage
      search={Route.useSearch()}
      prices={mayRead ? ({ id, name }) => <PlanVersions planId={id} planName={name} /> : undefined}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
    />
  );
}
