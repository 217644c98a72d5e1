import { Select, type SelectProps } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useFormat } from '../../lib/session.ts';
import { planPrice } from './plan-words.ts';
import { type Plan, planList } from './queries.ts';

// More plans than anybody sells; one page of the server.
const mostPlans = 200;

export const soldPlans = planList({ status: 'active', limit: mostPlans });

type PlanSelectProps = Omit<SelectProps, 'data' | 'searchable'> & { isOffered?: (plan: Plan) => boolean };

/** The plans that are sold, with their prices. */
export function PlanSelect({ isOffered = () => true, ...select }: PlanSelectProps) {
  const format = useFormat();
  const plans = (useQuery(soldPlans).data?.items ?? []).filter(isOffered);
  return (
    <Select
      {...select}
      searchable
      allowDeselect={false}
      openOnFocus={false}
      data={plans.map((plan) => ({ value: plan.id, label: `${plan.name} · ${planPrice(format, plan)}` }))}
    />
  );
}
