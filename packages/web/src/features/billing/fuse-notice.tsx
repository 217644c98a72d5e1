import { Alert, Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { Icon } from '../../ui/icon.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { runOverdueCheck } from './queries.ts';
import { type FuseTrip, fuseQuery, liftFuse, overduePreview } from './suspension-queries.ts';

/** Why nobody is suspended at the moment, and the way to let it go on. */
export function FuseNotice() {
  const { data } = useQuery(fuseQuery);
  return data?.trip ? <Tripped trip={data.trip} /> : null;
}

// Enough to see whether it is right; all of them stand below the notice.
const namesAsked = 8;

function Question({ count, names }: { count: number; names: readonly string[] }) {
  const shown = names.slice(0, namesAsked);
  const more = count - shown.length;
  return (
    <>
      <Text>{t('tomorrow.fuse.confirmText', { count })}</Text>
      <Text mt="xs">{[...shown, ...(more > 0 ? [t('tomorrow.more', { count: more })] : [])].join(', ')}</Text>
    </>
  );
}

function Tripped({ trip }: { trip: FuseTrip }) {
  const format = useFormat();
  const can = useCan();
  const { data: preview } = useQuery(overduePreview);
  // Whom a person allows is whom he sees now, not whom the run saw then.
  const count = preview?.suspendCount ?? trip.plannedCount;
  const words = {
    planned: format.number(count),
    limit: format.number(trip.limitCount),
    active: format.number(trip.activeCount),
  };
  const ask = () =>
    confirmAct({
      title: t('tomorrow.fuse.confirmTitle', { count }),
      text: <Question count={count} names={(preview?.suspend ?? []).map(({ customerName }) => customerName)} />,
      act: t('tomorrow.fuse.confirmAct'),
      isDangerous: true,
      reason: 'required',
      run: async (note) => {
        await liftFuse({ allowedCount: count, note });
        const run = await runOverdueCheck();
        notifyDone(t('tomorrow.fuse.done', { count: run.suspendedCount }));
      },
    });
  return (
    <Alert color="orange" icon={<Icon name="alert-triangle" />} title={t('tomorrow.fuse.title')}>
      <Text>{t(`tomorrow.fuse.${trip.reason}`, words)}</Text>
      <Text mt={4}>
        {t('tomorrow.fuse.stopped')} <RelativeTime at={trip.at} />. {t('tomorrow.fuse.since')}
      </Text>
      {can('billing:run') && (
        <Button mt="sm" color="red.9" onClick={ask}>
          {t('tomorrow.fuse.act')}
        </Button>
      )}
    </Alert>
  );
}
