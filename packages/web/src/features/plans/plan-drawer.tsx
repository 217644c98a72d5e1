import { t } from '../../lib/words.ts';
import { EditDrawer } from '../../ui/edit-drawer.tsx';
import { PlanForm } from './plan-form.tsx';
import { planById } from './queries.ts';

/** `open` is the plan's id, 'new', or undefined while nothing is open. */
export function PlanDrawer({ open, onClose }: { open: string | undefined; onClose: () => void }) {
  return (
    <EditDrawer
      open={open}
      titles={{ add: t('plans.form.addTitle'), edit: t('plans.form.editTitle') }}
      byId={planById}
      onClose={onClose}
    >
      {(plan, onReload) => <PlanForm plan={plan} onDone={onClose} onReload={onReload} />}
    </EditDrawer>
  );
}
