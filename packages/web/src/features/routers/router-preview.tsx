import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCan, useFormat } from '../../lib/session.ts';
import { t, wordOr } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { Panel } from '../../ui/panel.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { ResultBox } from './connection-result.tsx';
import { liftLimit, type RouterPreview as Preview, type Router, routerPreview } from './queries.ts';
import { askToManage } from './router-acts.tsx';
import classes from './router-preview.module.css';

const tones = { add: 'fine', change: 'pending', remove: 'attention' } as const;

/** What would be written to the router now, object by object. It is read for this; nothing is written. */
export function RouterPreview({ router }: { router: Router }) {
  const can = useCan();
  const { number } = useFormat();
  const { data, error, refetch, isFetching } = useQuery(routerPreview(router.id));
  const canWrite = can('router:write');
  return (
    <Panel
      title={t('routers.preview.title')}
      acts={
        <Button
          variant="default"
          size="xs"
          style={{ flex: 'none' }}
          loading={isFetching}
          onClick={() => void refetch()}
        >
          {t('routers.preview.again')}
        </Button>
      }
    >
      {error && !isFetching && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={160} />}
      {data && (
        <Stack gap="md">
          <Text>
            {t('routers.preview.counts', {
              add: number(data.counts.add),
              change: number(data.counts.change),
              remove: number(data.counts.remove),
              untouched: number(data.counts.untouched),
              foreign: number(data.counts.foreign),
            })}
          </Text>
          {data.heldCount !== null && canWrite && router.mode === 'manage' && (
            <ResultBox
              tone="attention"
              title={t('routers.held.title', { count: data.heldCount })}
              text={t('routers.held.text', { percent: number(data.limitPercent) })}
              acts={
                <Button size="xs" onClick={() => askToLift(router, data)}>
                  {t('routers.held.act')}
                </Button>
              }
            />
          )}
          {data.objectCount === 0 && data.obstacles.length === 0 && (
            <Text c="dimmed">{t('routers.preview.nothing')}</Text>
          )}
          {data.obstacles.map(({ name, message }) => (
            <ResultBox key={name} tone="attention" title={name} text={message} />
          ))}
          {data.objects.length > 0 && <Objects preview={data} />}
          {router.mode === 'observe' && canWrite && (
            <Group>
              <Button onClick={() => askToManage(router)}>{t('routers.manage.act')}</Button>
            </Group>
          )}
        </Stack>
      )}
    </Panel>
  );
}

function Objects({ preview }: { preview: Preview }) {
  return (
    <>
      <ul className={classes.objects}>
        {preview.objects.map(({ kind, deed, id, name, fields }) => (
          <li key={id} className={classes.object}>
            <div className={classes.head}>
              <StatusBadge tone={tones[deed]}>{t(`routers.preview.deeds.${deed}`)}</StatusBadge>
              <Text component="span" c="dimmed">
                {t(`routers.preview.kinds.${kind}`)}
              </Text>
              <Text component="span" fw={500} className={classes.name}>
                {name}
              </Text>
            </div>
            {fields.map(({ field, from, to }) => (
              <div key={field} className={classes.field}>
                <span className={classes.label}>{wordOr('routers.preview.fields', field)}</span>
                {field === 'password' ? (
                  <span>{t('routers.preview.differs')}</span>
                ) : (
                  <span className={classes.values}>
                    {deed !== 'add' && <del>{from ?? t('routers.preview.none')}</del>}
                    {deed !== 'add' && ' → '}
                    <ins>{to ?? t('routers.preview.none')}</ins>
                  </span>
                )}
              </div>
            ))}
          </li>
        ))}
      </ul>
      {preview.objectCount > preview.objects.length && (
        <Text c="dimmed">{t('routers.preview.more', { count: preview.objectCount - preview.objects.length })}</Text>
      )}
    </>
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
