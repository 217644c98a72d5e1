import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Toolbar } from '../../ui/toolbar.tsx';
import { PendingTable } from './pending-table.tsx';
import { pendingList } from './queries.ts';
import { RouterFilter } from './router-picker.tsx';

export type PendingSearch = { routerId?: string; after?: string };

type PendingPageProps = { search: PendingSearch; onSearch: (change: Partial<PendingSearch>) => void };

export function PendingPage({ search, onSearch }: PendingPageProps) {
  const format = useFormat();
  const { data } = useQuery(pendingList(search));
  return (
    <>
      <PageHead
        title={t('pending.title')}
        about={
          data?.total
            ? t('pending.count', { count: data.total, number: format.number(data.total) })
            : t('pending.about')
        }
      />
      <Toolbar>
        <RouterFilter value={search.routerId} onChange={(routerId) => onSearch({ routerId, after: undefined })} />
      </Toolbar>
      <PendingTable
        routerId={search.routerId}
        after={search.after}
        onPage={(after) => onSearch({ after })}
        empty={
          <EmptyState
            icon="circle-check"
            title={search.routerId ? t('pending.empty.routerTitle') : t('pending.empty.title')}
            text={t('pending.empty.text')}
          >
            {search.routerId && (
              <Button variant="default" onClick={() => onSearch({ routerId: undefined })}>
                {t('pending.showAll')}
              </Button>
            )}
          </EmptyState>
        }
      />
    </>
  );
}
