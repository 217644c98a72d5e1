import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCan, useFormat, useIsLimited } from '../../lib/session.ts';
import { t, wordOr } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { notifyDone, notifyFailed } from '../../ui/notify.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { Panel } from '../../ui/panel.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StatTile, StatTiles } from '../../ui/stat-tile.tsx';
import classes from './cashier.module.css';
import { HandOverPanel } from './hand-over-panel.tsx';
import { type Alert, alertList, reconcileDay, reportList, settleAlert } from './queries.ts';

/** What somebody must look at, cash that waits to be signed for, and the latest report. */
export function ReconciliationPage() {
  const can = useCan();
  const format = useFormat();
  const isLimited = useIsLimited();
  const reconcile = () =>
    reconcileDay(format.today())
      .then(({ revision }) => notifyDone(t('vouchers.reconciliation.made', { revision })))
      .catch(notifyFailed);
  return (
    <>
      <PageHead title={t('vouchers.reconciliation.title')} about={t('vouchers.reconciliation.about')}>
        {can('voucher:approve') && !isLimited && (
          <Button onClick={() => void reconcile()}>{t('vouchers.reconciliation.act')}</Button>
        )}
      </PageHead>
      <Stack gap="md">
        {!isLimited && <LatestReport />}
        <AlertPanel />
        <HandOverPanel />
      </Stack>
    </>
  );
}

function LatestReport() {
  const format = useFormat();
  const { data } = useQuery(reportList({ limit: 1 }));
  const report = data?.items[0];
  if (data && !report) return <Text c="dimmed">{t('vouchers.reconciliation.none')}</Text>;
  const money = (minor: string | undefined) =>
    minor === undefined ? undefined : format.money(minor, report?.currency);
  const totals = report?.totals;
  const about =
    report &&
    `${format.dayWithWeekday(report.day)}, ${t('vouchers.reconciliation.revision', { revision: report.revision })}`;
  const isOff = totals !== undefined && totals.varianceMinor !== '0';
  return (
    <StatTiles>
      <StatTile
        label={t('vouchers.reconciliation.sold')}
        value={money(totals?.soldMinor)}
        note={totals && t('vouchers.shifts.codes', { count: totals.soldCount })}
      />
      <StatTile
        label={t('vouchers.reconciliation.seen')}
        value={totals && format.number(totals.usedCount)}
        note={t('vouchers.reconciliation.seenNote')}
      />
      <StatTile label={t('vouchers.reconciliation.counted')} value={money(totals?.countedMinor)} note={about} />
      <StatTile
        label={t('vouchers.reconciliation.variance')}
        value={money(totals?.varianceMinor)}
        tone={isOff ? 'broken' : undefined}
        note={totals && t(`vouchers.reconciliation.books.${totals.booksFlag}`)}
      />
    </StatTiles>
  );
}

function AlertPanel() {
  const { data } = useQuery(alertList({ state: 'open', limit: 50 }));
  return (
    <Panel title={t('vouchers.alerts.title')}>
      {data?.items.length === 0 && (
        <EmptyState icon="circle-check" title={t('vouchers.alerts.none')} text={t('vouchers.alerts.noneText')} />
      )}
      <ul className={classes.sold}>
        {data?.items.map((alert) => (
          <AlertRow key={alert.id} alert={alert} />
        ))}
      </ul>
    </Panel>
  );
}

function AlertRow({ alert }: { alert: Alert }) {
  const can = useCan();
  const about = [alert.routerLabel, alert.staffName].filter((part) => part !== null).join(' · ');
  const kind = wordOr('vouchers.alerts.kinds', alert.kind);
  const settle = (state: 'explained' | 'escalated') =>
    confirmAct({
      title: t(`vouchers.alerts.${state}Title`, { kind }),
      text: evidenceOf(alert),
      act: t(`vouchers.alerts.${state}`),
      reason: 'required',
      run: (note) => settleAlert(alert.id, state, note),
    });
  return (
    <li>
      <div className={classes.soldText}>
        <Text fw={600}>{kind}</Text>
        <Text size="sm" c="dimmed">
          {about && `${about} · `}
          <RelativeTime at={alert.foundAt} />
        </Text>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {evidenceOf(alert)}
        </Text>
      </div>
      {can('voucher:approve') && (
        <Group gap={6} justify="flex-end">
          <Button size="compact-sm" variant="default" onClick={() => settle('explained')}>
            {t('vouchers.alerts.explained')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => settle('escalated')}>
            {t('vouchers.alerts.escalated')}
          </Button>
        </Group>
      )}
    </li>
  );
}

function evidenceOf({ evidence }: Alert): string {
  return Object.entries(evidence)
    .map(
      ([name, value]) =>
        `${wordOr('vouchers.alerts.evidence', name)}: ${Array.isArray(value) ? value.join(', ') : value}`,
    )
    .join(' · ');
}
