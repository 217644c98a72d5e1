import { useQuery } from '@tanstack/react-query';
import { linkOptions } from '@tanstack/react-router';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { StatTile, StatTiles } from '../../ui/stat-tile.tsx';
import { invoiceTotals } from './queries.ts';

/** What is owed, what is late, what came in: each a filter of the list below. */
export function InvoiceTotals() {
  const format = useFormat();
  const { data: totals, isError } = useQuery(invoiceTotals);
  // What failed is said by the list below; it is the same server.
  const money = (minor: string | undefined) => {
    if (totals && minor !== undefined) return format.money(minor, totals.currency);
    return isError ? '–' : undefined;
  };
  const note = (key: 'openNote' | 'overdueNote', count: number | undefined) =>
    count === undefined ? undefined : t(`invoices.totals.${key}`, { count, number: format.number(count) });
  // The figures are those of all customers, so whatever else narrows the list goes.
  const listWith = (status: 'open' | 'overdue' | 'paid') => linkOptions({ to: '/invoices', search: { status } });
  return (
    <StatTiles>
      <StatTile
        label={t('invoices.totals.open')}
        value={money(totals?.openMinor)}
        note={note('openNote', totals?.openCount)}
        link={listWith('open')}
      />
      <StatTile
        label={t('invoices.totals.overdue')}
        value={money(totals?.overdueMinor)}
        note={note('overdueNote', totals?.overdueCount)}
        tone={totals && totals.overdueCount > 0 ? 'broken' : undefined}
        link={listWith('overdue')}
      />
      <StatTile
        label={t('invoices.totals.received')}
        value={money(totals?.receivedThisMonthMinor)}
        note={t('invoices.totals.receivedNote')}
        link={listWith('paid')}
      />
    </StatTiles>
  );
}
