import { createFileRoute } from '@tanstack/react-router';
import { PlanFilter } from '../../features/plans/plan-filter.tsx';
import { SessionsPage } from '../../features/provisioning/sessions-page.tsx';
import { type SessionsSearch, sessionSorts } from '../../features/provisioning/sessions-search.ts';
import { oneOf, textOf } from '../../lib/search.ts';
import { requirePermission, useCan } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/sessions')({
  validateSearch: (search: Record<string, unknown>): SessionsSearch => ({
    search: textOf(search.search),
    routerId: textOf(search.routerId),
    locationId: textOf(search.locationId),
    planId: textOf(search.planId),
    service: oneOf(search.service, ['pppoe', 'hotspot']),
    state: oneOf(search.state, ['live', 'last_seen']),
    sort: oneOf(search.sort, sessionSorts),
    after: textOf(search.after),
  }),
  beforeLoad: () => requirePermission('session:read'),
  component: SessionsRoute,
});

function SessionsRoute() {
  const navigate = Route.useNavigate();
  const can = useCan();
  const search = Route.useSearch();
  const onSearch = (change: Partial<SessionsSearch>) =>
    void navigate({ search: (now) => ({ ...now, ...change }), replace: 'search' in change });
  return (
    <SessionsPage
      search={search}
      onSearch={onSearch}
      planFilter={
        can('plan:read') && (
          <PlanFilter value={search.planId} onChange={(planId) => onSearch({ planId, after: undefined })} />
        )
      }
    />
  );
}
