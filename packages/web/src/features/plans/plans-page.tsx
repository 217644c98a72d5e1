import { Button, NativeSelect } from '@mantine/core';
import type { ReactNode } from 'react';
import { useCan } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FilterChips } from '../../ui/filter-chips.tsx';
import { Icon } from '../../ui/icon.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Toolbar } from '../../ui/toolbar.tsx';
import { PlanDrawer } from './plan-drawer.tsx';
import { PlanTable } from './plan-table.tsx';
import type { Plan } from './queries.ts';

const statuses = ['active', 'archived', 'all'] as const;
type Status = (typeof statuses)[number];

/** What stands in the address bar; active is the default and is not written there. */
export type PlansSearch = {
  status?: Exclude<Status, 'active'>;
  service?: Plan['service'];
  after?: string;
  open?: string;
};

type PlansPageProps = {
  search: PlansSearch;
  onSearch: (change: Partial<PlansSearch>) => void;
  /** Who has which price of a plan. */
  prices: ((plan: Plan) => ReactNode) | undefined;
};

export function PlansPage({ search, onSearch, prices }: PlansPageProps) {
  const can = useCan();
  const status = search.status ?? 'active';
  const addButton = can('plan:write') && (
    <Button leftSection={<Icon name="plus" size={16} />} onClick={() => onSearch({ open: 'new' })}>
      {t('plans.add')}
    </Button>
  );
  return (
    <>
      <PageHead title={t('plans.title')} about={t('plans.about')}>
        {addButton}
      </PageHead>
      <Toolbar>
        <FilterChips
          label={t('plans.columns.status')}
          choices={statuses.map((value) => ({ value, label: t(`plans.filters.${value}`) }))}
          value={status}
          onChange={(next) => onSearch({ status: next === 'active' ? undefined : next, after: undefined })}
        />
        <NativeSelect
          aria-label={t('plans.kind')}
          data={(['all', 'pppoe', 'hotspot'] as const).map((value) => ({ value, label: t(`plans.kinds.${value}`) }))}
          value={search.service ?? 'all'}
          onChange={({ currentTarget: { value } }) =>
            onSearch({ service: value === 'pppoe' || value === 'hotspot' ? value : undefined, after: undefined })
          }
        />
      </Toolbar>
      <PlanTable
        status={status}
        service={search.service}
        after={search.after}
        onPage={(after) => onSearch({ after })}
        empty={<NoPlans isArchived={status === 'archived'}>{addButton}</NoPlans>}
      />
      <PlanDrawer open={search.open} onClose={() => onSearch({ open: undefined })} prices={prices} />
    </>
  );
}

function NoPlans({ isArchived, children }: { isArchived: boolean; children: React.ReactNode }) {
  return isArchived ? (
    <EmptyState icon="archive" title={t('plans.empty.archivedTitle')} text={t('plans.empty.archivedText')} />
  ) : (
    <EmptyState icon="gauge" title={t('plans.empty.title')} text={t('plans.empty.text')}>
      {children}
    </EmptyState>
  );
}
