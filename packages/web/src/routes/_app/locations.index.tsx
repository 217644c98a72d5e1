import { createFileRoute } from '@tanstack/react-router';
import { LocationsPage, type LocationsSearch } from '../../features/routers/locations-page.tsx';
import { textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/locations/')({
  validateSearch: (search: Record<string, unknown>): LocationsSearch => ({
    search: textOf(search.search),
    after: textOf(search.after),
    open: textOf(search.open),
  }),
  beforeLoad: () => requirePermission('location:read'),
  component: LocationsRoute,
});

function LocationsRoute() {
  const navigate = Route.useNavigate();
  return (
    <LocationsPage
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }), replace: 'search' in change })}
    />
  );
}
