import { createFileRoute } from '@tanstack/react-router';
import { MikrotikPage, type MikrotikSearch, mikrotikTabs, serviceTypes } from '../../features/compat/mikrotik-page.tsx';
import { oneOf, textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/mikrotik')({
  validateSearch: (search: Record<string, unknown>): MikrotikSearch => ({
    routerId: textOf(search.routerId),
    type: oneOf(search.type, serviceTypes),
    tab: oneOf(search.tab, mikrotikTabs),
    after: textOf(search.after),
  }),
  beforeLoad: () => requirePermission('mikrotik:read'),
  component: MikrotikRoute,
});

function MikrotikRoute() {
  const navigate = Route.useNavigate();
  return (
    <MikrotikPage
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
    />
  );
}
