import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { linkOptions } from '@tanstack/react-router';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { StatTile, StatTiles } from '../../ui/stat-tile.tsx';
import classes from './counters.module.css';
import { type FigureGroup, FiguresPanel } from './figures-panel.tsx';
import { LocationCard } from './location-card.tsx';
import { byNeed } from './location-order.ts';
import { type Counters, countersQuery } from './queries.ts';

export const figureDays = ['7', '30', '90'] as const;

export type CountersSearch = { by?: FigureGroup; days?: (typeof figureDays)[number] };
type CountersPageProps = { search: CountersSearch; onSearch: (change: Partial<CountersSearch>) => void };

/** All counters now, and what they brought. */
export function CountersPage({ search, onSearch }: CountersPageProps) {
  const { data, error, refetch } = useQuery(countersQuery);
  return (
    <>
      <PageHead title={t('counters.title')} about={t('counters.about')} />
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      <Stack gap="md">
        <Totals counters={data} />
        {data?.items.length === 0 && (
          <EmptyState icon="map-pin" title={t('counters.empty.title')} text={t('counters.empty.text')} />
        )}
        {!data && !error && <Skeleton height={220} aria-busy="true" />}
        {data && data.items.length > 0 && (
          <ul className={classes.cards} aria-label={t('counters.locations')}>
            {byNeed(data.items).map((location) => (
              <LocationCard key={location.locationId ?? ''} location={location} currency={data.currency} />
            ))}
          </ul>
        )}
        <FiguresPanel
          by={search.by ?? 'day'}
          days={search.days ?? '30'}
          onBy={(by) => onSearch({ by: by === 'day' ? undefined : by })}
          onDays={(days) => onSearch({ days: days === '30' ? undefined : days })}
        />
      </Stack>
    </>
  );
}

function Totals({ counters }: { counters: Counters | undefined }) {
  const format = useFormat();
  const money = (minor: bigint) => format.money(minor.toString(), counters?.currency);
  const sum = (pick: (item: Counters['items'][number]) => string | null) =>
    counters?.items.reduce((total, item) => total + BigInt(pick(item) ?? 0), 0n);
  const count = (pick: (item: Counters['items'][number]) => number) =>
    counters?.items.reduce((total, item) => total + pick(item), 0);
  const [sold, expected, counted, variance] = [
    sum(({ soldMinor }) => soldMinor),
    sum(({ expectedMinor }) => expectedMinor),
    sum(({ countedMinor }) => countedMinor),
    sum(({ varianceMinor }) => varianceMinor),
  ];
  const alerts = count(({ alertCount }) => alertCount);
  const open = count(({ openCounters }) => openCounters.length);
  return (
    <StatTiles>
      <StatTile
        label={t('counters.sold')}
        value={sold === undefined ? undefined : money(sold)}
        note={counters && t('vouchers.shifts.codes', { count: count(({ soldCount }) => soldCount) ?? 0 })}
        link={linkOptions({ to: '/tokens' })}
      />
      <StatTile
        label={t('counters.online')}
        value={counters && format.number(count(({ onlineCount }) => onlineCount) ?? 0)}
        note={counters && format.bytes(sum(({ usedBytes }) => usedBytes)?.toString() ?? '0')}
      />
      <StatTile
        label={t('counters.expected')}
        value={expected === undefined ? undefined : money(expected)}
        note={t('counters.openShifts', { count: open ?? 0 })}
        link={linkOptions({ to: '/shifts', search: { state: 'standing' } })}
      />
      <StatTile
        label={t('counters.counted')}
        value={counted === undefined ? undefined : money(counted)}
        note={variance === undefined ? undefined : t('counters.variance', { amount: money(variance) })}
        tone={variance ? 'broken' : undefined}
        link={linkOptions({ to: '/shifts' })}
      />
      <StatTile
        label={t('counters.alerts')}
        value={alerts === undefined ? undefined : format.number(alerts)}
        note={t('counters.alertsNote')}
        tone={alerts ? 'attention' : undefined}
        link={linkOptions({ to: '/reconciliation' })}
      />
    </StatTiles>
  );
}
