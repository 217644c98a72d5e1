import { Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Panel } from '../../ui/panel.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import classes from './cashier.module.css';
import { reportList } from './queries.ts';

/** The reports of the last days, every revision, on paper and for a spreadsheet. */
export function ReportsPanel() {
  const format = useFormat();
  const { data } = useQuery(reportList({ limit: 30 }));
  if (!data || data.items.length === 0) return null;
  return (
    <Panel title={t('vouchers.reconciliation.reports')}>
      <ul className={classes.sold}>
        {data.items.map(({ id, day, revision, madeAt, madeBy, totals, currency, auditRoot }) => (
          <li key={id}>
            <div className={classes.soldText}>
              <Text fw={600}>
                {format.dayWithWeekday(day)}, {t('vouchers.reconciliation.revision', { revision })}
              </Text>
              <Text size="sm" c="dimmed">
                {format.money(totals.soldMinor, currency)} ·{' '}
                {t('counters.variance', { amount: format.money(totals.varianceMinor, currency) })} · {madeBy} ·{' '}
                <RelativeTime at={madeAt} />
              </Text>
              {auditRoot && (
                <Text size="xs" c="dimmed" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
                  {t('vouchers.reconciliation.root', { root: auditRoot })}
                </Text>
              )}
            </div>
            {(['pdf', 'csv'] as const).map((kind) => (
              <Button
                key={kind}
                component="a"
                href={`/api/reconciliations/${id}/${kind}`}
                target="_blank"
                size="compact-sm"
                variant="default"
              >
                {t(`vouchers.reconciliation.${kind}`)}
              </Button>
            ))}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
