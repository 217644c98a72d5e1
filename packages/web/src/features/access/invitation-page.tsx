import { Alert } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { SecretInput } from '../../ui/secret-input.tsx';
import { Door } from './door.tsx';
import { acceptInvitation } from './queries.ts';

/** The token stands behind the # of the address, which no browser sends to a server. */
export function InvitationPage() {
  const [token] = useState(() => window.location.hash.slice(1));
  const navigate = useNavigate();
  const form = useForm({
    initialValues: { password: '', again: '' },
    validate: {
      password: (password) => (password.length < 8 ? t('access.tooShort') : null),
      again: (again, { password }) => (again === password ? null : t('access.differs')),
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
          <SecretInput
            {...form.getInputProps('password')}
            label={t('access.new')}
            description={t('access.newHelp')}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            autoComplete="new-password"
            maxLength={200}
          />
          <SecretInput
            {...form.getInputProps('again')}
            label={t('access.confirm')}
            autoComplete="new-password"
            maxLength={200}
          />
        </Form>
      ) : (
        <Alert color="red">{t('access.invitationMissing')}</Alert>
      )}
    </Door>
  );
}
