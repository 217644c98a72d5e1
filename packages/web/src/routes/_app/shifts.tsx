import { createFileRoute } from '@tanstack/react-router';
import { ShiftsPage, type ShiftsSearch } from '../../features/vouchers/shifts-page.tsx';
import { oneOf, textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/shifts')({
  validateSearch: (search: Record<string, unknown>): ShiftsSearch => ({
    state: oneOf(search.state, ['standing', 'counted']),

    after: textOf(search.after),
  }),
  beforeLoad: () => requirePermission('voucher:read'),
  component: ShiftsPageRoute,
});

function ShiftsPageRoute() {
  const navigate = Route.useNavigate();
  return (
    <ShiftsPage
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
    />
  );
}
