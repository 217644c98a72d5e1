import { Button, Group, Stack } from '@mantine/core';
import { useDidUpdate } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { ResultBox } from './connection-result.tsx';
import { PreviewCounts, PreviewObjects } from './preview-objects.tsx';
import { liftLimit, type RouterPreview as Preview, type Router, routerPreview } from './queries.ts';
import { askToManage } from './router-acts.tsx';
import { RouterReading } from './router-reading.tsx';

/** What would be written to the router now, object by object. It is read for this; nothing is written. */
export function RouterPreview({ router }: { router: Router }) {
  const can = useCan();
  const query = useQuery(routerPreview(router.id));
  // What was seen is done, or may be done now.
  useDidUpdate(() => void query.refetch(), [router.mode, router.heldCount, router.pendingCount === 0]);
  const canWrite = can('router:write');
  return (
    <RouterReading title={t('routers.preview.title')} query={query}>
      {(preview) => (
        <Stack gap="md">
          <PreviewCounts preview={preview} />
          {canWrite && router.mode === 'manage' && <Held router={router} preview={preview} />}
          <PreviewObjects preview={preview} />
          {router.mode === 'observe' && canWrite && (
            <Group>
              <Button onClick={() => askToManage(router)}>{t('routers.manage.act')}</Button>
            </Group>
          )}
        </Stack>
      )}
    </RouterReading>
  );
}

function Held({ router, preview }: { router: Router; preview: Preview }) {
  const { number } = useFormat();
  if (preview.heldCount === null) return null;
  return (
    <ResultBox
      tone="attention"
      title={t('routers.held.title', { count: preview.heldCount })}
      text={t('routers.held.text', { percent: number(preview.limitPercent) })}
      acts={
        <Button size="xs" onClick={() => askToLift(router, preview)}>
          {t('routers.held.act')}
        </Button>
      }
    />
  );
}

function askToLift({ id, label }: Router, { heldCount }: Preview): void {
  const count = heldCount ?? 0;
  confirmAct({
    title: t('routers.held.confirm', { count, label }),
    text: t('routers.held.confirmText'),
    act: t('routers.held.act'),
    isDangerous: true,
    run: async () => {
      await liftLimit(id, count);
      notifyDone(t('routers.held.done', { label }));
    },
  });
}
