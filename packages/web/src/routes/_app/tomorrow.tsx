import { createFileRoute } from '@tanstack/react-router';
import { TomorrowPage, type TomorrowSearch } from '../../features/billing/tomorrow-page.tsx';
import { oneOf, textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/tomorrow')({
  validateSearch: (search: Record<string, unknown>): TomorrowSearch => ({
    after: textOf(search.after),
    open: oneOf(search.open, ['hold', 'rules']),
  }),
  beforeLoad: () => requirePermission('invoice:read'),
  component: TomorrowRoute,
});

function TomorrowRoute() {
  const navigate = Route.useNavigate();
  return (
    <TomorrowPage
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
    />
  );
}
