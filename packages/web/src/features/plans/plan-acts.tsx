import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { changePlan, type Plan, removePlan } from './queries.ts';

export function askToArchive({ id, name, revision, customerCount }: Plan): void {
  confirmAct({
    title: t('plans.archiveTitle', { name }),
    text: t('plans.archiveText', { count: customerCount }),
    act: t('plans.archiveAct'),
    run: async () => {
      await changePlan(id, { revision, isArchived: true });
      notifyDone(t('plans.archived', { name }));
    },
  });
}

export function askToRemove({ id, name }: Plan): void {
  confirmAct({
    title: t('plans.removeTitle', { name }),
    text: t('plans.removeText'),
    act: t('plans.removeAct'),
    isDangerous: true,
    run: async () => {
      await removePlan(id);
      notifyDone(t('plans.removed', { name }));
    },
  });
}

export async function restorePlan({ id, name, revision }: Plan): Promise<void> {
  await changePlan(id, { revision, isArchived: false });
  notifyDone(t('plans.restored', { name }));
}
