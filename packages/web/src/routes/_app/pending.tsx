import { createFileRoute } from '@tanstack/react-router';
import { PendingPage, type PendingSearch } from '../../features/provisioning/pending-page.tsx';
import { textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/pending')({
  validateSearch: (search: Record<string, unknown>): PendingSearch => ({
    routerId: textOf(search.routerId),
    after: textOf(search.after),
  }),
  beforeLoad: () => requirePermission('customer:read'),
  component: PendingRoute,
});

function PendingRoute() {
  const navigate = Route.useNavigate();
  return (
    <PendingPage
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
    />
  );
}
