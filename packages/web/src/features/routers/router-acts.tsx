import { Text } from '@mantine/core';
import { call } from '../../lib/api.ts';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { PreviewToLookAt } from './preview-objects.tsx';
import { changeRouter, type Router, removeRouter } from './queries.ts';

/** The switch waits until what would be written was read and shown. */
export function askToManage(router: Router): void {
  const { id, label, revision } = router;
  confirmAct({
    title: t('routers.manage.title', { label }),
    text: t('routers.manage.text'),
    look: (onLooked) => <PreviewToLookAt router={router} onLooked={onLooked} />,
    act: t('routers.manage.act'),
    run: async () => {
      const { token } = await call('GET /api/routers/:routerId/preview', { params: { routerId: id } });
      await changeRouter(id, { revision, mode: 'manage', previewToken: token });
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
