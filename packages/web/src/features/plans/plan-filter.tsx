import { useQuery } from '@tanstack/react-query';
import { t } from '../../lib/words.ts';
import { ListFilter } from '../../ui/list-filter.tsx';
import { planList } from './queries.ts';

// Archived ones too: customers keep theirs. The server's most on one page; nobody sells more plans than that.
const plansEver = planList({ status: 'all', limit: 200 });

type PlanFilterProps = { value: string | undefined; onChange: (planId: string | undefined) => void };

/** Above a list: all plans, or one. */
export function PlanFilter({ value, onChange }: PlanFilterProps) {
  const plans = useQuery(plansEver).data?.items ?? [];
  return (
    <ListFilter
      label={t('plans.filter.label')}
      all={t('plans.filter.all')}
      choices={plans.map(({ id, name }) => ({ value: id, label: name }))}
      value={value}
      onChange={onChange}
    />
  );
}
