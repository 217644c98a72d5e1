import { createFileRoute } from '@tanstack/react-router';
import { RouterImport } from '../../features/imports/router-import.tsx';
import { PendingTable } from '../../features/provisioning/pending-table.tsx';
import { SessionTable } from '../../features/provisioning/session-table.tsx';
import { RouterPage } from '../../features/routers/router-page.tsx';
import { type RouterSearch, routerTabs } from '../../features/routers/router-search.ts';
import { CustomerTable } from '../../features/subscribers/customer-table.tsx';
import { oneOf, textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { EmptyState } from '../../ui/empty-state.tsx';

export const Route = createFileRoute('/_app/routers/$routerId')({
  validateSearch: (search: Record<string, unknown>): RouterSearch => ({
    open: oneOf(search.open, ['edit']),
    tab: oneOf(search.tab, routerTabs),
    after: textOf(search.after),
  }),
  beforeLoad: () => requirePermission('router:read'),
  component: RouterRoute,
});

function RouterRoute() {
  const { routerId } = Route.useParams();
  const navigate = Route.useNavigate();
  const search = Route.useSearch();
  const onSearch = (change: Partial<RouterSearch>) => void navigate({ search: (now) => ({ ...now, ...change }) });
  const list = { query: { routerId, after: search.after }, onPage: (after: string | undefined) => onSearch({ after }) };
  return (
    <RouterPage
      key={routerId}
      routerId={routerId}
      search={search}
      onSearch={onSearch}
      sessions={
        <SessionTable
          {...list}
          empty={<EmptyState icon="activity" title={t('sessions.empty.title')} text={t('sessions.empty.text')} />}
        />
      }
      accounts={
        <CustomerTable
          {...list}
          empty={<EmptyState icon="users" title={t('routers.noAccounts')} text={t('routers.noAccountsText')} />}
        />
      }
      pending={
        <PendingTable
          routerId={routerId}
          after={search.after}
          onPage={list.onPage}
          empty={<EmptyState icon="circle-check" title={t('pending.empty.title')} text={t('pending.empty.text')} />}
        />
      }
      imports={(router) => <RouterImport router={router} />}
      onRemoved={() => void navigate({ to: '/routers' })}
    />
  );
}
