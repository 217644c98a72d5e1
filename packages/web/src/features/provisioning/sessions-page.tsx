import { Button, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { Toolbar } from '../../ui/toolbar.tsx';
import { sessionList } from './queries.ts';
import { RouterFilter } from './router-picker.tsx';
import { DropShown } from './session-drop.tsx';
import { SessionTable } from './session-table.tsx';
import { StaleSessions } from './stale-sessions.tsx';

export const sessionSorts = ['newest', 'oldest', 'data', 'rate'] as const;

export type SessionsSearch = {
  search?: string;
  routerId?: string;
  service?: 'pppoe' | 'hotspot';
  state?: 'live' | 'last_seen';
  sort?: (typeof sessionSorts)[number];
  after?: string;
};

type SessionsPageProps = { search: SessionsSearch; onSearch: (change: Partial<SessionsSearch>) => void };

export function SessionsPage({ search, onSearch }: SessionsPageProps) {
  const format = useFormat();
  const { data } = useQuery(sessionList(search));
  const isNarrowed = Boolean(search.search || search.routerId || search.service || search.state);
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
        <NativeSelect
          aria-label={t('sessions.kind')}
          w={{ base: 'calc(50% - 6px)', xs: 150 }}
          data={[
            { value: '', label: t('sessions.kinds.all') },
            { value: 'pppoe', label: t('sessions.kinds.pppoe') },
            { value: 'hotspot', label: t('sessions.kinds.hotspot') },
          ]}
          value={search.service ?? ''}
          onChange={({ currentTarget: { value } }) =>
            onSearch({ service: value === 'pppoe' || value === 'hotspot' ? value : undefined, after: undefined })
          }
        />
        <NativeSelect
          aria-label={t('sessions.sort')}
          w={{ base: 'calc(50% - 6px)', xs: 170 }}
          data={(['account', ...sessionSorts] as const).map((sort) => ({
            value: sort,
            label: t(`sessions.sorts.${sort}`),
          }))}
          value={search.sort ?? 'account'}
          onChange={({ currentTarget: { value } }) =>
            onSearch({ sort: sessionSorts.find((sort) => sort === value), after: undefined })
          }
        />
        <DropShown search={search} />
      </Toolbar>
      <StaleSessions routerId={search.routerId} />
      <SessionTable
        query={search}
        onPage={(after) => onSearch({ after })}
        empty={
          isNarrowed ? (
            <EmptyState icon="search" title={t('sessions.empty.narrowedTitle')} text={t('sessions.empty.narrowedText')}>
              <Button
                variant="default"
                onClick={() =>
                  onSearch({ search: undefined, routerId: undefined, service: undefined, state: undefined })
                }
              >
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
