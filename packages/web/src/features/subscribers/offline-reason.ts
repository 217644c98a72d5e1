import { useQuery } from '@tanstack/react-query';
import type { Format } from '../../lib/format.ts';
import { sinceText } from '../../lib/format.ts';
import { useCan } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { isTroubled } from '../provisioning/router-health.ts';
import { type Router, routerById } from '../routers/queries.ts';
import type { Account } from './queries.ts';

/** The router of an account, if it cannot be asked now: what is shown of a session is then what it told last. */
export function useTroubledRouter({ routerId }: Account): Router | undefined {
  const can = useCan();
  const { data: router } = useQuery({ ...routerById(routerId), enabled: can('router:read') });
  return router && isTroubled(router) ? router : undefined;
}

/** Why is this customer offline? The nearest reason that is known. */
export function offlineReason(format: Format, account: Account, router: Router | undefined): string {
  const { blocks, pending, routerLabel } = account;
  if (blocks.length > 0) return t('customers.offlineBecause.blocked');
  if (router) return t('customers.offlineBecause.router', troubleOf(format, router));
  if (pending) return t('customers.offlineBecause.pending', { router: routerLabel });
  return t('customers.offlineBecause.device', { router: routerLabel });
}

export function troubleOf(format: Format, { label, stateSince, trouble }: Router) {
  return {
    router: label,
    since: stateSince ? sinceText(format, stateSince) : '',
    trouble: trouble?.message ?? '',
  };
}
