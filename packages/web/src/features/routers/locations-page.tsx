import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { linkOptions } from '@tanstack/react-router';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { Toolbar } from '../../ui/toolbar.tsx';
import { LocationHealth, LocationMenuItems } from './location-acts.tsx';
import { LocationDrawer } from './location-drawer.tsx';
import { type Location, locationList } from './queries.ts';

export type LocationsSearch = { search?: string; after?: string; open?: string };

type LocationsPageProps = { search: LocationsSearch; onSearch: (change: Partial<LocationsSearch>) => void };

export function LocationsPage({ search, onSearch }: LocationsPageProps) {
  const can = useCan();
  const { number } = useFormat();
  const addButton = can('location:write') && (
    <Button leftSection={<Icon name="plus" size={16} />} onClick={() => onSearch({ open: 'new' })}>
      {t('locations.add')}
    </Button>
  );
  return (
    <>
      <PageHead title={t('locations.title')} about={t('locations.about')}>
        {addButton}
      </PageHead>
      <Toolbar>
        <SearchBox
          label={t('locations.search')}
          value={search.search}
          onChange={(text) => onSearch({ search: text, after: undefined })}
        />
      </Toolbar>
      <DataTable
        label={t('locations.title')}
        query={useQuery(locationList({ search: search.search, after: search.after }))}
        columns={useLocationColumns()}
        phone={(location) => ({
          title: location.name,
          aside: <LocationHealth location={location} format={number} />,
          line: location.address ?? '',
          lineAside: t('locations.onlineCount', { number: number(location.onlineCount) }),
        })}
        rowId={({ id }) => id}
        rowName={({ name }) => name}
        link={({ id }) => linkOptions({ to: '/locations/$locationId', params: { locationId: id } })}
        menu={
          can('location:write')
            ? (location) => <LocationMenuItems location={location} onEdit={() => onSearch({ open: location.id })} />
            : undefined
        }
        empty={
          search.search ? (
            <EmptyState
              icon="search"
              title={t('locations.empty.nothingFound', { search: search.search })}
              text={t('locations.empty.nothingFoundText')}
            />
          ) : (
            <EmptyState icon="map-pin" title={t('locations.empty.title')} text={t('locations.empty.text')}>
              {addButton}
            </EmptyState>
          )
        }
        page={{ after: search.after, onChange: (after) => onSearch({ after }) }}
      />
      <LocationDrawer open={search.open} onClose={() => onSearch({ open: undefined })} />
    </>
  );
}

function useLocationColumns(): Column<Location>[] {
  const { number } = useFormat();
  return [
    { key: 'name', head: t('locations.columns.name'), cell: ({ name }) => name },
    { key: 'address', head: t('locations.columns.address'), cell: ({ address }) => address ?? '–', importance: 2 },
    {
      key: 'health',
      head: t('locations.columns.health'),
      cell: (location) => <LocationHealth location={location} format={number} />,
      width: 192,
    },
    {
      key: 'customers',
      head: t('locations.columns.customers'),
      cell: ({ customerCount }) => number(customerCount),
      align: 'right',
      width: 116,
    },
    {
      key: 'online',
      head: t('locations.columns.online'),
      cell: ({ onlineCount }) => number(onlineCount),
      align: 'right',
      width: 96,
    },
  ];
}
