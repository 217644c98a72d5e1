import { Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { notifyDone, notifyFailed } from '../../ui/notify.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { type Job, jobList, pauseJob, resumeJob, runJob } from './queries.ts';

export function JobsPage() {
  const can = useCan();
  const query = useQuery(jobList);
  return (
    <>
      <PageHead title={t('system.jobs.title')} about={t('system.jobs.about')} />
      <DataTable
        label={t('system.jobs.title')}
        query={query}
        columns={useColumns()}
        phone={(job) => ({
          title: job.name,
          aside: <State job={job} />,
          line: `${job.cron} · ${job.timeZone}`,
          lineAside: job.nextRunAt && <RelativeTime at={job.nextRunAt} />,
        })}
        rowId={({ name }) => name}
        rowName={({ name }) => name}
        menu={(job) => can('system:write') && <JobActs job={job} />}
        empty={<EmptyState icon="clock" title={t('system.jobs.empty')} />}
      />
    </>
  );
}

function useColumns(): Column<Job>[] {
  const format = useFormat();
  return [
    { key: 'name', head: t('system.jobs.columns.name'), cell: ({ name }) => name },
    {
      key: 'when',
      head: t('system.jobs.columns.when'),
      cell: ({ cron, timeZone }) => `${cron} · ${timeZone}`,
      importance: 3,
      width: 220,
    },
    {
      key: 'next',
      head: t('system.jobs.columns.next'),
      cell: ({ nextRunAt }) => (nextRunAt ? <RelativeTime at={nextRunAt} /> : '–'),
      width: 150,
    },
    {
      key: 'last',
      head: t('system.jobs.columns.last'),
      cell: ({ lastEndedAt, lastDurationMs }) =>
        lastEndedAt ? (
          <span title={t('system.jobs.took', { when: format.dateTime(lastEndedAt), ms: lastDurationMs ?? 0 })}>
            <RelativeTime at={lastEndedAt} />
          </span>
        ) : (
          t('system.jobs.never')
        ),
      importance: 2,
      width: 150,
    },
    {
      key: 'failures',
      head: t('system.jobs.columns.failures'),
      cell: ({ failureCount, runCount }) =>
        t('system.jobs.failures', { failed: format.number(failureCount), count: runCount }),
      align: 'right',
      importance: 2,
      width: 130,
    },
    { key: 'state', head: t('system.jobs.columns.state'), cell: (job) => <State job={job} />, width: 200 },
  ];
}

function State({ job: { pausedAt, pausedBy, lastError, lastEndedAt } }: { job: Job }) {
  if (pausedAt)
    return <StatusBadge tone="attention">{t('system.jobs.states.paused', { name: pausedBy ?? '' })}</StatusBadge>;
  if (lastError)
    return (
      <StatusBadge tone="broken" title={lastError}>
        {t('system.jobs.states.failed')}
      </StatusBadge>
    );
  return lastEndedAt ? (
    <StatusBadge tone="fine">{t('system.jobs.states.well')}</StatusBadge>
  ) : (
    <StatusBadge tone="quiet">{t('system.jobs.states.waiting')}</StatusBadge>
  );
}

function JobActs({ job: { name, pausedAt } }: { job: Job }) {
  const doing = (act: Promise<void>, done: string) => void act.then(() => notifyDone(done), notifyFailed);
  const askToPause = () =>
    confirmAct({
      title: t('system.jobs.pauseTitle', { name }),
      text: t('system.jobs.pauseText'),
      act: t('system.jobs.pause'),
      reason: 'required',
      run: async (reason) => {
        await pauseJob(name, reason);
        notifyDone(t('system.jobs.paused', { name }));
      },
    });
  if (pausedAt)
    return (
      <Menu.Item onClick={() => doing(resumeJob(name), t('system.jobs.resumed', { name }))}>
        {t('system.jobs.resume')}
      </Menu.Item>
    );
  return (
    <>
      <Menu.Item onClick={() => doing(runJob(name), t('system.jobs.asked', { name }))}>
        {t('system.jobs.run')}
      </Menu.Item>
      <Menu.Item onClick={askToPause}>{t('system.jobs.pause')}</Menu.Item>
    </>
  );
}
