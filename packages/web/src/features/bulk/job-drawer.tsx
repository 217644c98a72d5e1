import { bulkPermissions } from '@lastmile/contract/bulk-kinds.ts';
import { Alert, Anchor, Drawer, Group, Progress, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError } from '../../lib/api.ts';
import { useCan, useFormat } from '../../lib/session.ts';
import { errorText, t } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { FilterChips } from '../../ui/filter-chips.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Pager } from '../../ui/pager.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { bulkItemStates } from '../subscribers/customers-search.ts';
import { aboutJob, askWords, jobStateWord, jobTone } from './bulk-words.ts';
import classes from './job-drawer.module.css';
import { type BulkItem, type BulkJob, bulkItems, bulkJob, liftBulk, retryBulk, stopBulk } from './queries.ts';

export type ShownState = (typeof bulkItemStates)[number];

type JobDrawerProps = {
  /** In the address bar, so that it is there again after a reload and can be sent to a colleague. */
  jobId: string | undefined;
  show: ShownState | undefined;
  onShow: (show: ShownState | undefined) => void;
  onClose: () => void;
};

/** How far an act on many customers is, and what became of each. Closing it stops nothing. */
export function JobDrawer({ jobId, show, onShow, onClose }: JobDrawerProps) {
  const { data: job, error, refetch } = useQuery({ ...bulkJob(jobId ?? ''), enabled: Boolean(jobId) });
  const format = useFormat();
  return (
    <Drawer
      opened={Boolean(jobId)}
      onClose={onClose}
      title={job ? askWords(job.kind, job.total, format.number(job.total)) : t('bulk.job.title')}
      size={560}
      position="right"
      styles={{ title: { fontSize: '1.0625rem', fontWeight: 600 } }}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      {error && !job ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : job ? (
        <Stack gap="md">
          <JobProgress job={job} />
          <JobResults key={`${job.id} ${show}`} job={job} show={show} onShow={onShow} />
        </Stack>
      ) : (
        <Skeleton height={240} />
      )}
    </Drawer>
  );
}

export function JobProgress({ job }: { job: BulkJob }) {
  const format = useFormat();
  const about = aboutJob(job);
  const triedCount = job.total - job.waiting;
  const words = t('bulk.job.progress', { done: format.number(triedCount), total: format.number(job.total) });
  const share = (count: number) => (job.total === 0 ? 0 : (100 * count) / job.total);
  return (
    <Stack gap="sm">
      {about && <Text style={{ overflowWrap: 'anywhere' }}>{about}</Text>}
      <Text c="dimmed" size="sm">
        {t('bulk.job.by', { by: job.by, time: format.dateTime(job.askedAt) })}
      </Text>
      <Group gap="xs">
        <StatusBadge tone={jobTone(job)}>{jobStateWord(job)}</StatusBadge>
        <Text role="status">{words}</Text>
      </Group>
      <Progress.Root size="md" aria-label={t('bulk.job.title')}>
        <Progress.Section value={share(job.done + job.unchanged)} color="green" aria-label={words} />
        <Progress.Section value={share(job.failed)} color="red" aria-hidden />
      </Progress.Root>
      {job.heldWhy && (
        <Alert color="yellow" icon={<Icon name="alert-triangle" />}>
          {t(`bulk.job.held.${job.heldWhy}`)}
        </Alert>
      )}
      {job.stoppedBy && <Text>{t('bulk.job.stoppedBy', { by: job.stoppedBy })}</Text>}
      <Acts job={job} />
    </Stack>
  );
}

