import { Button, Group, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useCan } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { CopyText } from '../../ui/copy-text.tsx';
import { Icon } from '../../ui/icon.tsx';
import { revealPassword } from '../provisioning/queries.ts';

// Long enough to read it over the telephone, short enough that a screen left open does not keep showing it.
const shownMs = 60_000;

/** A password that is not there until somebody asks for it, which is written down. */
export function RevealPassword({ accountId }: { accountId: string }) {
  const can = useCan();
  const [password, setPassword] = useState<string>();
  useEffect(() => {
    if (password === undefined) return;
    const timer = setTimeout(() => setPassword(undefined), shownMs);
    return () => clearTimeout(timer);
  }, [password]);
  if (password !== undefined) {
    return (
      <Group gap="xs" mih={26}>
        <CopyText text={password} label={t('customers.account.password')} isMono />
        <Button size="compact-sm" variant="subtle" onClick={() => setPassword(undefined)}>
          {t('customers.account.hide')}
        </Button>
      </Group>
    );
  }
  return (
    <Group gap="xs" mih={26}>
      <span aria-hidden="true">••••••••</span>
      {can('account:reveal') && (
        <>
          <ActButton
            size="compact-sm"
            variant="subtle"
            leftSection={<Icon name="eye" size={14} />}
            aria-label={t('customers.account.showPassword')}
            act={async () => setPassword(await revealPassword(accountId))}
          >
            {t('customers.account.show')}
          </ActButton>
          <Text size="xs" c="dimmed">
            {t('customers.account.lookRecorded')}
          </Text>
        </>
      )}
    </Group>
  );
}
