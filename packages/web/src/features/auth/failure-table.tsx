import { useQuery } from '@tanstack/react-query';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { type Failure, failureList } from './queries.ts';

export function FailureTable({
  after,
  onPage,
}: {
  after: string | undefined;
  onPage: (after: string | undefined) => void;
}) {
  const format = useFormat();
  const columns: Column<Failure>[] = [
    { key: 'time', head: t('staff.failures.time'), cell: ({ at }) => format.dateTime(at), width: 220 },
    { key: 'username', head: t('staff.failures.username'), cell: ({ username }) => username },
    { key: 'address', head: t('staff.failures.address'), cell: ({ address }) => address, width: 220 },
  ];
  return (
    <DataTable
      label={t('staff.tabs.failures')}
      query={useQuery(failureList({ after }))}
      columns={columns}
      phone={({ username, address, at }) => ({ title: username, aside: address, line: <RelativeTime at={at} /> })}
      rowId={({ id }) => id}
      rowName={({ username }) => username}
      empty={<EmptyState icon="lock" title={t('staff.failures.empty')} text={t('staff.failures.emptyText')} />}
      page={{ after, onChange: onPage }}
    />
  );
}
