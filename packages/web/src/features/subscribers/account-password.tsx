import { Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useState } from 'react';
import { useCan } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { CopyText } from '../../ui/copy-text.tsx';
import { generatedPassword } from '../../ui/secret-input.tsx';
import { type Account, changeAccount } from './queries.ts';
import { RevealPassword } from './reveal-password.tsx';

/** For who dials in with a wrong one: read it out, or make another. */
export function askForPassword(account: Account): void {
  modals.open({
    title: t('customers.newPassword.title', { account: account.name }),
    closeButtonProps: { 'aria-label': t('ui.close') },
    styles: { title: { fontWeight: 600, overflowWrap: 'anywhere' } },
    children: <PasswordBody account={account} />,
  });
}

function PasswordBody({ account }: { account: Account }) {
  const can = useCan();
  const [made, setMade] = useState<string>();
  const make = async () => {
    const password = generatedPassword();
    await changeAccount(account.id, { password, revision: account.revision });
    setMade(password);
  };
  if (made)
    return (
      <Stack gap="md" align="flex-start">
        <Text role="status">
          {t('customers.newPassword.made', { account: account.name, router: account.routerLabel })}
        </Text>
        <CopyText text={made} label={t('customers.account.password')} isMono />
      </Stack>
    );
  return (
    <Stack gap="md" align="flex-start">
      <Text>{t('customers.newPassword.text')}</Text>
      <RevealPassword accountId={account.id} />
      {can('customer:write') && <ActButton act={make}>{t('customers.newPassword.make')}</ActButton>}
    </Stack>
  );
}
