import type { ReactNode } from 'react';
import { t } from '../../lib/words.ts';
import { EditDrawer } from '../../ui/edit-drawer.tsx';
import { PlanForm } from './plan-form.tsx';
import { type Plan, planById } from './queries.ts';

type PlanDrawerProps = {
  /** The plan's id, 'new', or undefined while nothing is open. */
  open: string | undefined;
  onClose: () => void;
  prices: ((plan: Plan) => ReactNode) | undefined;
};

export function PlanDrawer({ open, onClose, prices }: PlanDrawerProps) {
  return (
    <EditDrawer
      open={open}
      titles={{ add: t('plans.form.addTitle'), edit: t('plans.form.editTitle') }}
      byId={planById}
      onClose={onClose}
    >
      {(plan, onReload) => <PlanForm plan={plan} onDone={onClose} onReload={onReload} prices={prices} />}
    </EditDrawer>
  );
}
