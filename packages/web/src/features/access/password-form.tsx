import { useForm } from '@mantine/form';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { SecretInput } from '../../ui/secret-input.tsx';
import { changePassword } from './queries.ts';

const empty = { currentPassword: '', newPassword: '', confirmPassword: '' };

export function PasswordForm({ onDone }: { onDone: () => void }) {
  const form = useForm({
    initialValues: empty,
    validate: {
      currentPassword: (current) => (current ? null : t('access.currentNeeded')),
      newPassword: newPasswordTrouble,
      confirmPassword: (again, { newPassword }) => (again === newPassword ? null : t('access.differs')),
    },
  });
  return (
    <Form
      form={form}
      submitLabel={t('access.change')}
      submit={changePassword}
      onDone={() => {
        form.setInitialValues(empty);
        form.reset();
        onDone();
      }}
    >
      <SecretInput
        {...form.getInputProps('currentPassword')}
        label={t('access.current')}
        autoComplete="current-password"
        maxLength={200}
      />
      <SecretInput
        {...form.getInputProps('newPassword')}
        label={t('access.new')}
        description={t('access.newHelp')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        autoComplete="new-password"
        maxLength={200}
      />
      <SecretInput
        {...form.getInputProps('confirmPassword')}
        label={t('access.confirm')}
        autoComplete="new-password"
        maxLength={200}
      />
    </Form>
  );
}

function newPasswordTrouble(password: string): string | null {
  if (password.length < 8) return t('access.tooShort');
  return password.length > 200 ? t('access.tooLong') : null;
}
