import { useQuery } from '@tanstack/react-query';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { TwoLines } from '../../ui/two-lines.tsx';
import { DownUp } from '../provisioning/down-up.tsx';
import { customerSessions, type PastSession } from './queries.ts';

type CustomerSessionsProps = {
  customerId: string;
  after: string | undefined;
  onPage: (after: string | undefined) => void;
};

/** Every session that was seen of this customer, and how it ended. */
export function CustomerSessions({ customerId, after, onPage }: CustomerSessionsProps) {
  const format = useFormat();
  const data = ({ downBytes, upBytes }: PastSession) => ({ down: format.bytes(downBytes), up: format.bytes(upBytes) });
  return (
    <DataTable
      label={t('customers.tabs.sessions')}
      query={useQuery(customerSessions(customerId, { after }))}
      columns={[
        { key: 'from', head: t('customers.sessions.from'), cell: ({ startedAt }) => format.dateTime(startedAt) },
        {
          key: 'until',
          head: t('customers.sessions.until'),
          cell: (session) => <TwoLines first={untilWord(session, format.dateTime)} second={endWord(session)} />,
          width: 260,
        },
        {
          key: 'account',
          head: t('customers.columns.account'),
          cell: ({ accountName, routerLabel }) => <TwoLines first={accountName} second={routerLabel} />,
          width: 200,
          importance: 2,
        },
        {
          key: 'address',
          head: t('sessions.columns.address'),
          cell: ({ address, callerId }) => <TwoLines first={address ?? '–'} second={callerId ?? '–'} />,
          width: 176,
          importance: 2,
        },
        {
          key: 'data',
          head: t('sessions.columns.data'),
          cell: (session) => <DownUp {...data(session)} />,
          align: 'right',
          width: 180,
        },
      ]}
      phone={(session) => ({
        title: format.dateTime(session.startedAt),
        aside: untilWord(session, format.dateTime),
        line: endWord(session),
        lineAside: t('sessions.downUp', data(session)),
      })}
      rowId={({ id }) => id}
      rowName={({ accountName }) => accountName}
      empty={
        <EmptyState
          icon="activity"
          title={t('customers.sessions.emptyTitle')}
          text={t('customers.sessions.emptyText')}
        />
      }
      page={{ after, onChange: onPage }}
    />
  );
}

function untilWord({ endedAt, isLive }: PastSession, timeOf: (instant: string) => string): string {
  if (endedAt) return timeOf(endedAt);
  return isLive ? t('customers.why.stillOn') : t('customers.sessions.unknown');
}

function endWord({ endedHow, endedBy }: PastSession): string {
  return endedHow ? t(`customers.ends.${endedHow}`, { by: endedBy ?? '' }) : '';
}
