import { Alert } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { Door } from './door.tsx';
import { NewPasswordFields, newPasswordTrouble, repeatTrouble } from './new-password.tsx';
import { acceptInvitation } from './queries.ts';

/** The token stands behind the # of the address, which no browser sends to a server. */
export function InvitationPage() {
  const [token] = useState(() => window.location.hash.slice(1));
  const navigate = useNavigate();
  const form = useForm({
    initialValues: { password: '', again: '' },
    validate: {
      password: newPasswordTrouble,
      again: (again, { password }) => repeatTrouble(again, password),
    },
  });
  return (
    <Door title={t('access.invitationTitle')} text={t('access.invitationText')}>
      {token ? (
        <Form
          form={form}
          submitLabel={t('access.invitationAct')}
          submit={async ({ password }) => {
            const username = await acceptInvitation(token, password);
            notifyDone(t('access.invitationDone', { username }));
            form.resetDirty();
          }}
          onDone={() => void navigate({ to: '/sign-in' })}
        >
          <NewPasswordFields password={form.getInputProps('password')} again={form.getInputProps('again')} />
        </Form>
      ) : (
        <Alert color="red">{t('access.invitationMissing')}</Alert>
      )}
    </Door>
  );
}