function Acts({ job }: { job: BulkJob }) {
  const can = useCan();
  const format = useFormat();
  if (!can(bulkPermissions[job.kind])) return null;
  const isOpen = job.state === 'running' || job.state === 'held';
  const left = { count: job.failed, number: format.number(job.failed) };
  return (
    <Group gap="xs">
      {job.state === 'held' && job.heldWhy !== 'draft' && (
        <ActButton act={() => liftBulk(job.id)}>{t('bulk.job.lift')}</ActButton>
      )}
      {isOpen && (
        <ActButton variant="default" leftSection={<Icon name="x" size={16} />} act={() => stopBulk(job.id)}>
          {t('bulk.job.stop')}
        </ActButton>
      )}
      {job.state === 'stopped' && job.waiting > 0 && (
        <ActButton leftSection={<Icon name="player-play" size={16} />} act={() => retryBulk(job.id)}>
          {t('bulk.job.goOn', { number: format.number(job.waiting + job.failed) })}
        </ActButton>
      )}
      {job.state === 'ended' && job.failed > 0 && (
        <ActButton leftSection={<Icon name="refresh" size={16} />} act={() => retryBulk(job.id)}>
          {t('bulk.job.retry', left)}
        </ActButton>
      )}
    </Group>
  );
}

type ResultsProps = Pick<JobDrawerProps, 'show' | 'onShow'> & {
  job: BulkJob;
  /** Of a file that is not confirmed: what would become of its lines. */
  isDraft?: boolean;
};

export function JobResults({ job, show, onShow, isDraft = false }: ResultsProps) {
  const format = useFormat();
  const [after, setAfter] = useState<string>();
  const { data, error, refetch } = useQuery(bulkItems(job.id, { state: show, after }));
  const counted = bulkItemStates.filter((state) => job[state] > 0 || state === show);
  return (
    <div>
      <FilterChips<ShownState | 'all'>
        label={t('bulk.job.results')}
        choices={[
          { value: 'all', label: t('bulk.job.counts.all'), count: format.number(job.total) },
          ...counted.map((value) => ({
            value,
            label: stateWord(value, isDraft),
            count: format.number(job[value]),
          })),
        ]}
        value={show ?? 'all'}
        onChange={(next) => onShow(next === 'all' ? undefined : next)}
      />
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data?.items.length === 0 && <Text mt="md">{t('bulk.job.empty')}</Text>}
      <ul className={classes.list} aria-label={t('bulk.job.results')}>
        {data?.items.map((item) => (
          <Result key={item.place} item={item} isDraft={isDraft} />
        ))}
      </ul>
      {data && <Pager label={t('bulk.job.results')} after={after} next={data.next} onChange={setAfter} />}
    </div>
  );
}

const tones = { waiting: 'pending', done: 'fine', unchanged: 'quiet', failed: 'broken' } as const;

function stateWord(state: ShownState, isDraft: boolean): string {
  return isDraft ? t(`bulk.import.draftCounts.${state}`) : t(`bulk.job.counts.${state}`);
}

function Result({ item, isDraft }: { item: BulkItem; isDraft: boolean }) {
  const { customerId, customerName, line, state, isPending, nextTryAt, attemptCount } = item;
  const name = line === null ? customerName : t('bulk.job.line', { line, name: customerName });
  const why = whyWords(item);
  return (
    <li className={classes.row}>
      <div className={classes.first}>
        {customerId ? (
          <Anchor
            className={classes.name}
            renderRoot={(props) => <Link {...props} to="/customers/$customerId" params={{ customerId }} />}
          >
            {name}
          </Anchor>
        ) : (
          <span className={classes.name}>{name}</span>
        )}
        <StatusBadge tone={tones[state]}>{stateWord(state, isDraft)}</StatusBadge>
      </div>
      {why && <Text size="sm">{why}</Text>}
      {state === 'waiting' && attemptCount > 0 && nextTryAt && (
        <Text size="sm" c="dimmed">
          <RelativeTime at={nextTryAt} />
        </Text>
      )}
      {state === 'done' && isPending && (
        <Text size="sm" c="dimmed">
          {t('bulk.job.pending')}
        </Text>
      )}
    </li>
  );
}

// Their own sentence says which cell or which row of the other side.
const ownWords = ['invalid_input', 'router_rejected'];

function whyWords({ code, message }: BulkItem): string | undefined {
  if (!code || code === 'asked') return undefined;
  if (code === 'another_account') return t('bulk.import.toExisting', { name: message ?? '' });
  if (ownWords.includes(code) && message) return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
  const words = errorText(new ApiError(409, { code: code as 'forbidden', message: message ?? code }));
  return words || undefined;
}
