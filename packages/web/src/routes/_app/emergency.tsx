import { createFileRoute } from '@tanstack/react-router';
import { EmergencyPage, type EmergencySearch, overrideKinds } from '../../features/emergency/emergency-page.tsx';
import { oneOf, textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/emergency')({
  validateSearch: (search: Record<string, unknown>): EmergencySearch => ({
    after: textOf(search.after),
    open: oneOf(search.open, overrideKinds),
  }),
  beforeLoad: () => requirePermission('system:read'),
  component: EmergencyRoute,
});

function EmergencyRoute() {
  const navigate = Route.useNavigate();
  return (
    <EmergencyPage
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
    />
  );
}
