// What an account has used of what its plan includes, and what follows from it.
import { Group, Progress, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { addDays, type Format, sinceText } from '../../lib/format.ts';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { GiveDataButton } from './give-data-button.tsx';
import { type AccountUsage, accountUsage, type Quota } from './queries.ts';
import { UsageDays } from './usage-days.tsx';

type UsagePanelProps = { account: { id: string; name: string }; isOnly: boolean };

export function UsagePanel({ account, isOnly }: UsagePanelProps) {
  const { data: usage, error, refetch } = useQuery(accountUsage(account.id));
  const can = useCan();
  if (error && !usage) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!usage) return <Skeleton height={240} radius="md" />;
  return (
    <Panel
      title={isOnly ? t('usage.title') : t('usage.titleOf', { account: account.name })}
      acts={can('customer:write') && <GiveDataButton account={account} variant="default" />}
    >
      <Stack gap="sm">
        <QuotaState usage={usage} />
        <UsageDays days={usage.days} />
        <Doubted usage={usage} />
        <Grants grants={usage.grants} />
      </Stack>
    </Panel>
  );
}

function QuotaState({ usage }: { usage: AccountUsage }) {
  const format = useFormat();
  const { quota, usedBytes, periodEndsOn } = usage;
  const until = format.day(addDays(periodEndsOn, -1));
  const used = format.bytes(usedBytes);
  if (!quota) return <Text>{t('usage.noCap', { used, until })}</Text>;
  const allowed = BigInt(quota.capBytes) + BigInt(quota.extraBytes);
  const words = t(quota.isFree ? 'usage.free' : 'usage.of', { used, allowed: format.bytes(allowed.toString()), until });
  return (
    <Stack gap={6}>
      <Group justify="space-between" gap="xs">
        <Text fw={600}>{words}</Text>
        <StageBadge usage={usage} />
      </Group>
      <Progress
        value={quota.isFree ? 0 : Math.min(100, Number((BigInt(usedBytes) * 1000n) / allowed) / 10)}
        color={`var(--tone-${toneOf(usage, quota)})`}
        aria-label={words}
        size="md"
      />
      <Text size="sm" c="dimmed">
        {followsText(format, usage)}
      </Text>
    </Stack>
  );
}

function toneOf({ cutSince }: AccountUsage, { stage }: Quota) {
  if (cutSince) return 'broken';
  return stage === 'within' ? 'fine' : 'attention';
}

function StageBadge({ usage: { slowedSince, cutSince } }: { usage: AccountUsage }) {
  if (cutSince) return <StatusBadge tone="broken">{t('usage.cut')}</StatusBadge>;
  return slowedSince && <StatusBadge tone="attention">{t('usage.slowed')}</StatusBadge>;
}

/** What is so now and how long, or what comes when all is used. */
function followsText(format: Format, { quota, slowedSince, cutSince, periodEndsOn }: AccountUsage): string {
  const renewsOn = format.day(periodEndsOn);
  if (cutSince) return t('usage.cutSince', { since: sinceText(format, cutSince), renewsOn });
  if (slowedSince) return t('usage.slowedSince', { since: sinceText(format, slowedSince), renewsOn });
  return t(`usage.follows.${quota?.whenUsedUp ?? 'nothing'}`, { until: format.day(addDays(periodEndsOn, -1)) });
}

function Doubted({ usage: { doubtedBytes } }: { usage: AccountUsage }) {
  const format = useFormat();
  if (BigInt(doubtedBytes) === 0n) return null;
  return (
    <Text size="sm" c="dimmed">
      {t('usage.doubted', { amount: format.bytes(doubtedBytes) })}
    </Text>
  );
}

function Grants({ grants }: Pick<AccountUsage, 'grants'>) {
  const format = useFormat();
  return grants.map(({ id, bytes, reason, by, givenAt }) => (
    <Text key={id} size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
      {t(bytes === null ? 'usage.given.free' : 'usage.given.bytes', {
        amount: bytes === null ? '' : format.bytes(bytes),
        by,
        since: sinceText(format, givenAt),
        reason,
      })}
    </Text>
  ));
}
