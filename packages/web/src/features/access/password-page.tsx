import { Button, Stack } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useSession } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { notifyDone } from '../../ui/notify.ts';
import { Door } from './door.tsx';
import { PasswordForm } from './password-form.tsx';
import { signOut } from './queries.ts';

/** The change that the first sign-in asks for, and the one that a person wants. */
export function PasswordPage() {
  const { passwordChangeRequired } = useSession();
  // Stays what it was while the change is made, so that the heading does not change under the person's eyes.
  const [isForced] = useState(passwordChangeRequired);
  const navigate = useNavigate();
  const finish = () => {
    notifyDone(t('access.changed'));
    void navigate({ to: '/', replace: true });
  };
  return (
    <Door
      title={isForced ? t('access.firstChangeTitle') : t('access.changeTitle')}
      text={isForced ? t('access.firstChangeText') : t('access.otherSessions')}
    >
      <Stack gap="sm">
        <PasswordForm onDone={finish} />
        <Button
          variant="subtle"
          style={{ alignSelf: 'flex-start' }}
          px={0}
          onClick={() => void (isForced ? signOut() : navigate({ to: '/' }))}
        >
          {isForced ? t('shell.person.signOut') : t('ui.cancel')}
        </Button>
      </Stack>
    </Door>
  );
}
