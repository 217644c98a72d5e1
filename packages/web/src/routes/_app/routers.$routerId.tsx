import { createFileRoute } from '@tanstack/react-router';
import { PendingTable } from '../../features/provisioning/pending-table.tsx';
import { SessionTable } from '../../features/provisioning/session-table.tsx';
import { RouterPage, type RouterSearch, routerTabs } from '../../features/routers/router-page.tsx';
import { oneOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { EmptyState } from '../../ui/empty-state.tsx';

export const Route = createFileRoute('/_app/routers/$routerId')({
  validateSearch: (search: Record<string, unknown>): RouterSearch => ({
    open: oneOf(search.open, ['edit']),
    tab: oneOf(search.tab, routerTabs),
  }),
  beforeLoad: () => requirePermission('router:read'),
  component: RouterRoute,
});

function RouterRoute() {
  const { routerId } = Route.useParams();
  const navigate = Route.useNavigate();
  return (
    <RouterPage
      key={routerId}
      routerId={routerId}
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
      sessions={
        <SessionTable
          query={{ routerId }}
          empty={<EmptyState icon="activity" title={t('sessions.empty.title')} text={t('sessions.empty.text')} />}
        />
      }
      pending={
        <PendingTable
          routerId={routerId}
          after={undefined}
          onPage={() => {}}
          empty={<EmptyState icon="circle-check" title={t('pending.empty.title')} text={t('pending.empty.text')} />}
        />
      }
      onRemoved={() => void navigate({ to: '/routers' })}
    />
  );
}
