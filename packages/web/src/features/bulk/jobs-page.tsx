import { useQuery } from '@tanstack/react-query';
import { linkOptions } from '@tanstack/react-router';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { TwoLines } from '../../ui/two-lines.tsx';
import { aboutJob, askWords, jobStateWord, jobTone } from './bulk-words.ts';
import { JobDrawer, type ShownState } from './job-drawer.tsx';
import { type BulkJob, bulkJobs } from './queries.ts';

export type JobsSearch = { job?: string; show?: ShownState; after?: string };

type JobsPageProps = { search: JobsSearch; onSearch: (change: Partial<JobsSearch>) => void };

/** What was done to many customers at once, the latest first. */
export function JobsPage({ search, onSearch }: JobsPageProps) {
  const columns = useJobColumns();
  const format = useFormat();
  const nameOf = ({ kind, total }: BulkJob) => askWords(kind, total, format.number(total));
  return (
    <>
      <PageHead title={t('bulk.title')} about={t('bulk.about')} />
      <DataTable
        label={t('bulk.title')}
        query={useQuery(bulkJobs({ after: search.after }))}
        columns={columns}
        phone={(job) => ({
          title: nameOf(job),
          aside: <StatusBadge tone={jobTone(job)}>{jobStateWord(job)}</StatusBadge>,
          line: job.by,
          lineAside: <RelativeTime at={job.askedAt} />,
        })}
        rowId={({ id }) => id}
        rowName={nameOf}
        link={({ id }) => linkOptions({ to: '/customers/bulk', search: { job: id } })}
        empty={<EmptyState icon="checklist" title={t('bulk.empty.title')} text={t('bulk.empty.text')} />}
        page={{ after: search.after, onChange: (after) => onSearch({ after }) }}
      />
      <JobDrawer
        jobId={search.job}
        show={search.show}
        onShow={(show) => onSearch({ show })}
        onClose={() => onSearch({ job: undefined, show: undefined })}
      />
    </>
  );
}

function useJobColumns(): Column<BulkJob>[] {
  const format = useFormat();
  return [
    {
      key: 'what',
      head: t('bulk.columns.what'),
      cell: (job) => (
        <TwoLines first={askWords(job.kind, job.total, format.number(job.total))} second={aboutJob(job)} />
      ),
    },
    { key: 'by', head: t('bulk.columns.by'), cell: ({ by }) => by, width: 150, importance: 2 },
    {
      key: 'when',
      head: t('bulk.columns.when'),
      cell: ({ askedAt }) => <RelativeTime at={askedAt} />,
      width: 140,
    },
    {
      key: 'result',
      head: t('bulk.columns.result'),
      cell: ({ done, unchanged, failed }) =>
        t('bulk.result', { done: format.number(done + unchanged), failed: format.number(failed) }),
      width: 180,
      importance: 2,
    },
    {
      key: 'state',
      head: t('bulk.columns.state'),
      cell: (job) => <StatusBadge tone={jobTone(job)}>{jobStateWord(job)}</StatusBadge>,
      width: 160,
    },
  ];
}
