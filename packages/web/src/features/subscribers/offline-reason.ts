import { useQuery } from '@tanstack/react-query';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { routerById } from '../routers/queries.ts';
import { sinceText } from '../routers/router-words.ts';
import type { Account } from './queries.ts';

/** Why is this customer offline? The nearest reason that is known. */
export function useOfflineReason({ blocks, pending, routerId, routerLabel, session }: Account): string {
  const can = useCan();
  const format = useFormat();
  const { data: router } = useQuery({ ...routerById(routerId), enabled: can('router:read') && !session });
  if (blocks.length > 0) return t('customers.offlineBecause.blocked');
  if (router && router.state !== 'online' && router.state !== 'unknown') {
    return t('customers.offlineBecause.router', {
      router: routerLabel,
      since: router.stateSince ? sinceText(format, router.stateSince) : '',
      trouble: router.trouble?.message ?? '',
    });
  }
  if (pending) return t('customers.offlineBecause.pending', { router: routerLabel });
  return t('customers.offlineBecause.device', { router: routerLabel });
}
