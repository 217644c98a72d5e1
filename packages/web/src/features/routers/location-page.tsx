import { ActionIcon, Button, Menu, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { LinkProps } from '@tanstack/react-router';
import { ApiError } from '../../lib/api.ts';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState, StaleNotice } from '../../ui/error-state.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Icon } from '../../ui/icon.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StatTile, StatTiles } from '../../ui/stat-tile.tsx';
import { AuditTimeline } from '../audit/audit-timeline.tsx';
import { LocationHealth, LocationMenuItems } from './location-acts.tsx';
import { LocationDrawer } from './location-drawer.tsx';
import { type Location, locationById } from './queries.ts';
import { RouterDrawer } from './router-drawer.tsx';
import { RouterTable } from './router-table.tsx';

export type LocationSearch = { open?: 'edit' | 'router'; after?: string };

type LocationPageProps = {
  locationId: string;
  search: LocationSearch;
  onSearch: (change: Partial<LocationSearch>) => void;
  onRemoved: () => void;
};

export function LocationPage({ locationId, search, onSearch, onRemoved }: LocationPageProps) {
  const { data: location, error, refetch } = useQuery(locationById(locationId));
  const retry = () => void refetch();
  const isGone = error instanceof ApiError && error.status === 404;
  if (error && (!location || isGone)) {
    return (
      <>
        <PageHead title={t('locations.title')} />
        <ErrorState error={error} onRetry={isGone ? undefined : retry} />
      </>
    );
  }
  if (!location) return <Skeleton height={420} aria-busy="true" />;
  const close = () => onSearch({ open: undefined });
  return (
    <>
      {error && <StaleNotice error={error} onRetry={retry} />}
      <LocationView location={location} search={search} onSearch={onSearch} onRemoved={onRemoved} />
      <LocationDrawer open={search.open === 'edit' ? locationId : undefined} onClose={close} />
      <RouterDrawer
        open={search.open === 'router' ? 'new' : undefined}
        locationId={locationId}
        onClose={close}
        onDone={close}
      />
    </>
  );
}

type LocationViewProps = Omit<LocationPageProps, 'locationId'> & { location: Location };

function LocationView({ location, search, onSearch, onRemoved }: LocationViewProps) {
  const can = useCan();
  const { number } = useFormat();
  const addRouter = can('router:write') && (
    <Button variant="default" leftSection={<Icon name="plus" size={16} />} onClick={() => onSearch({ open: 'router' })}>
      {t('routers.add')}
    </Button>
  );
  return (
    <>
      <PageHead title={location.name} badge={<LocationHealth location={location} format={number} />}>
        {addRouter}
        {can('location:write') && (
          <Menu>
            <Menu.Target>
              <ActionIcon variant="default" size={36} aria-label={t('locations.more')}>
                <Icon name="dots" />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <LocationMenuItems location={location} onEdit={() => onSearch({ open: 'edit' })} onRemoved={onRemoved} />
            </Menu.Dropdown>
          </Menu>
        )}
      </PageHead>
      <Stack gap="md">
        <LocationTiles location={location} />
        {(location.address || location.notes) && (
          <Panel title={t('locations.place')}>
            {location.address && <Facts facts={[{ label: t('locations.address'), value: location.address }]} />}
            {location.notes && (
              <Text mt={location.address ? 'xs' : 0} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
                {location.notes}
              </Text>
            )}
          </Panel>
        )}
        <RouterTable
          locationId={location.id}
          after={search.after}
          onPage={(after) => onSearch({ after })}
          empty={
            <EmptyState icon="router" title={t('locations.noRouters')} text={t('locations.noRoutersText')}>
              {addRouter}
            </EmptyState>
          }
        />
        {can('audit:read') && (
          <Panel title={t('locations.history')}>
            <AuditTimeline about={location.id} />
          </Panel>
        )}
      </Stack>
    </>
  );
}

/** What stands here, each figure leading to its list. */
function LocationTiles({ location }: { location: Location }) {
  const can = useCan();
  const { number } = useFormat();
  const { routerCount, troubledCount, customerCount, onlineCount } = location;
  return (
    <StatTiles>
      <StatTile
        label={t('locations.tiles.routers')}
        value={number(routerCount)}
        note={
          troubledCount > 0
            ? t('locations.tiles.troubledNote', { count: troubledCount, number: number(troubledCount) })
            : t('locations.tiles.wellNote')
        }
        tone={troubledCount > 0 ? 'broken' : undefined}
      />
      <StatTile
        label={t('locations.tiles.online')}
        value={number(onlineCount)}
        note={t('locations.tiles.onlineNote')}
        link={can('session:read') ? ({ to: '/sessions', search: { locationId: location.id } } as LinkProps) : undefined}
      />
      <StatTile
        label={t('locations.tiles.customers')}
        value={number(customerCount)}
        note={t('locations.tiles.customersNote')}
        link={
          can('customer:read') ? ({ to: '/customers', search: { locationId: location.id } } as LinkProps) : undefined
        }
      />
    </StatTiles>
  );
}
