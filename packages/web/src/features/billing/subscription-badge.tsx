import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { StatusBadge } from '../../ui/status-badge.tsx';
import type { Subscription } from './subscription-queries.ts';
import { stateOf } from './subscription-words.ts';

const tones = { active: 'fine', paused: 'attention', ending: 'attention', cancelled: 'quiet' } as const;

export function SubscriptionBadge({ subscription }: { subscription: Subscription }) {
  const state = stateOf(subscription, useFormat().today());
  return <StatusBadge tone={tones[state]}>{t(`subscriptions.states.${state}`)}</StatusBadge>;
}
