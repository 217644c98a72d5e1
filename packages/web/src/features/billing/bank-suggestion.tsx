import { Text } from '@mantine/core';
import type { Tone } from '../../lib/theme.ts';
import { t } from '../../lib/words.ts';
import { StatusBadge } from '../../ui/status-badge.tsx';
import type { Suggestion } from './bank-queries.ts';

const tones: Record<Suggestion['confidence'], Tone> = { certain: 'fine', likely: 'pending', possible: 'attention' };

export function reasonsOf({ reasons }: Suggestion): string {
  return reasons.map((reason) => t(`bank.reasons.${reason}`)).join(', ');
}

/** Who it probably is, how sure that is, and why on hover. */
export function SuggestionWords({ suggestion }: { suggestion: Suggestion | null | undefined }) {
  if (!suggestion) return <Text c="dimmed">{t('bank.nobody')}</Text>;
  return (
    <span title={reasonsOf(suggestion)}>
      {suggestion.customerName}{' '}
      <span style={{ color: 'var(--mantine-color-dimmed)' }}>#{suggestion.customerNumber}</span>{' '}
      <StatusBadge tone={tones[suggestion.confidence]}>{t(`bank.confidences.${suggestion.confidence}`)}</StatusBadge>
    </span>
  );
}
