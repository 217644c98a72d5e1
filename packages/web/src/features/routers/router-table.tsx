import { useQuery } from '@tanstack/react-query';
import { linkOptions } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { type Column, DataTable, type PhoneRow } from '../../ui/data-table.tsx';
import { TwoLines } from '../../ui/two-lines.tsx';
import { type Router, routerList } from './queries.ts';
import { RouterBadge, RouterStateCell } from './router-state.tsx';
import { addressOf, modelAndVersion } from './router-words.ts';

type RouterTableProps = {
  search?: string | undefined;
  locationId?: string | undefined;
  after: string | undefined;
  onPage: (after: string | undefined) => void;
  empty: ReactNode;
};

export function RouterTable({ search, locationId, after, onPage, empty }: RouterTableProps) {
  return (
    <DataTable
      label={t('routers.title')}
      query={useQuery(routerList({ search, locationId, after }))}
      columns={useRouterColumns()}
      phone={useRouterPhoneRow()}
      rowId={(router) => router.id}
      rowName={(router) => router.label}
      link={(router) => linkOptions({ to: '/routers/$routerId', params: { routerId: router.id } })}
      empty={empty}
      page={{ after, onChange: onPage }}
    />
  );
}

function useRouterColumns(): Column<Router>[] {
  const format = useFormat();
  return [
    { key: 'label', head: t('routers.columns.label'), cell: (router) => <Label router={router} /> },
    {
      key: 'state',
      head: t('routers.columns.state'),
      cell: (router) => <RouterStateCell router={router} />,
      width: 240,
    },
    { key: 'address', head: t('routers.columns.address'), cell: addressOf, width: 176, importance: 2 },
    { key: 'model', head: t('routers.columns.model'), cell: modelAndVersion, width: 192, importance: 3 },
    {
      key: 'accounts',
      head: t('routers.columns.accounts'),
      cell: (router) => format.number(router.accountCount),
      align: 'right',
      width: 92,
    },
    {
      key: 'online',
      head: t('routers.columns.online'),
      cell: (router) =>
        router.lastSeenCount > 0
          ? t('routers.lastSeenShort', { number: format.number(router.lastSeenCount) })
          : format.number(router.onlineCount),
      align: 'right',
      width: 80,
    },
    {
      key: 'pending',
      head: t('routers.columns.pending'),
      cell: (router) => <PendingCount count={router.pendingCount} />,
      align: 'right',
      width: 88,
    },
    {
      key: 'cpu',
      head: t('routers.columns.cpu'),
      cell: (router) =>
        router.cpuLoadPercent === null ? '–' : t('routers.percent', { value: format.number(router.cpuLoadPercent) }),
      align: 'right',
      width: 72,
      importance: 2,
    },
  ];
}

/** Where it stands is said below it, where that is known. */
function Label({ router: { label, locationName } }: { router: Router }) {
  return locationName ? <TwoLines first={label} second={locationName} /> : label;
}

function PendingCount({ count }: { count: number }) {
  const { number } = useFormat();
  if (count === 0) return number(count);
  return <span style={{ color: 'var(--tone-pending)', fontWeight: 500 }}>{number(count)}</span>;
}

function useRouterPhoneRow(): (router: Router) => PhoneRow {
  return (router) => ({
    title: router.label,
    aside: <RouterBadge router={router} />,
    line: [router.locationName, addressOf(router)].filter(Boolean).join(' · '),
    lineAside: [
      router.lastSeenCount > 0
        ? t('routers.lastSeenShort', { number: router.lastSeenCount })
        : t('routers.onlineCount', { count: router.onlineCount }),
      router.pendingCount > 0 && t('routers.pendingCount', { count: router.pendingCount }),
    ]
      .filter(Boolean)
      .join(' · '),
  });
}
