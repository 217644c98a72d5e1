import { Button, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useCan } from '../../lib/session.ts';
import { errorText, t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { Icon } from '../../ui/icon.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { Panel } from '../../ui/panel.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { settingsQuery } from '../settings/queries.ts';
import { CustomerLink } from './customer-link.tsx';
import classes from './overdue-check.module.css';
import { invoiceTotals, latestOverdueRun, type OverdueRun, runOverdueCheck } from './queries.ts';

/** When the check ran last and what it did; run it now. */
export function OverdueCheck() {
  const can = useCan();
  const { data, error } = useQuery(latestOverdueRun);
  return (
    <Panel>
      <div className={classes.row}>
        <div className={classes.words}>
          <Text component="h2" className={classes.title}>
            {t('invoices.overdueCheck.title')}
          </Text>
          {error && !data && <Text c="dimmed">{errorText(error)}</Text>}
          {!data && !error && <Skeleton height={14} width={320} maw="100%" my={4} />}
          {data && (data.run ? <RunLine run={data.run} /> : <Text c="dimmed">{t('invoices.overdueCheck.never')}</Text>)}
        </div>
        {can('billing:run') && <RunButton />}
      </div>
      {data?.run && data.run.suspendedCount > 0 && <Suspended key={data.run.id} run={data.run} />}
    </Panel>
  );
}

function RunButton() {
  const { data: settings } = useQuery({ ...settingsQuery, enabled: useCan()('settings:read') });
  const { data: totals } = useQuery(invoiceTotals);
  const ask = () =>
    confirmAct({
      title: t('invoices.overdueCheck.confirmTitle'),
      text: <Explanation graceDays={settings?.graceDays ?? 0} overdueCount={totals?.overdueCount ?? 0} />,
      act: t('invoices.overdueCheck.confirmAct'),
      run: async () => {
        const run = await runOverdueCheck();
        notifyDone(`${t('invoices.overdueCheck.done')}: ${resultOf(run).join(', ')}.`);
      },
    });
  return (
    <Button variant="default" leftSection={<Icon name="player-play" size={16} />} onClick={ask}>
      {t('invoices.overdueCheck.act')}
    </Button>
  );
}

function Explanation({ graceDays: count, overdueCount }: { graceDays: number; overdueCount: number }) {
  return (
    <>
      <Text>{t('invoices.overdueCheck.confirmText', { count })}</Text>
      <Text mt="xs">{t('invoices.overdueCheck.confirmScope')}</Text>
      <Text mt="xs">{t('invoices.overdueCheck.confirmRestore')}</Text>
      <Text mt="xs" fw={500}>
        {t('invoices.overdueCheck.confirmCount', { count: overdueCount })}
      </Text>
    </>
  );
}

function RunLine({ run }: { run: OverdueRun }) {
  // So the server's schedule signs; a person signs by name.
  const name = run.by === 'overdue check' ? t('invoices.overdueCheck.schedule') : run.by;
  const words = [
    t('invoices.overdueCheck.by', { name }),
    ...(run.stoppedReason ? [] : [t('invoices.overdueCheck.checked', { count: run.checkedCount })]),
    ...resultOf(run),
  ];
  return (
    <Text c="dimmed">
      {t('invoices.overdueCheck.last')} <RelativeTime at={run.at} /> · {words.join(' · ')}
    </Text>
  );
}

function resultOf({ suspendedCount, restoredCount, plannedCount, stoppedReason }: OverdueRun): string[] {
  return [
    stoppedReason && plannedCount
      ? t(`invoices.overdueCheck.${stoppedReason === 'paused' ? 'paused' : 'stopped'}`, { count: plannedCount })
      : t('invoices.overdueCheck.suspended', { count: suspendedCount }),
    t('invoices.overdueCheck.restored', { count: restoredCount }),
  ];
}

// Two lines of names; the rest on request.
const namesAtFirst = 8;

function Suspended({ run: { suspended, suspendedCount } }: { run: OverdueRun }) {
  const [isAll, setAll] = useState(false);
  const shown = isAll ? suspended : suspended.slice(0, namesAtFirst);
  const more = suspendedCount - shown.length;
  return (
    <Text component="div" className={classes.names}>
      <span>{t('invoices.overdueCheck.names')}:</span>
      {shown.map(({ customerId, customerName }) => (
        <CustomerLink key={customerId} customerId={customerId} name={customerName} />
      ))}
      {more > 0 &&
        (isAll ? (
          <span>{t('invoices.overdueCheck.moreNames', { count: more })}</span>
        ) : (
          <Button variant="subtle" size="compact-sm" px={4} mx={-4} onClick={() => setAll(true)}>
            {t('invoices.overdueCheck.moreNames', { count: more })}
          </Button>
        ))}
    </Text>
  );
}
