import { t } from '../../lib/words.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import type { Pending } from './queries.ts';

/** Why it waits and what can be done about it. Without a trouble it is on its way. */
export function pendingReason({ trouble }: Pending): string {
  return trouble?.message ?? t('pending.onItsWay');
}

const minuteMs = 60_000;

/** When it is tried again; or that it is not, before a person has done something. */
export function NextTry({ pending: { nextTryAt } }: { pending: Pending }) {
  if (!nextTryAt) return t('pending.needsPerson');
  // Shorter distances would be called now, which it is not yet.
  if (new Date(nextTryAt).getTime() - Date.now() < minuteMs) return t('pending.soon');
  return <RelativeTime at={nextTryAt} />;
}
