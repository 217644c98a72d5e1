import { Button, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCan, useFormat, useIsLimited } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { notifyDone, notifyFailed } from '../../ui/notify.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { StatTile, StatTiles } from '../../ui/stat-tile.tsx';
import { AlertPanel } from './alert-panel.tsx';
import { HandOverPanel } from './hand-over-panel.tsx';
import { reconcileDay, reportList } from './queries.ts';
import { ReportsPanel } from './reports-panel.tsx';

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
        {!isLimited && <ReportsPanel />}
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
        note={
          totals?.unsoldCount
            ? t('vouchers.reconciliation.unsold', { count: totals.unsoldCount })
            : t('vouchers.reconciliation.seenNote')
        }
        tone={totals?.unsoldCount ? 'broken' : undefined}
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
