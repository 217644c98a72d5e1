import { useQuery } from '@tanstack/react-query';
import { linkOptions } from '@tanstack/react-router';
import { t } from '../../lib/words.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FilterChips } from '../../ui/filter-chips.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { Toolbar } from '../../ui/toolbar.tsx';
import { TwoLines } from '../../ui/two-lines.tsx';
import { type RouterSearch, routerAccountStates } from '../routers/router-search.ts';
import { CustomerState, OnlineState } from './customer-state.tsx';
import { type RouterAccount, routerAccounts } from './queries.ts';

type RouterAccountsProps = {
  routerId: string;
  search: RouterSearch;
  onSearch: (change: Partial<RouterSearch>) => void;
};

const states = ['all', ...routerAccountStates] as const;

/** The accounts that stand on one router, of both kinds, with whose they are. */
export function RouterAccounts({ routerId, search, onSearch }: RouterAccountsProps) {
  const { search: words, state, after } = search;
  return (
    <>
      <Toolbar>
        <SearchBox
          label={t('routers.accounts.search')}
          value={words}
          onChange={(next) => onSearch({ search: next, after: undefined })}
        />
        <FilterChips
          label={t('customers.columns.state')}
          choices={states.map((value) => ({ value, label: t(`routers.accounts.states.${value}`) }))}
          value={state ?? 'all'}
          onChange={(next) => onSearch({ state: next === 'all' ? undefined : next, after: undefined })}
        />
      </Toolbar>
      <DataTable
        label={t('routers.tabs.accounts')}
        query={useQuery(routerAccounts(routerId, { search: words, state, after }))}
        columns={accountColumns()}
        phone={(account) => ({
          title: account.customerName,
          aside: <AccountState account={account} />,
          line: account.name,
          lineAside: <OnlineState isOnline={account.isOnline} />,
        })}
        rowId={({ id }) => id}
        rowName={({ customerName }) => customerName}
        link={({ customerId }) => linkOptions({ to: '/customers/$customerId', params: { customerId } })}
        empty={
          words || state ? (
            <EmptyState
              icon="search"
              title={t('routers.accounts.nothingFound')}
              text={t('routers.accounts.nothingFoundText')}
            />
          ) : (
            <EmptyState icon="users" title={t('routers.accounts.empty')} text={t('routers.accounts.emptyText')} />
          )
        }
        page={{ after, onChange: (next) => onSearch({ after: next }) }}
      />
    </>
  );
}

function accountColumns(): Column<RouterAccount>[] {
  return [
    {
      key: 'account',
      head: t('routers.accounts.account'),
      cell: ({ customerName, name }) => <TwoLines first={customerName} second={name} />,
    },
    {
      key: 'plan',
      head: t('routers.accounts.plan'),
      cell: ({ planName, service }) => <TwoLines first={planName ?? '–'} second={t(`plans.services.${service}`)} />,
      width: 176,
    },
    {
      key: 'address',
      head: t('routers.accounts.address'),
      cell: ({ staticAddress, macAddress }) => (
        <TwoLines first={staticAddress ?? t('routers.accounts.fromPool')} second={macAddress ?? '–'} />
      ),
      width: 176,
      importance: 2,
    },
    {
      key: 'state',
      head: t('customers.columns.state'),
      cell: (account) => <AccountState account={account} />,
      width: 200,
    },
    {
      key: 'online',
      head: t('customers.columns.online'),
      cell: ({ isOnline }) => <OnlineState isOnline={isOnline} />,
      width: 112,
    },
  ];
}

function AccountState({ account: { isBlocked, pending } }: { account: RouterAccount }) {
  return <CustomerState status={isBlocked ? 'suspended' : 'active'} isPending={pending !== null} />;
}
