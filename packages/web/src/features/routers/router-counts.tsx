import type { LinkProps } from '@tanstack/react-router';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { StatTile, StatTiles } from '../../ui/stat-tile.tsx';
import type { Router } from './queries.ts';

/** Who stands on this router, each figure leading to its list. */
export function RouterCounts({ router }: { router: Router }) {
  const can = useCan();
  const { number } = useFormat();
  const { onlineCount, pendingCount, accountCount } = router;
  const listAt = (to: string) => ({ to, search: { routerId: router.id } }) as LinkProps;
  return (
    <StatTiles>
      <StatTile
        label={t('routers.counts.online')}
        value={number(onlineCount)}
        note={t('routers.counts.onlineNote')}
        link={can('session:read') ? listAt('/sessions') : undefined}
      />
      <StatTile
        label={t('routers.counts.pending')}
        value={number(pendingCount)}
        note={t('routers.counts.pendingNote')}
        tone={pendingCount > 0 ? 'pending' : undefined}
        link={can('customer:read') ? listAt('/pending') : undefined}
      />
      <StatTile
        label={t('routers.counts.accounts')}
        value={number(accountCount)}
        note={t('routers.counts.accountsNote')}
        link={can('customer:read') ? listAt('/customers') : undefined}
      />
    </StatTiles>
  );
}
