import { Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { linkOptions } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Query } from '../../lib/api.ts';
import type { Format } from '../../lib/format.ts';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { type Choice, type Column, DataTable, type PhoneRow } from '../../ui/data-table.tsx';
import { Icon } from '../../ui/icon.tsx';
import { TickingDuration } from '../../ui/ticking-duration.tsx';
import { TwoLines } from '../../ui/two-lines.tsx';
import { DownUp } from './down-up.tsx';
import { type Session, sessionList, useTraffic } from './queries.ts';
import { askToDisconnect, sessionName } from './session-acts.tsx';

type SessionTableProps = {
  query: Query<'GET /api/sessions'>;
  empty: ReactNode;
  /** Without it only the first page is shown. */
  onPage?: (after: string | undefined) => void;
  /** Fewer columns: where the table is not alone on the page. */
  isCompact?: boolean;
  choice?: Choice<Session>;
};

export function SessionTable({ query, empty, onPage, isCompact, choice }: SessionTableProps) {
  const can = useCan();
  const columns = useSessionColumns();
  const list = useQuery(sessionList(query));
  const items = useTraffic(list.data?.items ?? []);
  return (
    <DataTable
      label={t('sessions.title')}
      query={{ ...list, data: list.data && { items, next: list.data.next } }}
      columns={isCompact ? compact(columns) : columns}
      phone={useSessionPhoneRow()}
      rowId={(session) => session.id}
      rowName={sessionName}
      link={({ customerId }) =>
        customerId ? linkOptions({ to: '/customers/$customerId', params: { customerId } }) : undefined
      }
      menu={can('session:disconnect') ? (session) => <DisconnectItem session={session} /> : undefined}
      choice={can('session:disconnect') ? choice : undefined}
      empty={empty}
      page={onPage && { after: query.after, onChange: onPage }}
    />
  );
}

const compactColumns: ReadonlySet<string> = new Set(['customer', 'address', 'uptime', 'data']);

/** Few columns, but these on every width. */
function compact(columns: Column<Session>[]): Column<Session>[] {
  return columns.filter(({ key }) => compactColumns.has(key)).map(({ importance: _, ...column }) => column);
}

function useSessionColumns(): Column<Session>[] {
  const format = useFormat();
  return [
    {
      key: 'customer',
      head: t('sessions.columns.customer'),
      cell: (session) => <TwoLines {...whoseWords(session)} />,
    },
    {
      key: 'router',
      head: t('sessions.columns.router'),
      cell: (session) => <TwoLines first={session.routerLabel} second={soldWords(session)} />,
      width: 176,
      importance: 2,
    },
    {
      key: 'address',
      head: t('sessions.columns.address'),
      cell: ({ address, callerId }) => <TwoLines first={address ?? '–'} second={callerId ?? '–'} />,
      width: 164,
    },
    {
      key: 'uptime',
      head: t('sessions.columns.uptime'),
      cell: (session) => <Uptime session={session} />,
      align: 'right',
      width: 120,
    },
    {
      key: 'data',
      head: t('sessions.columns.data'),
      cell: (session) => <DownUp down={format.bytes(session.downBytes)} up={format.bytes(session.upBytes)} />,
      align: 'right',
      width: 172,
      importance: 2,
    },
    {
      key: 'rate',
      head: t('sessions.columns.rate'),
      cell: (session) => <DownUp down={rateWord(format, session.downBps)} up={rateWord(format, session.upBps)} />,
      align: 'right',
      width: 188,
    },
  ];
}

function useSessionPhoneRow(): (session: Session) => PhoneRow {
  const format = useFormat();
  return (session) => ({
    title: sessionName(session),
    aside: <Uptime session={session} />,
    line: session.address ?? session.routerLabel,
    lineAside: t('sessions.downUp', { down: format.bytes(session.downBytes), up: format.bytes(session.upBytes) }),
  });
}

/** A session's rate is not known before it was read twice. */
export function rateWord(format: Format, bitsPerSecond: number | null): string {
  return bitsPerSecond === null ? '–' : format.bitRate(bitsPerSecond);
}

function whoseWords({ accountName, customerName, packageName, locationName }: Session): {
  first: ReactNode;
  second: string;
} {
  if (packageName !== null) {
    const place = locationName === null ? [] : [locationName];
    return { first: t('sessions.voucher', { package: packageName }), second: [accountName, ...place].join(' · ') };
  }
  // An account that somebody made on the router by hand.
  const stranger = <span style={{ color: 'var(--mantine-color-dimmed)' }}>{t('sessions.noCustomer')}</span>;
  return { first: customerName ?? stranger, second: accountName };
}

/** What was bought, and that all of it is used. */
function soldWords({ planName, packageName, isSlowed }: Session): string {
  const sold = planName ?? packageName ?? '–';
  return isSlowed ? `${sold} · ${t('sessions.slowed')}` : sold;
}

/** Of a router that does not answer it is only known that he was online. */
export function Uptime({ session }: { session: Pick<Session, 'isLive' | 'startedAt' | 'seenAt'> }) {
  const format = useFormat();
  if (session.isLive) return <TickingDuration since={session.startedAt} />;
  return (
    <span style={{ color: 'var(--tone-attention)' }} title={format.exactTime(session.seenAt)}>
      {t('sessions.lastSeen', { time: format.relative(session.seenAt) })}
    </span>
  );
}

function DisconnectItem({ session }: { session: Session }) {
  return (
    <Menu.Item leftSection={<Icon name="unlink" size={16} />} onClick={() => askToDisconnect(session)}>
      {t('sessions.disconnect')}
    </Menu.Item>
  );
}
