import { Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { Facts } from '../../ui/facts.tsx';
import { messageById } from './queries.ts';

/** One message as it goes out, and how it went. */
export function MessagePanel({ messageId }: { messageId: string }) {
  const format = useFormat();
  const { data, error, refetch } = useQuery(messageById(messageId));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={300} aria-busy="true" />;
  return (
    <Stack gap="md">
      <Facts
        facts={[
          { label: t('outbox.to'), value: data.toAddress },
          { label: t('outbox.kind'), value: t(`outbox.kinds.${data.kind}`) },
          { label: t('outbox.state'), value: t(`outbox.states.${data.state}`) },
          { label: t('outbox.created'), value: format.dateTime(data.createdAt) },
          { label: t('outbox.tries'), value: t('outbox.attempts', { count: data.attemptCount }) },
          ...(data.nextTryAt ? [{ label: t('outbox.next'), value: format.dateTime(data.nextTryAt) }] : []),
          ...(data.lastError ? [{ label: t('outbox.error'), value: data.lastError }] : []),
          ...data.attachments.map(({ name, sizeBytes }) => ({
            label: t('outbox.attachment'),
            value: `${name} · ${format.bytes(sizeBytes)}`,
          })),
        ]}
      />
      <Text fw={600}>{data.subject}</Text>
      <Text style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{data.body}</Text>
    </Stack>
  );
}
