import { useQuery } from '@tanstack/react-query';
import { linkOptions } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useCan } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { TwoLines } from '../../ui/two-lines.tsx';
import classes from './pending-table.module.css';
import { NextTry, pendingReason } from './pending-words.tsx';
import { type PendingAccount, pendingList, retryAccount } from './queries.ts';

type PendingTableProps = {
  routerId: string | undefined;
  after: string | undefined;
  onPage: (after: string | undefined) => void;
  empty: ReactNode;
};

export function PendingTable({ routerId, after, onPage, empty }: PendingTableProps) {
  return (
    <DataTable
      label={t('pending.title')}
      query={useQuery(pendingList({ routerId, after }))}
      columns={pendingColumns()}
      phone={(row) => ({
        title: row.customerName,
        aside: <Since row={row} />,
        line: (
          <span className={classes.phoneReason}>
            {row.routerLabel}: {pendingReason(row.pending)}
          </span>
        ),
        lineAside: <TryAgain row={row} />,
      })}
      rowId={(row) => row.accountId}
      rowName={(row) => row.customerName}
      link={({ customerId }) => linkOptions({ to: '/customers/$customerId', params: { customerId } })}
      empty={empty}
      page={{ after, onChange: onPage }}
    />
  );
}

function pendingColumns(): Column<PendingAccount>[] {
  return [
    {
      key: 'customer',
      head: t('pending.columns.customer'),
      cell: (row) => <TwoLines first={row.customerName} second={row.accountName} />,
      width: 224,
    },
    { key: 'router', head: t('pending.columns.router'), cell: (row) => row.routerLabel, width: 152 },
    { key: 'what', head: t('pending.columns.what'), cell: (row) => <What row={row} />, width: 104, importance: 2 },
    { key: 'since', head: t('pending.columns.since'), cell: (row) => <Since row={row} />, width: 112, importance: 2 },
    {
      key: 'why',
      head: t('pending.columns.why'),
      cell: (row) => (
        <span className={classes.reason} title={pendingReason(row.pending)}>
          {pendingReason(row.pending)}
        </span>
      ),
    },
    { key: 'next', head: t('pending.columns.next'), cell: (row) => <Next row={row} />, width: 256 },
  ];
}

function Next({ row }: { row: PendingAccount }) {
  return (
    <span className={classes.next}>
      <NextTry pending={row.pending} />
      <TryAgain row={row} />
    </span>
  );
}

function What({ row }: { row: PendingAccount }) {
  return row.isRemoval ? (
    <StatusBadge tone="attention">{t('pending.removal')}</StatusBadge>
  ) : (
    <StatusBadge tone="pending">{t('pending.change')}</StatusBadge>
  );
}

function Since({ row }: { row: PendingAccount }) {
  return <RelativeTime at={row.pending.since} />;
}

function TryAgain({ row }: { row: PendingAccount }) {
  const can = useCan();
  if (!can('customer:write')) return null;
  return (
    <ActButton
      variant="default"
      size="compact-sm"
      aria-label={t('pending.tryAgainNamed', { name: row.customerName })}
      act={() => retryAccount(row.accountId)}
    >
      {t('pending.tryAgain')}
    </ActButton>
  );
}
