import { Button, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { filterWidth, Toolbar } from '../../ui/toolbar.tsx';
import { LocationFilter } from '../routers/location-filter.tsx';
import { sessionList } from './queries.ts';
import { RouterFilter } from './router-picker.tsx';
import { ChosenSessions } from './session-drop.tsx';
import { SessionTable } from './session-table.tsx';
import { type SessionsSearch, sessionSorts } from './sessions-search.ts';
import { StaleSessions } from './stale-sessions.tsx';

type SessionsPageProps = {
  search: SessionsSearch;
  onSearch: (change: Partial<SessionsSearch>) => void;
  /** From a room above: plans, of which those of one can be shown. */
  planFilter: ReactNode;
};

export function SessionsPage({ search, onSearch, planFilter }: SessionsPageProps) {
  const format = useFormat();
  const { data } = useQuery(sessionList(search));
  const isNarrowed = Object.keys(everything).some((name) => search[name as keyof typeof everything] !== undefined);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  // Only what is seen is meant: who was chosen and left, or is on another page, is not.
  const chosenSessions = (data?.items ?? []).filter(({ id, isLive }) => isLive && chosen.has(id));
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
        <LocationFilter
          value={search.locationId}
          onChange={(locationId) => onSearch({ locationId, after: undefined })}
        />
        {planFilter}
        <NativeSelect
          aria-label={t('sessions.kind')}
          w={filterWidth}
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
          w={filterWidth}
          data={(['account', ...sessionSorts] as const).map((sort) => ({
            value: sort,
            label: t(`sessions.sorts.${sort}`),
          }))}
          value={search.sort ?? 'account'}
          onChange={({ currentTarget: { value } }) =>
            onSearch({ sort: sessionSorts.find((sort) => sort === value), after: undefined })
          }
        />
      </Toolbar>
      <StaleSessions routerId={search.routerId} />
      <SessionTable
        query={search}
        choice={{ chosen, onChange: setChosen, canChoose: ({ isLive }) => isLive }}
        onPage={(after) => onSearch({ after })}
        empty={
          isNarrowed ? (
            <EmptyState icon="search" title={t('sessions.empty.narrowedTitle')} text={t('sessions.empty.narrowedText')}>
              <Button variant="default" onClick={() => onSearch(everything)}>
                {t('sessions.showAll')}
              </Button>
            </EmptyState>
          ) : (
            <EmptyState icon="activity" title={t('sessions.empty.title')} text={t('sessions.empty.text')} />
          )
        }
      />
      <ChosenSessions sessions={chosenSessions} onClear={() => setChosen(new Set())} />
    </>
  );
}

const everything = {
  search: undefined,
  routerId: undefined,
  locationId: undefined,
  planId: undefined,
  service: undefined,
  state: undefined,
  after: undefined,
};
