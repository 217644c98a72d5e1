import { createFileRoute } from '@tanstack/react-router';
import { BankPage, type BankSearch, bankLineStates } from '../../features/billing/bank-page.tsx';
import { oneOf, textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/payments/bank')({
  validateSearch: (search: Record<string, unknown>): BankSearch => ({
    tab: oneOf(search.tab, ['files']),
    state: oneOf(search.state, [...bankLineStates, 'all']),
    search: textOf(search.search),
    after: textOf(search.after),
    line: textOf(search.line),
  }),
  beforeLoad: () => requirePermission('invoice:read'),
  component: BankRoute,
});

function BankRoute() {
  const navigate = Route.useNavigate();
  return (
    <BankPage
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
    />
  );
}
