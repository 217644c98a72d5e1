import { Tooltip } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { call } from '../../lib/api.ts';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Icon } from '../../ui/icon.tsx';
import classes from './shell.module.css';

const pendingTotal = queryOptions({
  queryKey: ['account', 'pending-total'],
  queryFn: ({ signal }) => call('GET /api/pending', { query: { limit: 1 }, signal }),
  meta: { topics: ['router', 'customer'] },
  select: ({ total }) => total,
});

/** How many changes wait for a router; leads to what waits where. */
export function PendingIndicator() {
  const format = useFormat();
  const { data: total = 0 } = useQuery(pendingTotal);
  // The name holds the number that is seen: who speaks it must find it.
  const label = t('shell.pending.count', { count: total });
  return (
    <Tooltip label={label}>
      <Link
        to={'/pending' as string}
        className={classes.pending}
        data-waiting={total > 0 || undefined}
        aria-label={label}
      >
        <Icon name="hourglass" size={16} />
        {format.number(total)}
      </Link>
    </Tooltip>
  );
}
