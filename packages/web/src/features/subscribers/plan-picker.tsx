import { Select, type SelectProps } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Format } from '../../lib/format.ts';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { planPrice, planSpeed } from '../plans/plan-words.ts';
import { type Plan, planList } from '../plans/queries.ts';

// The server's most on one page. Nobody sells more plans than that.
const mostPlans = 200;

/** The plans that can be sold. */
export const plansOnSale = planList({ status: 'active', limit: mostPlans });

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
