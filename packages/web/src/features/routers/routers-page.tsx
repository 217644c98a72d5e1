import { Button, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useCan } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Panel } from '../../ui/panel.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { Toolbar } from '../../ui/toolbar.tsx';
import { LocationFilter } from './location-filter.tsx';
import { type Router, routerList } from './queries.ts';
import { RouterDrawer } from './router-drawer.tsx';
import { RouterGuide } from './router-guide.tsx';
import { RouterTable } from './router-table.tsx';

export type RoutersSearch = { search?: string; locationId?: string; after?: string; open?: string };

type RoutersPageProps = {
  search: RoutersSearch;
  onSearch: (change: Partial<RoutersSearch>) => void;
  /** Where a router that was just added is looked at. */
  onAdded: (router: Router) => void;
};

export function RoutersPage({ search, onSearch, onAdded }: RoutersPageProps) {
  const can = useCan();
  // What the guide's commands make is what the form begins with.
  const [user, setUser] = useState({ username: 'lastmile', password: '' });
  const isFresh = useIsFresh(search);
  const addButton = can('router:write') && (
    <Button leftSection={<Icon name="plus" size={16} />} onClick={() => onSearch({ open: 'new' })}>
      {t('routers.add')}
    </Button>
  );
  return (
    <>
      <PageHead title={t('routers.title')} about={t('routers.about')}>
        {!isFresh && addButton}
      </PageHead>
      {!isFresh && (
        <Toolbar>
          <SearchBox
            label={t('routers.search')}
            value={search.search}
            onChange={(text) => onSearch({ search: text, after: undefined })}
          />
          <LocationFilter
            value={search.locationId}
            onChange={(locationId) => onSearch({ locationId, after: undefined })}
          />
        </Toolbar>
      )}
      <RouterTable
        search={search.search}
        locationId={search.locationId}
        after={search.after}
        onPage={(after) => onSearch({ after })}
        empty={<NoRouters search={search}>{addButton}</NoRouters>}
      />
      {isFresh && can('router:write') && (
        <Stack mt="md">
          <Panel title={t('routers.guide.title')}>
            <RouterGuide user={user} onUser={setUser} />
          </Panel>
        </Stack>
      )}
      <RouterDrawer open={search.open} user={user} onClose={() => onSearch({ open: undefined })} onDone={onAdded} />
    </>
  );
}

/** There is no router at all: what can be searched for and what a list is of no use yet. */
function useIsFresh({ search, locationId, after }: RoutersSearch): boolean {
  const { data } = useQuery(routerList({ search, locationId, after }));
  return data?.items.length === 0 && !search && !locationId && !after;
}

function NoRouters({ search, children }: { search: RoutersSearch; children: React.ReactNode }) {
  if (search.search)
    return (
      <EmptyState
        icon="search"
        title={t('routers.empty.nothingFound', { search: search.search })}
        text={t('routers.empty.nothingFoundText')}
      />
    );
  return search.locationId ? (
    <EmptyState icon="router" title={t('locations.noRouters')} text={t('locations.noRoutersText')} />
  ) : (
    <EmptyState icon="router" title={t('routers.empty.title')} text={t('routers.empty.text')}>
      {children}
    </EmptyState>
  );
}
