import { Alert, Drawer, Loader, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Reply } from '../../lib/api.ts';
import { useFormat } from '../../lib/session.ts';
import { t, wordOr } from '../../lib/words.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import { closedDays, verification } from './queries.ts';

/** Reads the whole log again, and says what it found. */
export function LogCheck({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Drawer
      opened={isOpen}
      onClose={onClose}
      title={t('audit.verify.title')}
      size={520}
      position="right"
      styles={{ title: { fontWeight: 600 } }}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      {isOpen && <Verdict />}
    </Drawer>
  );
}

function Verdict() {
  const { data, error, refetch, isFetching } = useQuery(verification);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data || isFetching) {
    return (
      <Stack align="center" py="xl" gap="sm" aria-busy="true">
        <Loader size="sm" />
        <Text c="dimmed">{t('audit.verify.busy')}</Text>
      </Stack>
    );
  }
  return (
    <Stack gap="lg">
      {data.isSound ? <Sound found={data} /> : <Torn found={data} />}
      <div>
        <Text size="sm" c="dimmed" mb={4}>
          {t('audit.verify.anchor')}
        </Text>
        <CopyText text={`${data.headSeq}:${data.headHash}`} label={t('audit.verify.anchorLabel')} isMono />
      </div>
      <Days />
    </Stack>
  );
}

type Found = Reply<'GET /api/audit/verification'>;

function Sound({ found: { count, headSeq } }: { found: Found }) {
  return (
    <Alert
      color="green"
      styles={{ title: { color: 'var(--mantine-color-text)' } }}
      icon={<Icon name="circle-check" />}
      title={t('audit.verify.sound')}
    >
      {t('audit.verify.soundText', { count, head: headSeq })}
    </Alert>
  );
}

function Torn({ found: { problems } }: { found: Found }) {
  const format = useFormat();
  return (
    <Alert
      color="red"
      styles={{ title: { color: 'var(--mantine-color-text)' } }}
      icon={<Icon name="alert-triangle" />}
      title={t('audit.verify.torn', { count: problems.length })}
    >
      <Stack gap="xs" component="ul" pl="md" m={0}>
        {problems.map(({ kind, seq, entryId, action, actor, at }) => (
          <li key={`${kind} ${seq} ${entryId}`}>
            <Text fw={600} span>
              {seq ? t('audit.verify.place', { seq }) : t('audit.verify.outside')}
            </Text>{' '}
            {t(`audit.verify.problems.${kind}`)}
            {action && (
              <Text size="sm" c="dimmed">
                {[at && format.dateTime(at), actor, wordOr('audit.actions', action)].filter(Boolean).join(' · ')}
              </Text>
            )}
          </li>
        ))}
      </Stack>
    </Alert>
  );
}

function Days() {
  const { data } = useQuery(closedDays);
  const format = useFormat();
  if (!data) return null;
  return (
    <div>
      <Title order={3} mb="xs">
        {t('audit.verify.days')}
      </Title>
      {data.items.length === 0 && <Text c="dimmed">{t('audit.verify.noDays')}</Text>}
      <Stack gap={4}>
        {data.items.slice(0, 31).map(({ day, root }) => (
          <div key={day}>
            <Text size="sm">{format.dayWithWeekday(day)}</Text>
            <CopyText text={root} label={t('audit.verify.root', { day: format.day(day) })} isMono />
          </div>
        ))}
      </Stack>
    </div>
  );
}
