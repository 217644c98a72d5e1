import { Group, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { sinceText } from '../../lib/format.ts';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { isTroubled, routerHealth } from './router-health.ts';

// A dead uplink takes dozens down at once; the list of routers shows them all.
const mostLines = 3;

/** Which sessions may be over already: their router cannot be asked. */
export function StaleSessions({ routerId }: { routerId: string | undefined }) {
  const can = useCan();
  const format = useFormat();
  const { data } = useQuery({ ...routerHealth, enabled: can('router:read') });
  const stale = (data?.items ?? []).filter(
    (router) => isTroubled(router) && router.lastSeenCount > 0 && (!routerId || router.id === routerId),
  );
  if (stale.length === 0) return null;
  return (
    <Stack gap={4} mb="sm" style={{ color: 'var(--tone-attention)' }} role="status">
      {stale.slice(0, mostLines).map(({ id, label, lastSeenCount, stateSince }) => (
        <Group key={id} gap={8} wrap="nowrap">
          <Icon name="alert-triangle" size={16} />
          {t('sessions.stale', {
            count: lastSeenCount,
            number: format.number(lastSeenCount),
            router: label,
            since: stateSince ? sinceText(format, stateSince) : '',
          })}
        </Group>
      ))}
    </Stack>
  );
}
