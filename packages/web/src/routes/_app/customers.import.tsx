import { createFileRoute } from '@tanstack/react-router';
import { ImportPage, type ImportSearch } from '../../features/bulk/import-page.tsx';
import { bulkItemStates } from '../../features/subscribers/customers-search.ts';
import { oneOf, textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/customers/import')({
  validateSearch: (search: Record<string, unknown>): ImportSearch => ({
    job: textOf(search.job),
    show: oneOf(search.show, bulkItemStates),
  }),
  beforeLoad: () => requirePermission('customer:write'),
  component: ImportRoute,
});

function ImportRoute() {
  const navigate = Route.useNavigate();
  return (
    <ImportPage
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
    />
  );
}
