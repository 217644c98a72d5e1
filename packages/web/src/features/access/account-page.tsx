import { Button, Group, SimpleGrid, Skeleton, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { confirmAct } from '../../ui/confirm.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { Icon } from '../../ui/icon.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { Panel } from '../../ui/panel.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { deviceWord } from './device-word.ts';
import { KeyForm } from './key-form.tsx';
import { PasswordForm } from './password-form.tsx';
import { PinPanel } from './pin-panel.tsx';
import { type ApiKey, endOwnSession, type OwnSession, ownKeys, ownSessions, revokeKey } from './queries.ts';
import { SecondFactorPanel } from './second-factor.tsx';

export function AccountPage() {
  const can = useCan();
  return (
    <>
      <PageHead title={t('account.title')} about={t('account.about')} />
      <Stack gap="md">
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
          <Stack gap="md">
            <SecondFactorPanel />
            {can('voucher:approve') && <PinPanel />}
          </Stack>
          <Panel title={t('access.changeTitle')}>
            <PasswordForm onDone={() => notifyDone(t('access.changed'))} />
          </Panel>
        </SimpleGrid>
        <SessionsPanel />
        <KeysPanel />
      </Stack>
    </>
  );
}

function SessionsPanel() {
  const { data, error, refetch } = useQuery(ownSessions);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return (
    <Panel title={t('account.sessions.title')}>
      {data ? (
        <Stack gap="xs">
          {data.items.map((session) => (
            <SessionLine key={session.id} session={session} />
          ))}
        </Stack>
      ) : (
        <Skeleton height={80} />
      )}
    </Panel>
  );
}

function SessionLine({ session }: { session: OwnSession }) {
  const end = async () => {
    await endOwnSession(session.id);
    notifyDone(t('account.sessions.ended'));
  };
  return (
    <Group justify="space-between" wrap="nowrap">
      <div style={{ minWidth: 0 }}>
        <Text truncate title={session.agent}>
          {deviceWord(session)}
        </Text>
        <Text size="sm" c="dimmed">
          {session.address} · <RelativeTime at={session.seenAt} />
        </Text>
      </div>
      {session.isCurrent ? (
        <StatusBadge tone="fine">{t('account.sessions.thisOne')}</StatusBadge>
      ) : (
        <ActButton variant="default" size="compact-sm" act={end}>
          {t('account.sessions.end')}
        </ActButton>
      )}
    </Group>
  );
}

function KeysPanel() {
  const { data, error, refetch } = useQuery(ownKeys);
  const [isAdding, setAdding] = useState(false);
  const acts = (
    <Button variant="default" leftSection={<Icon name="plus" size={16} />} onClick={() => setAdding(true)}>
      {t('account.keys.add')}
    </Button>
  );
  return (
    <Panel title={t('account.keys.title')} acts={acts}>
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data && data.items.length === 0 && <Text c="dimmed">{t('account.keys.empty')}</Text>}
      {data && data.items.length > 0 && <KeyTable keys={data.items} />}
      <FormDrawer opened={isAdding} title={t('account.keys.add')} onClose={() => setAdding(false)}>
        <KeyForm onDone={() => setAdding(false)} />
      </FormDrawer>
    </Panel>
  );
}

function KeyTable({ keys }: { keys: ApiKey[] }) {
  const format = useFormat();
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('account.keys.name')}</Table.Th>
            <Table.Th>{t('account.keys.scopes')}</Table.Th>
            <Table.Th>{t('account.keys.expires')}</Table.Th>
            <Table.Th>{t('account.keys.used')}</Table.Th>
            <Table.Th />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {keys.map((key) => (
            <Table.Tr key={key.id}>
              <Table.Td>
                {key.name}
                <Text size="sm" c="dimmed" ff="monospace">
                  {key.hint}…
                </Text>
              </Table.Td>
              <Table.Td>
                <Text size="sm">{key.scopes.join(', ')}</Text>
              </Table.Td>
              <Table.Td>
                {Date.parse(key.expiresAt) < Date.now() ? (
                  <StatusBadge tone="broken">{t('account.keys.expired')}</StatusBadge>
                ) : (
                  format.dateTime(key.expiresAt)
                )}
              </Table.Td>
              <Table.Td>{key.lastUsedAt ? <RelativeTime at={key.lastUsedAt} /> : t('account.keys.never')}</Table.Td>
              <Table.Td ta="right">
                <Button variant="default" size="compact-sm" onClick={() => askToRevoke(key)}>
                  {t('account.keys.revoke')}
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function askToRevoke({ id, name }: ApiKey): void {
  confirmAct({
    title: t('account.keys.revokeTitle', { name }),
    text: t('account.keys.revokeText'),
    act: t('account.keys.revoke'),
    isDangerous: true,
    run: async () => {
      await revokeKey(id);
      notifyDone(t('account.keys.revoked'));
    },
  });
}
