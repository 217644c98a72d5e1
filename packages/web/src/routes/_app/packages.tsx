import { createFileRoute } from '@tanstack/react-router';
import { PackagesPage, type PackagesSearch } from '../../features/vouchers/packages-page.tsx';
import { oneOf, textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/packages')({
  validateSearch: (search: Record<string, unknown>): PackagesSearch => ({
    status: oneOf(search.status, ['archived', 'all']),

    after: textOf(search.after),
    open: textOf(search.open),
  }),
  beforeLoad: () => requirePermission('voucher:read'),
  component: PackagesPageRoute,
});

function PackagesPageRoute() {
  const navigate = Route.useNavigate();
  return (
    <PackagesPage
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
    />
  );
}
