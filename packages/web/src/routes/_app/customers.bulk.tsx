import { createFileRoute } from '@tanstack/react-router';
import { JobsPage, type JobsSearch } from '../../features/bulk/jobs-page.tsx';
import { bulkItemStates } from '../../features/subscribers/customers-search.ts';
import { oneOf, textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/customers/bulk')({
  validateSearch: (search: Record<string, unknown>): JobsSearch => ({
    job: textOf(search.job),
    show: oneOf(search.show, bulkItemStates),
    after: textOf(search.after),
  }),
  beforeLoad: () => requirePermission('customer:read'),
  component: BulkRoute,
});

function BulkRoute() {
  const navigate = Route.useNavigate();
  return (
    <JobsPage
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
    />
  );
}
