import { figureGroups } from '@lastmile/contract/figure-groups.ts';
import { createFileRoute } from '@tanstack/react-router';
import { CountersPage, type CountersSearch, figureDays } from '../../features/vouchers/counters-page.tsx';
import { oneOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/counters')({
  validateSearch: (search: Record<string, unknown>): CountersSearch => ({
    by: oneOf(search.by, figureGroups),
    days: oneOf(search.days, figureDays),
  }),
  beforeLoad: () => requirePermission('voucher:read'),
  component: CountersPageRoute,
});

function CountersPageRoute() {
  const navigate = Route.useNavigate();
  return (
    <CountersPage
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }), resetScroll: false })}
    />
  );
}
