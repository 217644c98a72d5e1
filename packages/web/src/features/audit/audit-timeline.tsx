import { Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from '../../lib/words.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { Timeline } from '../../ui/timeline.tsx';
import { AuditDetails } from './audit-details.tsx';
import { actionWord, actorWord } from './audit-words.ts';
import { auditList } from './queries.ts';

/** What happened to one thing, newest first. Ask for `audit:read` before showing it. */
export function AuditTimeline({ about }: { about: string }) {
  const { data, error, refetch } = useQuery(auditList({ about, limit: 30 }));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) {
    return (
      <Stack gap="md" aria-busy="true">
        {[0, 1, 2, 3].map((entry) => (
          <Skeleton key={entry} height={38} />
        ))}
      </Stack>
    );
  }
  if (data.items.length === 0) return <Text c="dimmed">{t('audit.empty.title')}</Text>;
  const entries = data.items.map((entry) => ({
    id: entry.id,
    at: entry.at,
    title: actionWord(entry),
    by: actorWord(entry),
    details: <AuditDetails entry={entry} isRoomy />,
  }));
  return <Timeline label={t('audit.title')} entries={entries} />;
}
