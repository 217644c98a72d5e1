import { createFileRoute } from '@tanstack/react-router';
import { StaffPage, type StaffSearch } from '../../features/auth/staff-page.tsx';
import { oneOf, textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/staff')({
  validateSearch: (search: Record<string, unknown>): StaffSearch => ({
    tab: oneOf(search.tab, ['roles', 'failures']),
    search: textOf(search.search),
    status: oneOf(search.status, ['disabled']),
    after: textOf(search.after),
    open: textOf(search.open),
  }),
  beforeLoad: () => requirePermission('staff:read'),
  component: StaffRoute,
});

function StaffRoute() {
  const navigate = Route.useNavigate();
  return (
    <StaffPage
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
    />
  );
}
