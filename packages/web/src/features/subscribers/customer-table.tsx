import { useQuery } from '@tanstack/react-query';
import { linkOptions } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useCan } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { type Column, DataTable, type PhoneRow } from '../../ui/data-table.tsx';
import { TwoLines } from '../../ui/two-lines.tsx';
import { Balance } from './balance.tsx';
import { CustomerState, OnlineState } from './customer-state.tsx';
import { type CustomerQuery, type CustomerRow, customerList } from './queries.ts';

export type ChosenCustomers = {
  /** Also those of pages that were looked at before. */
  ids: readonly string[];
  isPageChosen: boolean;
  clear: () => void;
};

const nobody: ReadonlySet<string> = new Set();

type CustomerTableProps = {
  query: CustomerQuery;
  onPage: (after: string | undefined) => void;
  empty: ReactNode;
  /** Without it nobody can be chosen. */
  bulkBar?: (choice: ChosenCustomers, hasMore: boolean) => ReactNode;
};

export function CustomerTable({ query, onPage, empty, bulkBar }: CustomerTableProps) {
  const can = useCan();
  const list = useQuery(customerList(query));
  const { after: _, ...filters } = query;
  const key = JSON.stringify(filters);
  const [state, setState] = useState({ key, chosen: nobody });
  // Whoever was chosen among others is not chosen among these.
  const chosen = state.key === key ? state.chosen : nobody;
  const onChange = (next: ReadonlySet<string>) => setState({ key, chosen: next });
  const ids = list.data?.items.map(({ id }) => id) ?? [];
  const choice: ChosenCustomers = {
    ids: [...chosen],
    isPageChosen: ids.length > 0 && ids.every((id) => chosen.has(id)),
    clear: () => onChange(nobody),
  };
  const mayChoose = bulkBar && query.status !== 'removed' && bulkPermissions.some(can);
  const hasMore = Boolean(query.after) || Boolean(list.data?.next);
  return (
    <>
      <DataTable
        label={t('customers.title')}
        query={list}
        choice={mayChoose ? { chosen, onChange } : undefined}
        columns={customerColumns()}
        phone={phoneRow}
        rowId={(customer) => customer.id}
        rowName={(customer) => customer.name}
        link={({ id }) => linkOptions({ to: '/customers/$customerId', params: { customerId: id } })}
        empty={empty}
        page={{ after: query.after, onChange: onPage }}
      />
      {mayChoose && bulkBar?.(choice, hasMore)}
    </>
  );
}

// Whoever may do none of it to one customer chooses nobody.
const bulkPermissions = ['customer:block', 'customer:write', 'session:disconnect'] as const;

function customerColumns(): Column<CustomerRow>[] {
  return [
    {
      key: 'name',
      head: t('customers.columns.name'),
      cell: (customer) => <TwoLines first={customer.name} second={aboutCustomer(customer)} />,
    },
    { key: 'account', head: t('customers.columns.account'), cell: accountWord, width: 176 },
    {
      key: 'router',
      head: t('customers.columns.router'),
      cell: ({ routerLabel }) => routerLabel ?? '–',
      width: 152,
      importance: 2,
    },
    {
      key: 'plan',
      head: t('customers.columns.plan'),
      cell: ({ planName }) => planName ?? '–',
      width: 120,
      importance: 2,
    },
    {
      key: 'state',
      head: t('customers.columns.state'),
      cell: (customer) => <CustomerState {...customer} />,
      width: 192,
    },
    {
      key: 'online',
      head: t('customers.columns.online'),
      cell: (customer) => <Online customer={customer} />,
      width: 96,
    },
    {
      key: 'balance',
      head: t('customers.columns.balance'),
      cell: (customer) => <Balance {...customer} />,
      align: 'right',
      width: 188,
    },
  ];
}

/** "No. 42 · fibre, vip". */
function aboutCustomer({ number, tags }: CustomerRow): string {
  return [t('customers.numbered', { number }), tags.join(', ')].filter(Boolean).join(' · ');
}

/** The first account, and how many more there are. */
function accountWord({ accountName, accountCount }: CustomerRow): string {
  if (!accountName) return '–';
  return accountCount > 1 ? `${accountName} +${accountCount - 1}` : accountName;
}

function phoneRow(customer: CustomerRow): PhoneRow {
  const isPlain = customer.status === 'active' && !customer.isPending;
  return {
    title: customer.name,
    aside: isPlain ? <Online customer={customer} /> : <CustomerState {...customer} />,
    line: [customer.accountName, customer.planName].filter(Boolean).join(' · ') || t('customers.statuses.no_account'),
    lineAside: customer.balanceMinor !== '0' && <Balance {...customer} />,
  };
}

function Online({ customer }: { customer: CustomerRow }) {
  return customer.status === 'no_account' ? null : <OnlineState isOnline={customer.isOnline} />;
}
