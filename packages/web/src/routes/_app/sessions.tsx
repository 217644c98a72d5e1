import { createFileRoute } from '@tanstack/react-router';
import { SessionsPage, type SessionsSearch, sessionSorts } from '../../features/provisioning/sessions-page.tsx';
import { oneOf, textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/sessions')({
  validateSearch: (search: Record<string, unknown>): SessionsSearch => ({
    search: textOf(search.search),
    routerId: textOf(search.routerId),
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
  return (
    <SessionsPage
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }), replace: 'search' in change })}
    />
  );
}
