import { Skeleton, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { errorText, t } from '../../lib/words.ts';
import { type AskedTerms, upcomingPreview } from './subscription-queries.ts';
import { UpcomingRows } from './upcoming-rows.tsx';

type UpcomingPreviewProps = {
  /** What is chosen so far; undefined while it makes no sense yet. */
  asks: AskedTerms | undefined;
  /** Says what is missing then. */
  hint: string;
  /** To say it at the fields too. */
  onRefused?: (error: Error) => void;
};

// Three plain invoices: what comes first does not push what stands below.
const leastHeight = 168;

/** The next three invoices on terms that nobody saved yet, as the server reckons them. */
export function UpcomingPreview({ asks, hint, onRefused }: UpcomingPreviewProps) {
  const wanted = JSON.stringify(asks);
  const [asked] = useDebouncedValue(wanted, 250);
  const { data, error, isPlaceholderData } = useQuery(upcomingPreview(asked));
  // biome-ignore lint/correctness/useExhaustiveDependencies: Said once for each refusal, not at each drawing of the form.
  useEffect(() => {
    if (error) onRefused?.(error);
  }, [error]);
  const isOld = isPlaceholderData || asked !== wanted;
  return (
    <Stack
      gap="sm"
      mih={leastHeight}
      aria-live="polite"
      aria-busy={isOld}
      style={isOld && asks ? { opacity: 0.6 } : undefined}
    >
      {!asks && <Text c="dimmed">{hint}</Text>}
      {asks && error && <Text style={{ color: 'var(--tone-broken)' }}>{errorText(error)}</Text>}
      {asks && !error && !data && <Skeleton height={leastHeight} />}
      {asks && data?.items.length === 0 && <Text>{t('subscriptions.days.nextNone')}</Text>}
      {asks && data && <UpcomingRows invoices={data.items} />}
    </Stack>
  );
}
