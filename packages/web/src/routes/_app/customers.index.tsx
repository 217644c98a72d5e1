import { createFileRoute } from '@tanstack/react-router';
import { BulkBar } from '../../features/bulk/bulk-bar.tsx';
import { ExportMenu } from '../../features/bulk/export-menu.tsx';
import { JobDrawer } from '../../features/bulk/job-drawer.tsx';
import { CustomersPage } from '../../features/subscribers/customers-page.tsx';
import {
  bulkItemStates,
  type CustomersSearch,
  customerFilters,
  customerSorts,
} from '../../features/subscribers/customers-search.ts';
import { oneOf, textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/customers/')({
  validateSearch: (search: Record<string, unknown>): CustomersSearch => ({
    search: textOf(search.search),
    status: oneOf(search.status, customerFilters),
    routerId: textOf(search.routerId),
    locationId: textOf(search.locationId),
    planId: textOf(search.planId),
    tag: textOf(search.tag),
    sort: oneOf(search.sort, customerSorts),
    after: textOf(search.after),
    job: textOf(search.job),
    show: oneOf(search.show, bulkItemStates),
  }),
  beforeLoad: () => requirePermission('customer:read'),
  component: CustomersRoute,
});

function CustomersRoute() {
  const navigate = Route.useNavigate();
  const search = Route.useSearch();
  const onSearch = (change: Partial<CustomersSearch>) =>
    void navigate({ search: (now) => ({ ...now, ...change }), replace: 'search' in change });
  return (
    <>
      <CustomersPage
        search={search}
        onSearch={onSearch}
        moreActs={<ExportMenu search={search} />}
        bulkBar={(choice, hasMore) => (
          <BulkBar choice={choice} search={search} hasMore={hasMore} onStarted={(job) => onSearch({ job })} />
        )}
      />
      <JobDrawer
        jobId={search.job}
        show={search.show}
        onShow={(show) => onSearch({ show })}
        onClose={() => onSearch({ job: undefined, show: undefined })}
      />
    </>
  );
}
