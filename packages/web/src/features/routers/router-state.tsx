import { Group, Text } from '@mantine/core';
import { sinceText } from '../../lib/format.ts';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { useNow } from '../../ui/relative-time.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import type { Router } from './queries.ts';
import { stateTones } from './router-words.ts';

/** The state as a coloured word; what to do about it on hover. */
export function RouterBadge({ router }: { router: Router }) {
  if (router.concerns.length > 0)
    return (
      <StatusBadge
        tone="attention"
        title={router.concerns.map((concern) => t(`routers.concerns.${concern}`)).join(' ')}
      >
        {t('routers.states.degraded')}
      </StatusBadge>
    );
  return (
    <StatusBadge tone={stateTones[router.state]} title={router.trouble?.message}>
      {t(`routers.states.${router.state}`)}
    </StatusBadge>
  );
}

function ObservedBadge() {
  return (
    <StatusBadge tone="quiet" title={t('routers.observedHelp')}>
      {t('routers.observed')}
    </StatusBadge>
  );
}

/** For a row of the list: state, mode, and how long it has been so. */
export function RouterStateCell({ router }: { router: Router }) {
  return (
    <Group gap={8} wrap="nowrap" component="span">
      <RouterBadge router={router} />
      {router.mode === 'observe' && <ObservedBadge />}
      {router.stateSince && <Lasting since={router.stateSince} />}
    </Group>
  );
}

function Lasting({ since }: { since: string }) {
  const format = useFormat();
  const seconds = Math.max(0, (useNow(20_000) - new Date(since).getTime()) / 1000);
  return (
    <Text span size="xs" c="dimmed" truncate>
      <time dateTime={since} title={format.exactTime(since)}>
        {t('routers.lasting', { duration: format.duration(seconds) })}
      </time>
    </Text>
  );
}

/** For the head of the page of one router. */
export function RouterStateHead({ router }: { router: Router }) {
  const format = useFormat();
  return (
    <Group gap={8}>
      <RouterBadge router={router} />
      {router.mode === 'observe' && <ObservedBadge />}
      {router.stateSince && (
        <Text span c="dimmed">
          <time dateTime={router.stateSince} title={format.exactTime(router.stateSince)}>
            {t('routers.since', { time: sinceText(format, router.stateSince) })}
          </time>
        </Text>
      )}
    </Group>
  );
}
