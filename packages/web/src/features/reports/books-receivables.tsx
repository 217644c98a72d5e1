import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { linkOptions } from '@tanstack/react-router';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Money } from '../../ui/money.tsx';
import { StatTile, StatTiles } from '../../ui/stat-tile.tsx';
import { BooksBar } from './books-bar.tsx';
import { type AgedCustomer, agedReceivables, agedTotals, type BooksProps } from './books-queries.ts';

const parts = [
  ['notDue', 'notDueMinor'],
  ['upTo30', 'upTo30Minor'],
  ['upTo60', 'upTo60Minor'],
  ['upTo90', 'upTo90Minor'],
  ['older', 'olderMinor'],
] as const;

export function BooksReceivables({ search, onSearch }: BooksProps) {
  const format = useFormat();
  const { data: totals } = useQuery(agedTotals);
  const amount = (minor: string, currency: string) =>
    minor === '0' ? '' : <Money minor={minor} currency={currency} />;
  const columns: Column<AgedCustomer>[] = [
    { key: 'customer', head: t('books.columns.customer'), cell: ({ customerName }) => customerName },
    {
      key: 'oldest',
      head: t('books.columns.oldest'),
      cell: ({ oldestDueOn }) => format.day(oldestDueOn),
      importance: 2,
      width: 130,
    },
    ...parts.map(
      ([key, field]): Column<AgedCustomer> => ({
        key,
        head: t(`books.columns.${key}`),
        cell: (customer) => amount(customer[field], customer.currency),
        align: 'right',
        importance: 2,
        width: 120,
      }),
    ),
    {
      key: 'total',
      head: t('books.columns.total'),
      cell: ({ totalMinor, currency }) => <Money minor={totalMinor} currency={currency} />,
      align: 'right',
      width: 140,
    },
  ];
  return (
    <>
      <BooksBar
        file="aged-receivables"
        about={t('books.receivables.about', { day: format.day(totals?.on ?? format.today()) })}
      />
      <Stack gap="sm">
        {totals?.items.map(({ currency, customerCount, totalMinor, ...own }) => (
          <StatTiles key={currency}>
            <StatTile
              label={t('books.columns.total')}
              value={format.money(totalMinor, currency)}
              note={t('books.receivables.customers', { count: customerCount })}
            />
            {parts.map(([key, field]) => (
              <StatTile
                key={key}
                label={t(`books.columns.${key}`)}
                value={format.money(own[field], currency)}
                tone={key === 'older' && own[field] !== '0' ? 'broken' : undefined}
                note={t('books.receivables.share', { percent: percentOf(own[field], totalMinor) })}
              />
            ))}
          </StatTiles>
        ))}
        <DataTable
          label={t('books.tabs.receivables')}
          query={useQuery(agedReceivables({ after: search.after }))}
          columns={columns}
          phone={(customer) => ({
            title: customer.customerName,
            aside: <Money minor={customer.totalMinor} currency={customer.currency} />,
            line: t('books.columns.oldest'),
            lineAside: format.day(customer.oldestDueOn),
          })}
          rowId={({ customerId, currency }) => `${customerId} ${currency}`}
          rowName={({ customerName }) => customerName}
          link={({ customerId }) => linkOptions({ to: '/customers/$customerId', params: { customerId } })}
          empty={
            <EmptyState
              icon="circle-check"
              title={t('books.receivables.empty')}
              text={t('books.receivables.emptyText')}
            />
          }
          page={{ after: search.after, onChange: (after) => onSearch({ after }) }}
        />
      </Stack>
    </>
  );
}

function percentOf(part: string, whole: string): string {
  return whole === '0' ? '0' : ((BigInt(part) * 100n) / BigInt(whole)).toString();
}
