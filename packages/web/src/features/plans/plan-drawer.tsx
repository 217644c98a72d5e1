import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../lib/words.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { PlanForm } from './plan-form.tsx';
import { type Plan, planById } from './queries.ts';

type PlanDrawerProps = {
  /** The plan's id, 'new', or undefined while nothing is open. */
  open: string | undefined;
  onClose: () => void;
};

export function PlanDrawer({ open, onClose }: PlanDrawerProps) {
  const isNew = open === 'new';
  return (
    <FormDrawer
      opened={open !== undefined}
      title={isNew ? t('plans.form.addTitle') : t('plans.form.editTitle')}
      onClose={onClose}
    >
      {isNew ? (
        <PlanForm plan={undefined} onDone={onClose} onReload={onClose} />
      ) : (
        open && <ExistingPlan planId={open} onDone={onClose} />
      )}
    </FormDrawer>
  );
}

function ExistingPlan({ planId, onDone }: { planId: string; onDone: () => void }) {
  const { data, error, refetch } = useQuery({ ...planById(planId), staleTime: 0 });
  // The form keeps the plan as it was opened, with its revision: a change by somebody else is then refused as a
  // conflict, instead of sliding under what is being typed.
  const [opened, setOpened] = useState<Plan>();
  const plan = opened ?? data;
  if (!opened && data) setOpened(data);
  if (error && !plan) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!plan) return <FormSkeleton />;
  const reload = async () => setOpened((await refetch()).data);
  return <PlanForm key={plan.revision} plan={plan} onDone={onDone} onReload={() => void reload()} />;
}

function FormSkeleton() {
  return (
    <Stack gap="lg" aria-busy="true">
      {[0, 1, 2, 3, 4].map((field) => (
        <Skeleton key={field} height={56} />
      ))}
    </Stack>
  );
}
