import { createFileRoute } from '@tanstack/react-router';
import { LocationPage, type LocationSearch } from '../../features/routers/location-page.tsx';
import { oneOf, textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/locations/$locationId')({
  validateSearch: (search: Record<string, unknown>): LocationSearch => ({
    open: oneOf(search.open, ['edit', 'router']),
    after: textOf(search.after),
  }),
  beforeLoad: () => requirePermission('location:read'),
  component: LocationRoute,
});

function LocationRoute() {
  const { locationId } = Route.useParams();
  const navigate = Route.useNavigate();
  return (
    <LocationPage
      key={locationId}
      locationId={locationId}
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
      onRemoved={() => void navigate({ to: '/locations' })}
    />
  );
}
