import { Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { DaySpan } from '../../ui/day-span.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FilterChips } from '../../ui/filter-chips.tsx';
import { ListFilter } from '../../ui/list-filter.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { Toolbar } from '../../ui/toolbar.tsx';
import { PlanFilter } from '../plans/plan-filter.tsx';
import { subscriptionCount } from './subscription-queries.ts';
import { SubscriptionTable } from './subscription-table.tsx';
import { type SubscriptionsSearch, subscriptionPeriods, subscriptionStates } from './subscriptions-search.ts';

type Filter = Omit<SubscriptionsSearch, 'after'>;
type SubscriptionsPageProps = {
  search: SubscriptionsSearch;
  onSearch: (change: Partial<SubscriptionsSearch>) => void;
};

const noFilter: Filter = {
  state: undefined,
  planId: undefined,
  periodUnit: undefined,
  invoiceFrom: undefined,
  invoiceTo: undefined,
  search: undefined,
};

/** The subscriptions of all customers. What is done with one is done on its customer's page. */
export function SubscriptionsPage({ search, onSearch }: SubscriptionsPageProps) {
  const { after, ...filter } = search;
  const narrow = (change: Filter) => onSearch({ ...change, after: undefined });
  return (
    <>
      <PageHead title={t('subscriptions.list.title')} about={t('subscriptions.list.about')} />
      <SubscriptionFilterBar filter={filter} onFilter={narrow} />
      <SubscriptionTable
        query={search}
        onPage={(next) => onSearch({ after: next })}
        empty={<NoSubscriptions filter={filter} onAll={() => narrow(noFilter)} />}
      />
    </>
  );
}

type FilterBarProps = { filter: Filter; onFilter: (change: Filter) => void };

function SubscriptionFilterBar({ filter, onFilter }: FilterBarProps) {
  const { state, planId, periodUnit, invoiceFrom, invoiceTo, search } = filter;
  return (
    <>
      <Toolbar>
        <SearchBox
          label={t('subscriptions.list.search')}
          value={search}
          onChange={(next) => onFilter({ search: next })}
        />
        <PlanFilter value={planId} onChange={(next) => onFilter({ planId: next })} />
        <ListFilter
          label={t('subscriptions.list.period')}
          all={t('subscriptions.list.allPeriods')}
          choices={subscriptionPeriods.map((unit) => ({ value: unit, label: t(`subscriptions.list.periods.${unit}`) }))}
          value={periodUnit}
          onChange={(next) => onFilter({ periodUnit: subscriptionPeriods.find((unit) => unit === next) })}
        />
        <DaySpan
          label={t('subscriptions.nextInvoice')}
          from={invoiceFrom}
          to={invoiceTo}
          fromLabel={t('subscriptions.list.invoiceFrom')}
          toLabel={t('subscriptions.list.invoiceTo')}
          onChange={(change) => onFilter('from' in change ? { invoiceFrom: change.from } : { invoiceTo: change.to })}
        />
        <FilterChips
          label={t('subscriptions.list.state')}
          choices={(['all', ...subscriptionStates] as const).map((value) => ({
            value,
            label: value === 'all' ? t('subscriptions.list.all') : t(`subscriptions.states.${value}`),
          }))}
          value={state ?? 'all'}
          onChange={(next) => onFilter({ state: next === 'all' ? undefined : next })}
        />
      </Toolbar>
      <CountLine filter={filter} />
    </>
  );
}

function CountLine({ filter }: { filter: Filter }) {
  const format = useFormat();
  const { data } = useQuery(subscriptionCount(filter));
  const count = data?.count ?? 0;
  const number = format.number(count);
  const monthly = (data?.monthly ?? []).filter(({ amountMinor }) => amountMinor !== '0');
  const amounts = monthly.map(({ amountMinor, currency }) => format.money(amountMinor, currency)).join(' + ');
  return (
    <Text c="dimmed" role="status" mb="sm" mih={22}>
      {data &&
        (data.isAll ? t('subscriptions.list.found', { count, number }) : t('subscriptions.list.more', { number }))}
      {amounts && ` · ${t('subscriptions.list.monthly', { amounts })}`}
    </Text>
  );
}

function NoSubscriptions({ filter, onAll }: { filter: Filter; onAll: () => void }) {
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  if (!isFiltered)
    return <EmptyState icon="refresh" title={t('subscriptions.list.none')} text={t('subscriptions.list.noneText')} />;
  return (
    <EmptyState icon="search" title={t('subscriptions.list.noneFound')} text={t('subscriptions.list.noneFoundText')}>
      <Button variant="default" onClick={onAll}>
        {t('subscriptions.list.showAll')}
      </Button>
    </EmptyState>
  );
}
