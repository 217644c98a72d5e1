import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FilterChips } from '../../ui/filter-chips.tsx';
import { Icon } from '../../ui/icon.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { Toolbar } from '../../ui/toolbar.tsx';
import { PlanFilter } from '../plans/plan-filter.tsx';
import { RouterFilter, routerChoices } from '../provisioning/router-picker.tsx';
import { LocationFilter } from '../routers/location-filter.tsx';
import { type ChosenCustomers, CustomerTable } from './customer-table.tsx';
import { type CustomersSearch, customerFilters, type CustomerFilter as Filter } from './customers-search.ts';
import { type CustomerQuery, customerCounts } from './queries.ts';
import { SortSelect, TagFilter } from './tag-filter.tsx';

type CustomersPageProps = {
  search: CustomersSearch;
  onSearch: (change: Partial<CustomersSearch>) => void;
  /** Beside the title: what rooms above do with all of them. */
  moreActs: ReactNode;
  /** What can be done with those who are chosen; `hasMore`: the list has more than this page. */
  bulkBar: (choice: ChosenCustomers, hasMore: boolean) => ReactNode;
};

export function CustomersPage({ search, onSearch, bulkBar, moreActs }: CustomersPageProps) {
  const narrow = (change: Partial<CustomersSearch>) => onSearch({ ...change, after: undefined });
  return (
    <>
      <PageHead title={t('customers.title')}>
        {moreActs}
        <AddCustomer />
      </PageHead>
      <Toolbar>
        <SearchBox label={t('customers.search')} value={search.search} onChange={(next) => narrow({ search: next })} />
        <RouterFilter value={search.routerId} onChange={(routerId) => narrow({ routerId })} />
        <LocationFilter value={search.locationId} onChange={(locationId) => narrow({ locationId })} />
        <PlanFilter value={search.planId} onChange={(planId) => narrow({ planId })} />
        <TagFilter value={search.tag} onChange={(tag) => narrow({ tag })} />
        <SortSelect value={search.sort} onChange={(sort) => narrow({ sort })} />
      </Toolbar>
      <Toolbar>
        <StatusChips search={search} onChange={(status) => narrow({ status })} />
      </Toolbar>
      <CustomerTable
        query={queryOf(search)}
        bulkBar={bulkBar}
        onPage={(after) => onSearch({ after })}
        empty={<NoCustomers search={search} onShowAll={() => narrow(everything)} />}
      />
    </>
  );
}

/** The rest of the address bar is not asked of the server. */
function queryOf({ job: _job, show: _show, ...query }: CustomersSearch): CustomerQuery {
  return query;
}

const everything = {
  locationId: undefined,
  search: undefined,
  status: undefined,
  routerId: undefined,
  planId: undefined,
  tag: undefined,
};

function AddCustomer() {
  const can = useCan();
  if (!can('customer:write')) return null;
  return (
    <LinkButton to="/customers/new" leftSection={<Icon name="plus" size={16} />}>
      {t('customers.add')}
    </LinkButton>
  );
}

type StatusChipsProps = { search: CustomersSearch; onChange: (status: Filter | undefined) => void };

function StatusChips({ search, onChange }: StatusChipsProps) {
  const can = useCan();
  const format = useFormat();
  // The numbers are those of all customers, so beside a search they would mislead.
  const isWhole = !search.search && !search.routerId && !search.locationId && !search.planId && !search.tag;
  const { data } = useQuery({ ...customerCounts, enabled: can('report:read') && isWhole });
  const counts: Partial<Record<Filter | 'all', number>> = isWhole ? (data ?? {}) : {};
  const countOf = (filter: Filter | 'all') => {
    const count = counts[filter];
    return count === undefined ? undefined : format.number(count);
  };
  return (
    <FilterChips<Filter | 'all'>
      label={t('customers.columns.state')}
      choices={(['all', ...customerFilters] as const).map((value) => ({
        value,
        label: t(`customers.filters.${value}`),
        count: countOf(value),
      }))}
      value={search.status ?? 'all'}
      onChange={(next) => onChange(next === 'all' ? undefined : next)}
    />
  );
}

function NoCustomers({ search, onShowAll }: { search: CustomersSearch; onShowAll: () => void }) {
  const can = useCan();
  const isNarrowed = Object.keys(everything).some((name) => search[name as keyof typeof everything] !== undefined);
  const routers = useQuery({ ...routerChoices(''), enabled: can('router:read') && !isNarrowed });
  if (isNarrowed) {
    return (
      <EmptyState icon="search" title={t('customers.empty.narrowedTitle')} text={t('customers.empty.narrowedText')}>
        <Button variant="default" onClick={onShowAll}>
          {t('customers.showAll')}
        </Button>
      </EmptyState>
    );
  }
  if (routers.data?.items.length === 0) return <NoRouterYet />;
  return (
    <EmptyState icon="users" title={t('customers.empty.title')} text={t('customers.empty.text')}>
      <AddCustomer />
    </EmptyState>
  );
}

/** An account lives on a router, so the router comes first. */
export function NoRouterYet() {
  const can = useCan();
  return (
    <EmptyState icon="router" title={t('customers.empty.noRouterTitle')} text={t('customers.empty.noRouterText')}>
      {can('router:write') && (
        <LinkButton to="/routers" search={{ open: 'new' }} leftSection={<Icon name="plus" size={16} />}>
          {t('customers.addRouter')}
        </LinkButton>
      )}
    </EmptyState>
  );
}
