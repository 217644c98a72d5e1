import { Menu, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { linkOptions } from '@tanstack/react-router';
import { useCan, useFormat } from '../../lib/session.ts';
import { t, wordOr } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { askToIgnoreDrift } from './ignore-drift.tsx';
import { type Drift, driftList, type Router, settleDrift } from './queries.ts';

/** What somebody else changed on our objects: what waits for a person, and what was done about it before. */
export function RouterDrift({ router }: { router: Router }) {
  return (
    <Stack gap="md">
      <Text c="dimmed">{router.healsDrift ? t('routers.drift.heals') : t('routers.drift.lists')}</Text>
      <DriftTable routerId={router.id} state="open" />
      <Text component="h2" fw={600}>
        {t('routers.drift.closed')}
      </Text>
      <DriftTable routerId={router.id} state="closed" />
    </Stack>
  );
}

function DriftTable({ routerId, state }: { routerId: string; state: 'open' | 'closed' }) {
  const can = useCan();
  return (
    <DataTable
      label={t(`routers.drift.states.${state}`)}
      query={useQuery(driftList({ routerId, state }))}
      columns={[
        { key: 'account', head: t('routers.drift.account'), cell: (drift) => drift.name, width: 180 },
        { key: 'what', head: t('routers.drift.what'), cell: differenceWords },
        {
          key: 'found',
          head: t('routers.drift.found'),
          cell: (drift) => <RelativeTime at={drift.foundAt} />,
          width: 130,
        },
        { key: 'state', head: t('routers.drift.state'), cell: (drift) => <DriftBadge drift={drift} />, width: 130 },
      ]}
      phone={(drift) => ({
        title: drift.name,
        aside: <DriftBadge drift={drift} />,
        line: differenceWords(drift),
        lineAside: <RelativeTime at={drift.foundAt} />,
      })}
      rowId={(drift) => drift.id}
      rowName={(drift) => drift.name}
      link={({ customerId }) =>
        customerId
          ? linkOptions({ to: '/customers/$customerId', params: { customerId } })
          : linkOptions({ to: '/plans' })
      }
      menu={state === 'open' && can('router:write') ? (drift) => <DriftActs drift={drift} /> : undefined}
      empty={
        <EmptyState
          icon="circle-check"
          title={t(`routers.drift.empty.${state}`)}
          text={t(`routers.drift.emptyText.${state}`)}
        />
      }
    />
  );
}

function differenceWords({ differences }: Drift): string {
  return differences
    .map(({ field, from, to }) => {
      const name = wordOr('routers.preview.fields', field);
      if (field === 'password') return t('routers.drift.password');
      if (field === 'object') return t('routers.drift.missing');
      return `${name}: ${from ?? t('routers.preview.none')} (${t('routers.drift.wanted', { value: to ?? t('routers.preview.none') })})`;
    })
    .join(', ');
}

function DriftBadge({ drift: { outcome, ignoredUntil } }: { drift: Drift }) {
  const format = useFormat();
  if (outcome) return <StatusBadge tone="quiet">{t(`routers.drift.outcomes.${outcome}`)}</StatusBadge>;
  return ignoredUntil ? (
    <StatusBadge tone="quiet" title={t('routers.drift.ignoredUntil', { day: format.dateTime(ignoredUntil) })}>
      {t('routers.drift.ignored')}
    </StatusBadge>
  ) : (
    <StatusBadge tone="attention">{t('routers.drift.open')}</StatusBadge>
  );
}

function DriftActs({ drift }: { drift: Drift }) {
  const ask = (act: 'revert' | 'adopt') =>
    confirmAct({
      title: t(`routers.drift.${act}.title`, { name: drift.name }),
      text: t(`routers.drift.${act}.text`),
      act: t(`routers.drift.${act}.act`),
      run: () => settleDrift(drift, act),
    });
  return (
    <>
      <Menu.Item leftSection={<Icon name="refresh" size={16} />} onClick={() => ask('revert')}>
        {t('routers.drift.revert.act')}
      </Menu.Item>
      {drift.canAdopt && (
        <Menu.Item leftSection={<Icon name="check" size={16} />} onClick={() => ask('adopt')}>
          {t('routers.drift.adopt.act')}
        </Menu.Item>
      )}
      <Menu.Item leftSection={<Icon name="eye" size={16} />} onClick={() => askToIgnoreDrift(drift, drift.accountName)}>
        {t('routers.drift.ignore.act')}
      </Menu.Item>
    </>
  );
}
