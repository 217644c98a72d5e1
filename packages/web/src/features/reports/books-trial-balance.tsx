import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { DayInput } from '../../ui/day-input.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Money } from '../../ui/money.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { BooksBar } from './books-bar.tsx';
import { type BooksProps, type TrialBalance, trialBalance } from './books-queries.ts';

type Currency = TrialBalance['currencies'][number];
/** One kind of account; the last row is their sum. */
type Row = Omit<Currency['rows'][number], 'kind'> & {
  kind: Currency['rows'][number]['kind'] | undefined;
  currency: string;
};

export function BooksTrialBalance({ search, onSearch }: BooksProps) {
  const format = useFormat();
  const query = useQuery({ ...trialBalance(search.on), select: rowsOf });
  const amount = (minor: string, currency: string) =>
    minor === '0' ? '' : <Money minor={minor} currency={currency} />;
  const name = ({ kind }: Row) => (kind ? t(`books.kinds.${kind}`) : t('books.trial.sum'));
  const columns: Column<Row>[] = [
    {
      key: 'account',
      head: t('books.columns.account'),
      cell: (row) => <Text fw={row.kind ? 400 : 600}>{name(row)}</Text>,
    },
    {
      key: 'debit',
      head: t('books.columns.debit'),
      cell: ({ debitMinor, currency }) => amount(debitMinor, currency),
      align: 'right',
    },
    {
      key: 'credit',
      head: t('books.columns.credit'),
      cell: ({ creditMinor, currency }) => amount(creditMinor, currency),
      align: 'right',
    },
  ];
  return (
    <>
      <BooksBar file="trial-balance">
        <Group gap="xs">
          <Text component="label" htmlFor="trial-day">
            {t('books.trial.on')}
          </Text>
          <DayInput
            id="trial-day"
            value={search.on ?? format.today()}
            max={format.today()}
            onChange={(on) => onSearch({ on: on || undefined })}
          />
        </Group>
        {query.data && query.data.items.length > 0 && (
          <StatusBadge tone={query.data.isBalanced ? 'fine' : 'broken'}>
            {t(query.data.isBalanced ? 'books.trial.balanced' : 'books.trial.unbalanced')}
          </StatusBadge>
        )}
      </BooksBar>
      <Stack>
        <DataTable
          label={t('books.tabs.trial-balance')}
          query={query}
          columns={columns}
          phone={(row) => ({
            title: name(row),
            aside: amount(row.debitMinor, row.currency) || amount(row.creditMinor, row.currency),
            line: row.debitMinor === '0' ? t('books.columns.credit') : t('books.columns.debit'),
          })}
          rowId={({ kind, currency }) => `${currency} ${kind ?? 'sum'}`}
          rowName={name}
          empty={<EmptyState icon="list-details" title={t('books.trial.empty')} text={t('books.trial.emptyText')} />}
        />
      </Stack>
    </>
  );
}

function rowsOf({ currencies }: TrialBalance): { items: Row[]; next: null; isBalanced: boolean } {
  const items = currencies.flatMap(({ currency, rows, debitMinor, creditMinor }): Row[] => [
    ...rows.map((row) => ({ ...row, currency })),
    { kind: undefined, debitMinor, creditMinor, currency },
  ]);
  return { items, next: null, isBalanced: currencies.every(({ isBalanced }) => isBalanced) };
}
