import { Text } from '@mantine/core';
import { queryClient } from '../../lib/query.ts';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { PreviewToLookAt } from './preview-objects.tsx';
import { changeRouter, type Router, removeRouter, routerPreview } from './queries.ts';

/** The switch waits until what would be written was read and shown; it holds for what was shown. */
export function askToManage(router: Router): void {
  const { id, label, revision } = router;
  let previewToken: string | undefined;
  confirmAct({
    title: t('routers.manage.title', { label }),
    text: t('routers.manage.text'),
    look: (onLooked) => (
      <PreviewToLookAt
        router={router}
        onLooked={({ token }) => {
          previewToken = token;
          onLooked();
        }}
      />
    ),
    act: t('routers.manage.act'),
    run: async () => {
      try {
        await changeRouter(id, { revision, mode: 'manage', previewToken });
      } catch (error) {
        // Read once more, to be looked at once more.
        await queryClient.invalidateQueries({ queryKey: routerPreview(id).queryKey });
        throw error;
      }
      notifyDone(t('routers.manage.done', { label }));
    },
  });
}

export function askToObserve({ id, label, revision }: Router): void {
  confirmAct({
    title: t('routers.observe.title', { label }),
    text: t('routers.observe.text'),
    act: t('routers.observe.act'),
    run: async () => {
      await changeRouter(id, { revision, mode: 'observe' });
      notifyDone(t('routers.observe.done', { label }));
    },
  });
}

export function askToRemoveRouter({ id, label, pendingCount }: Router, onRemoved: () => void): void {
  confirmAct({
    title: t('routers.remove.title', { label }),
    text: (
      <>
        <Text>{t('routers.remove.text')}</Text>
        {pendingCount > 0 && (
          <Text mt="xs" style={{ color: 'var(--tone-pending)' }}>
            {t('routers.remove.pending', { count: pendingCount })}
          </Text>
        )}
      </>
    ),
    act: t('routers.remove.act'),
    isDangerous: true,
    run: async () => {
      await removeRouter(id);
      notifyDone(t('routers.remove.done', { label }));
      onRemoved();
    },
  });
}
