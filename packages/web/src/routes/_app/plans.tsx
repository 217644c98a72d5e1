import { createFileRoute } from '@tanstack/react-router';
import { PlansPage, type PlansSearch } from '../../features/plans/plans-page.tsx';
import { oneOf, textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

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
  return (
    <PlansPage
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
    />
  );
}
