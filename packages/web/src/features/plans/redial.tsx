import { Button, Group, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useQueryClient } from '@tanstack/react-query';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { confirmAct } from '../../ui/confirm.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { liveCountOf, planRouters, redialPlan } from './queries.ts';

type Redialled = { planId: string; name: string; count: number };
/** `quietTime`: when the quiet hour is, in words. */
type Asked = Redialled & { quietTime: string };

/** After a new speed was saved: who is online keeps the old one till he dials again. Now, at the quiet hour, or not. */
function askToRedial({ planId, name, count, quietTime }: Asked): void {
  const modalId = modals.open({
    title: t('plans.redial.title', { count }),
    closeButtonProps: { 'aria-label': t('ui.close') },
    styles: { title: { fontWeight: 600 } },
    children: (
      <Stack gap="md">
        <Text>{t('plans.redial.text', { count, name })}</Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" data-autofocus onClick={() => modals.close(modalId)}>
            {t('plans.redial.not')}
          </Button>
          <ActButton
            variant="default"
            act={async () => {
              await redialPlan(planId, 'now');
              modals.close(modalId);
              notifyDone(t('plans.redial.begun', { count }));
            }}
          >
            {t('plans.redial.now')}
          </ActButton>
          <ActButton
            act={async () => {
              await redialPlan(planId, 'quiet_hour');
              modals.close(modalId);
              notifyDone(t('plans.redial.planned', { count, time: quietTime }));
            }}
          >
            {t('plans.redial.quiet', { time: quietTime })}
          </ActButton>
        </Group>
      </Stack>
    ),
  });
}

/** Offers it of a plan that has another speed now, where somebody is online with it. */
export function useRedialOffer() {
  const client = useQueryClient();
  const format = useFormat();
  const can = useCan();
  return async ({ id, name }: { id: string; name: string }): Promise<void> => {
    if (!can('plan:write')) return;
    const { items, quietAt } = await client.fetchQuery(planRouters(id));
    const count = liveCountOf(items);
    if (count > 0) askToRedial({ planId: id, name, count, quietTime: format.timeOfDay(quietAt) });
  };
}

export function askToRedialNow({ planId, name, count }: Redialled): void {
  confirmAct({
    title: t('plans.redial.nowTitle', { count }),
    text: t('plans.redial.nowText', { name }),
    act: t('plans.routers.redialNow', { count }),
    isDangerous: true,
    run: () => redialPlan(planId, 'now'),
  });
}
