import { createFileRoute } from '@tanstack/react-router';
import { RouterPage, type RouterSearch } from '../../features/routers/router-page.tsx';
import { oneOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/routers/$routerId')({
  validateSearch: (search: Record<string, unknown>): RouterSearch => ({ open: oneOf(search.open, ['edit']) }),
  beforeLoad: () => requirePermission('router:read'),
  component: RouterRoute,
});

function RouterRoute() {
  const { routerId } = Route.useParams();
  const navigate = Route.useNavigate();
  return (
    <RouterPage
      key={routerId}
      routerId={routerId}
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
      onRemoved={() => void navigate({ to: '/routers' })}
    />
  );
}
