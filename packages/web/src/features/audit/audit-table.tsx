import type { UseQueryResult } from '@tanstack/react-query';
import { linkOptions } from '@tanstack/react-router';
import type { Reply } from '../../lib/api.ts';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { AuditDetails } from './audit-details.tsx';
import { actionWord, actorWord } from './audit-words.ts';
import type { AuditEntry, AuditSearch } from './queries.ts';

type AuditTableProps = {
  query: UseQueryResult<Reply<'GET /api/audit'>>;
  search: AuditSearch;
  onPage: (after: string | undefined) => void;
};

export function AuditTable({ query, search, onPage }: AuditTableProps) {
  return (
    <DataTable
      label={t('audit.title')}
      query={query}
      columns={useAuditColumns()}
      phone={(entry) => ({
        title: actionWord(entry),
        aside: actorWord(entry),
        line: <AuditDetails entry={entry} />,
        lineAside: <RelativeTime at={entry.at} />,
      })}
      rowId={(entry) => entry.id}
      rowName={actionWord}
      link={({ id }) => linkOptions({ to: '/audit', search: { ...search, open: id } })}
      empty={<EmptyState icon="history" title={t('audit.empty.title')} text={t('audit.empty.text')} />}
      page={{ after: search.after, onChange: onPage }}
    />
  );
}

function useAuditColumns(): Column<AuditEntry>[] {
  const format = useFormat();
  return [
    {
      key: 'time',
      head: t('audit.columns.time'),
      cell: (entry) => <time title={format.exactTime(entry.at)}>{format.dateTime(entry.at)}</time>,
      width: 200,
    },
    { key: 'actor', head: t('audit.columns.actor'), cell: actorWord, width: 160 },
    { key: 'action', head: t('audit.columns.action'), cell: actionWord, width: 220 },
    {
      key: 'details',
      head: t('audit.columns.details'),
      cell: (entry) => <AuditDetails entry={entry} />,
      importance: 2,
    },
  ];
}
