import { createFileRoute } from '@tanstack/react-router';
import { RouterImport } from '../../features/imports/router-import.tsx';
import { useRedialOffer } from '../../features/plans/redial.tsx';
import { PendingTable } from '../../features/provisioning/pending-table.tsx';
import { SessionTable } from '../../features/provisioning/session-table.tsx';
import { RouterPage } from '../../features/routers/router-page.tsx';
import { type RouterSearch, routerAccountStates, routerTabs } from '../../features/routers/router-search.ts';
import { RouterAccounts } from '../../features/subscribers/router-accounts.tsx';
import { oneOf, textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { EmptyState } from '../../ui/empty-state.tsx';

export const Route = createFileRoute('/_app/routers/$routerId')({
  validateSearch: (search: Record<string, unknown>): RouterSearch => ({
    open: oneOf(search.open, ['edit']),
    tab: oneOf(search.tab, routerTabs),
    search: textOf(search.search),
    state: oneOf(search.state, routerAccountStates),
    drift: oneOf(search.drift, ['closed']),
    after: textOf(search.after),
  }),
  beforeLoad: () => requirePermission('router:read'),
  component: RouterRoute,
});

function RouterRoute() {
  const { routerId } = Route.useParams();
  const navigate = Route.useNavigate();
  const offerRedial = useRedialOffer();
  const search = Route.useSearch();
  const onSearch = (change: Partial<RouterSearch>) => void navigate({ search: (now) => ({ ...now, ...change }) });
  const onPage = (after: string | undefined) => onSearch({ after });
  return (
    <RouterPage
      key={routerId}
      routerId={routerId}
      search={search}
      onSearch={onSearch}
      sessions={
        <SessionTable
          query={{ routerId, after: search.after }}
          onPage={onPage}
          empty={<EmptyState icon="activity" title={t('sessions.empty.title')} text={t('sessions.empty.text')} />}
        />
      }
      accounts={<RouterAccounts routerId={routerId} search={search} onSearch={onSearch} />}
      pending={
        <PendingTable
          routerId={routerId}
          after={search.after}
          onPage={onPage}
          empty={<EmptyState icon="circle-check" title={t('pending.empty.title')} text={t('pending.empty.text')} />}
        />
      }
      imports={(router) => <RouterImport router={router} />}
      onAdopted={({ changedSpeedOf }) => changedSpeedOf && void offerRedial(changedSpeedOf)}
      onRemoved={() => void navigate({ to: '/routers' })}
    />
  );
}
