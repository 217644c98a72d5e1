import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { Toolbar } from '../../ui/toolbar.tsx';
import { sessionList } from './queries.ts';
import { RouterFilter } from './router-picker.tsx';
import { SessionTable } from './session-table.tsx';
import { StaleSessions } from './stale-sessions.tsx';

export type SessionsSearch = { search?: string; routerId?: string; after?: string };

type SessionsPageProps = { search: SessionsSearch; onSearch: (change: Partial<SessionsSearch>) => void };

export function SessionsPage({ search, onSearch }: SessionsPageProps) {
  const format = useFormat();
  const { data } = useQuery(sessionList(search));
  const isNarrowed = Boolean(search.search || search.routerId);
  return (
    <>
      <PageHead
        title={t('sessions.title')}
        about={
          data ? t('sessions.count', { count: data.total, number: format.number(data.total) }) : t('sessions.counting')
        }
      />
      <Toolbar>
        <SearchBox
          label={t('sessions.search')}
          value={search.search}
          onChange={(next) => onSearch({ search: next, after: undefined })}
        />
        <RouterFilter value={search.routerId} onChange={(routerId) => onSearch({ routerId, after: undefined })} />
      </Toolbar>
      <StaleSessions routerId={search.routerId} />
      <SessionTable
        query={search}
        onPage={(after) => onSearch({ after })}
        empty={
          isNarrowed ? (
            <EmptyState icon="search" title={t('sessions.empty.narrowedTitle')} text={t('sessions.empty.narrowedText')}>
              <Button variant="default" onClick={() => onSearch({ search: undefined, routerId: undefined })}>
                {t('sessions.showAll')}
              </Button>
            </EmptyState>
          ) : (
            <EmptyState icon="activity" title={t('sessions.empty.title')} text={t('sessions.empty.text')} />
          )
        }
      />
    </>
  );
}
