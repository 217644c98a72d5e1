import { t } from '../../lib/words.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import type { Pending } from './queries.ts';

/** Why it waits and what can be done about it. Without a trouble it is on its way. */
export function pendingReason({ trouble }: Pending): string {
  return trouble?.message ?? t('pending.onItsWay');
}

/** When it is tried again; or that it is not, before a person has done something. */
export function NextTry({ pending: { nextTryAt } }: { pending: Pending }) {
  if (!nextTryAt) return t('pending.needsPerson');
  // One that is due is tried within the second.
  if (new Date(nextTryAt).getTime() <= Date.now()) return t('pending.now');
  return <RelativeTime at={nextTryAt} />;
}
