import { createFileRoute } from '@tanstack/react-router';
import { TokensPage, type TokensSearch } from '../../features/vouchers/tokens-page.tsx';
import { oneOf, textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/tokens')({
  validateSearch: (search: Record<string, unknown>): TokensSearch => ({
    state: oneOf(search.state, ['sold', 'redeemed', 'pending', 'expired', 'void']),
    search: textOf(search.search),
    after: textOf(search.after),
    open: textOf(search.open),
  }),
  beforeLoad: () => requirePermission('voucher:read'),
  component: TokensPageRoute,
});

function TokensPageRoute() {
  const navigate = Route.useNavigate();
  return (
    <TokensPage
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
    />
  );
}
