import { Select, type SelectProps } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Format } from '../../lib/format.ts';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { ListFilter } from '../../ui/list-filter.tsx';
import { planPrice, planSpeed } from '../plans/plan-words.ts';
import { type Plan, planList } from '../plans/queries.ts';

// The server's most on one page. Nobody sells more plans than that.
const mostPlans = 200;

/** The plans that can be sold. */
export const plansOnSale = planList({ status: 'active', limit: mostPlans });
/** Archived ones too: customers keep theirs. */
const plansEver = planList({ status: 'all', limit: mostPlans });

type PlanPickerProps = Omit<SelectProps, 'data' | 'searchable'> & {
  /** The plan that a customer has already: offered although it may be archived. */
  present?: { id: string; name: string };
};

export function PlanPicker({ present, ...select }: PlanPickerProps) {
  const format = useFormat();
  const plans = useQuery(plansOnSale).data?.items ?? [];
  const isPresentListed = !present || plans.some(({ id }) => id === present.id);
  return (
    <Select
      {...select}
      searchable
      data={[
        ...(isPresentListed ? [] : [{ value: present.id, label: present.name }]),
        ...plans.map((plan) => ({ value: plan.id, label: planLabel(format, plan) })),
      ]}
      nothingFoundMessage={t('customers.form.noPlanFound')}
    />
  );
}

/** "Home 20 · ↓ 20 Mbps ↑ 10 Mbps · $29.99 / month". */
function planLabel(format: Format, plan: Plan): string {
  return [plan.name, planSpeed(format, plan), planPrice(format, plan)].join(' · ');
}

type PlanFilterProps = { value: string | undefined; onChange: (planId: string | undefined) => void };

/** Above a list: all plans, or one. */
export function PlanFilter({ value, onChange }: PlanFilterProps) {
  const plans = useQuery(plansEver).data?.items ?? [];
  return (
    <ListFilter
      label={t('customers.planFilter')}
      all={t('customers.allPlans')}
      choices={plans.map(({ id, name }) => ({ value: id, label: name }))}
      value={value}
      onChange={onChange}
    />
  );
}
