import { Anchor, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { type BulkJob, bulkJob, bulkPreview, startBulk, type Whom } from './queries.ts';

type MikrotikSyncProps = {
  /** One customer, */
  customer?: { id: string };
  /** or several, */
  customers?: readonly { id: string }[];
  /** or all who have an account on a router. */
  routerId?: string;
  onSyncComplete?: (job: BulkJob) => void;
};

/** Brings accounts to their routers once more, and says how far that is and what became of it. */
export function MikrotikSync({ customer, customers, routerId, onSyncComplete }: MikrotikSyncProps) {
  const can = useCan();
  const format = useFormat();
  const [jobId, setJobId] = useState<string>();
  const named = customer ? [customer] : customers;
  const whom: Whom = named ? { customerIds: named.map(({ id }) => id) } : { filter: { routerId } };
  const preview = useQuery({ ...bulkPreview('sync', whom), enabled: !named && can('customer:write') });
  const count = named?.length ?? preview.data?.total ?? 0;
  if (!can('customer:write')) return null;
  const start = async () => {
    const request = { ...whom, confirmedCount: count, idempotencyKey: crypto.randomUUID() };
    setJobId((await startBulk('sync', request, routerId ? { fromRouterId: routerId } : {})).id);
  };
  return (
    <Group gap="xs">
      <ActButton variant="default" disabled={count === 0} leftSection={<Icon name="refresh" size={16} />} act={start}>
        {customer
          ? t('bulk.sync.one')
          : routerId
            ? t('bulk.sync.router')
            : t('bulk.sync.many', { count, number: format.number(count) })}
      </ActButton>
      {jobId && <SyncOutcome jobId={jobId} onSyncComplete={onSyncComplete} />}
    </Group>
  );
}

function SyncOutcome({ jobId, onSyncComplete }: Pick<MikrotikSyncProps, 'onSyncComplete'> & { jobId: string }) {
  const format = useFormat();
  const { data: job } = useQuery(bulkJob(jobId));
  const told = useRef<string>(undefined);
  useEffect(() => {
    if (job?.state !== 'ended' || told.current === jobId) return;
    told.current = jobId;
    onSyncComplete?.(job);
  }, [job, jobId, onSyncComplete]);
  if (!job) return null;
  const { total, waiting, failed, done, unchanged } = job;
  const words =
    job.state === 'running'
      ? t('bulk.sync.running', { done: format.number(total - waiting), total: format.number(total) })
      : [
          t('bulk.sync.done', { count: done + unchanged, number: format.number(done + unchanged) }),
          ...(failed > 0 ? [t('bulk.sync.failed', { count: failed, number: format.number(failed) })] : []),
        ].join(' · ');
  return (
    <Group gap="xs">
      <Text role="status">{words}</Text>
      <Anchor renderRoot={(props) => <Link {...props} to="/customers/bulk" search={{ job: jobId }} />}>
        {t('bulk.sync.show')}
      </Anchor>
    </Group>
  );
}
