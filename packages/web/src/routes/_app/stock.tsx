import { createFileRoute } from '@tanstack/react-router';
import { StockPage, type StockSearch } from '../../features/vouchers/stock-page.tsx';
import { textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/stock')({
  validateSearch: (search: Record<string, unknown>): StockSearch => ({
    after: textOf(search.after),
    open: textOf(search.open),
  }),
  beforeLoad: () => requirePermission('voucher:read'),
  component: StockPageRoute,
});

function StockPageRoute() {
  const navigate = Route.useNavigate();
  return (
    <StockPage
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
    />
  );
}
