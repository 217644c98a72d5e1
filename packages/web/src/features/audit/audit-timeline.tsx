import { Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from '../../lib/words.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { Timeline, type TimelineEntry } from '../../ui/timeline.tsx';
import { AuditDetails } from './audit-details.tsx';
import { actionWord, actorWord } from './audit-words.ts';
import { auditList } from './queries.ts';

/** How a thing came to be, where its own entry of that action may be missing: a run writes one entry for many. */
type Beginning = { action: string; at: string; title: string };

type AuditTimelineProps = { about: string; beginning?: Beginning };

/** What happened to one thing, newest first. Ask for `audit:read` before showing it. */
export function AuditTimeline({ about, beginning }: AuditTimelineProps) {
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
  const entries: TimelineEntry[] = data.items.map((entry) => ({
    id: entry.id,
    at: entry.at,
    title: actionWord(entry),
    by: actorWord(entry),
    details: <AuditDetails entry={entry} isRoomy />,
  }));
  const isMissing = data.next === null && !data.items.some(({ action }) => action === beginning?.action);
  if (beginning && isMissing) entries.push({ id: beginning.action, at: beginning.at, title: beginning.title });
  if (entries.length === 0) return <Text c="dimmed">{t('audit.empty.title')}</Text>;
  return <Timeline label={t('audit.title')} entries={entries} />;
}
