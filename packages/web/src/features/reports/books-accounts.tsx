import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { linkOptions } from '@tanstack/react-router';
import { t } from '../../lib/words.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Money } from '../../ui/money.tsx';
import { BooksBar } from './books-bar.tsx';
import { type BooksProps, type LedgerAccount, ledgerAccounts } from './books-queries.ts';

const kinds = [
  'receivable',
  'customer_credit',
  'revenue',
  'deferred_revenue',
  'late_fee_revenue',
  'tax_payable',
  'cash',
  'bank',
  'provider',
  'bad_debt',
  'cash_drawer',
  'safe',
  'cash_in_transit',
  'cash_expense',
  'cash_over_short',
  'voucher_liability',
  'breakage',
] as const satisfies readonly LedgerAccount['kind'][];

export function BooksAccounts({ search, onSearch }: BooksProps) {
  const kind = kinds.find((name) => name === search.kind);
  const name = (account: LedgerAccount) =>
    [t(`books.kinds.${account.kind}`), account.customerName].filter((part) => part !== null).join(' · ');
  const columns: Column<LedgerAccount>[] = [
    {
      key: 'account',
      head: t('books.columns.account'),
      cell: (account) => t(`books.kinds.${account.kind}`),
      width: 240,
    },
    { key: 'customer', head: t('books.columns.customer'), cell: ({ customerName }) => customerName },
    {
      key: 'balance',
      head: t('books.columns.balance'),
      cell: ({ balanceMinor, currency }) => <Money minor={balanceMinor} currency={currency} />,
      align: 'right',
      width: 180,
    },
  ];
  return (
    <>
      <BooksBar file="accounts" about={t('books.accounts.about')}>
        <Select
          aria-label={t('books.columns.account')}
          placeholder={t('books.accounts.all')}
          w={240}
          clearable
          data={kinds.map((value) => ({ value, label: t(`books.kinds.${value}`) }))}
          value={kind ?? null}
          onChange={(next) => onSearch({ kind: next ?? undefined, after: undefined })}
        />
      </BooksBar>
      <DataTable
        label={t('books.tabs.accounts')}
        query={useQuery(ledgerAccounts({ kind, after: search.after }))}
        columns={columns}
        phone={(account) => ({
          title: account.customerName ?? t(`books.kinds.${account.kind}`),
          aside: <Money minor={account.balanceMinor} currency={account.currency} />,
          line: account.customerName === null ? undefined : t(`books.kinds.${account.kind}`),
        })}
        rowId={({ id }) => id}
        rowName={name}
        link={({ id }) => linkOptions({ to: '/books', search: { tab: 'journal', accountId: id } })}
        empty={
          <EmptyState icon="list-details" title={t('books.accounts.empty')} text={t('books.accounts.emptyText')} />
        }
        page={{ after: search.after, onChange: (after) => onSearch({ after }) }}
      />
    </>
  );
}
