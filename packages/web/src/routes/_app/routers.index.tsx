import { createFileRoute } from '@tanstack/react-router';
import { RoutersPage, type RoutersSearch } from '../../features/routers/routers-page.tsx';
import { textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/routers/')({
  validateSearch: (search: Record<string, unknown>): RoutersSearch => ({
    search: textOf(search.search),
    locationId: textOf(search.locationId),
    after: textOf(search.after),
    open: textOf(search.open),
  }),
  beforeLoad: () => requirePermission('router:read'),
  component: RoutersRoute,
});

function RoutersRoute() {
  const navigate = Route.useNavigate();
  return (
    <RoutersPage
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
      onAdded={({ id }) => void navigate({ to: '/routers/$routerId', params: { routerId: id } })}
    />
  );
}
