import { Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type LinkProps, linkOptions } from '@tanstack/react-router';
import { useCan, useFormat } from '../../lib/session.ts';
import { t, wordOr } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FilterChips } from '../../ui/filter-chips.tsx';
import { Icon } from '../../ui/icon.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Toolbar } from '../../ui/toolbar.tsx';
import { TwoLines } from '../../ui/two-lines.tsx';
import { askToIgnoreDrift } from './ignore-drift.tsx';
import { type AdoptedDrift, adoptDrift, type Drift, driftList, revertDrift } from './queries.ts';

export type DriftSearch = { drift?: 'closed'; after?: string };

type DriftListProps = {
  /** Left out: of all routers. */
  routerId?: string;
  search: DriftSearch;
  onSearch: (change: Partial<DriftSearch>) => void;
  onAdopted: OnAdopted;
};

/** From a room above: what a changed plan asks for. */
export type OnAdopted = (adopted: AdoptedDrift) => void;

/** What somebody else changed on our objects: what waits for a person, or what was done about it before. */
export function DriftList({ routerId, search, onSearch, onAdopted }: DriftListProps) {
  const can = useCan();
  const state = search.drift ?? 'open';
  return (
    <>
      <Toolbar>
        <FilterChips
          label={t('routers.drift.state')}
          choices={(['open', 'closed'] as const).map((value) => ({
            value,
            label: t(`routers.drift.filters.${value}`),
          }))}
          value={state}
          onChange={(next) => onSearch({ drift: next === 'closed' ? next : undefined, after: undefined })}
        />
      </Toolbar>
      <DataTable
        label={t(`routers.drift.states.${state}`)}
        query={useQuery(driftList({ routerId, state, after: search.after }))}
        columns={driftColumns(routerId === undefined)}
        phone={(drift) => ({
          title: drift.name,
          aside: <DriftBadge drift={drift} />,
          line: differenceWords(drift).join(', '),
          lineAside: <RelativeTime at={drift.foundAt} />,
        })}
        rowId={(drift) => drift.id}
        rowName={(drift) => drift.name}
        link={linkOf}
        menu={
          state === 'open' && can('router:write')
            ? (drift) => <DriftActs drift={drift} onAdopted={onAdopted} />
            : undefined
        }
        empty={
          <EmptyState
            icon="circle-check"
            title={t(`routers.drift.empty.${state}`)}
            text={t(`routers.drift.emptyText.${state}`)}
          />
        }
        page={{ after: search.after, onChange: (after) => onSearch({ after }) }}
      />
    </>
  );
}

/** Whose account it is; a profile is of a plan. */
function linkOf({ customerId }: Drift): LinkProps {
  return customerId
    ? linkOptions({ to: '/customers/$customerId', params: { customerId } })
    : linkOptions({ to: '/plans' });
}

function driftColumns(hasRouter: boolean): Column<Drift>[] {
  return [
    {
      key: 'object',
      head: t('routers.drift.object'),
      cell: ({ name, kind, customerName }) => (
        <TwoLines first={name} second={customerName ?? t(`routers.preview.kinds.${kind}`)} />
      ),
      width: 208,
    },
    ...(hasRouter
      ? [
          {
            key: 'router',
            head: t('routers.drift.router'),
            cell: ({ routerLabel }: Drift) => routerLabel,
            width: 152,
            importance: 2 as const,
          },
        ]
      : []),
    { key: 'what', head: t('routers.drift.what'), cell: (drift) => <Differences drift={drift} /> },
    {
      key: 'found',
      head: t('routers.drift.found'),
      cell: (drift) => <RelativeTime at={drift.foundAt} />,
      width: 130,
      importance: 2,
    },
    {
      key: 'state',
      head: t('routers.drift.state'),
      cell: (drift) => <DriftBadge drift={drift} />,
      width: 216,
    },
  ];
}

function Differences({ drift }: { drift: Drift }) {
  const words = differenceWords(drift);
  const [first = '', ...rest] = words;
  return (
    <span title={words.join('\n')}>
      {rest.length > 0 ? <TwoLines first={first} second={rest.join(', ')} /> : first}
    </span>
  );
}

function differenceWords({ differences }: Drift): string[] {
  return differences.map(({ field, from, to }) => {
    if (field === 'password') return t('routers.drift.password');
    if (field === 'object') return t('routers.drift.missing');
    const none = t('routers.preview.none');
    const name = wordOr('routers.preview.fields', field);
    return t('routers.drift.difference', { name, found: from ?? none, wanted: to ?? none });
  });
}

function DriftBadge({ drift: { outcome, ignoredUntil, closedBy } }: { drift: Drift }) {
  const format = useFormat();
  if (outcome)
    return (
      <StatusBadge tone="quiet" title={closedBy ?? undefined}>
        {t(`routers.drift.outcomes.${outcome}`)}
      </StatusBadge>
    );
  return ignoredUntil ? (
    <StatusBadge tone="quiet" title={format.exactTime(ignoredUntil)}>
      {t('routers.drift.ignoredUntil', { day: format.day(ignoredUntil.slice(0, 10)) })}
    </StatusBadge>
  ) : (
    <StatusBadge tone="attention">{t('routers.drift.open')}</StatusBadge>
  );
}

function DriftActs({ drift, onAdopted }: { drift: Drift; onAdopted: OnAdopted }) {
  const { name, kind } = drift;
  const of = kind === 'account' ? 'account' : 'profile';
  const ask = (act: 'revert' | 'adopt') =>
    confirmAct({
      title: t(`routers.drift.${act}.title`, { name }),
      text: t(`routers.drift.${act}.text.${of}`),
      act: t(`routers.drift.${act}.act`),
      run: async () => {
        const adopted = act === 'adopt' ? await adoptDrift(drift) : await revertDrift(drift);
        notifyDone(t(`routers.drift.${act}.done`, { name }));
        if (adopted) onAdopted(adopted);
      },
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
      <Menu.Item leftSection={<Icon name="clock-pause" size={16} />} onClick={() => askToIgnoreDrift(drift)}>
        {t('routers.drift.ignore.act')}
      </Menu.Item>
    </>
  );
}
