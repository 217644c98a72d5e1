import { useQuery } from '@tanstack/react-query';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Money } from '../../ui/money.tsx';
import { BooksBar } from './books-bar.tsx';
import { type RevenueMonth, revenueMonths } from './books-queries.ts';

export function BooksRevenue() {
  const format = useFormat();
  const query = useQuery({ ...revenueMonths, select: (data) => ({ ...data, next: null }) });
  const through = query.data?.recognizedThrough;
  const money = (key: string, head: string, of: (month: RevenueMonth) => string): Column<RevenueMonth> => ({
    key,
    head,
    cell: (month) => <Money minor={of(month)} currency={month.currency} />,
    align: 'right',
  });
  const columns: Column<RevenueMonth>[] = [
    { key: 'month', head: t('books.columns.month'), cell: ({ month }) => format.month(month) },
    money('invoiced', t('books.columns.invoiced'), ({ invoicedMinor }) => invoicedMinor),
    money('received', t('books.columns.received'), ({ receivedMinor }) => receivedMinor),
    money('earned', t('books.columns.earned'), ({ earnedMinor }) => earnedMinor),
    money('deferred', t('books.columns.deferred'), ({ deferredMinor }) => deferredMinor),
  ];
  return (
    <>
      <BooksBar
        file="revenue"
        about={through ? t('books.revenue.about', { day: format.day(through) }) : t('books.revenue.aboutNever')}
      />
      <DataTable
        label={t('books.tabs.revenue')}
        query={query}
        columns={columns}
        phone={(month) => ({
          title: format.month(month.month),
          aside: <Money minor={month.invoicedMinor} currency={month.currency} />,
          line: `${t('books.columns.received')} ${format.money(month.receivedMinor, month.currency)}`,
          lineAside: `${t('books.columns.earned')} ${format.money(month.earnedMinor, month.currency)}`,
        })}
        rowId={({ month, currency }) => `${month} ${currency}`}
        rowName={({ month }) => format.month(month)}
        empty={<EmptyState icon="cash" title={t('books.revenue.empty')} text={t('books.revenue.emptyText')} />}
      />
    </>
  );
}
