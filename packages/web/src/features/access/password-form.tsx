import { useForm } from '@mantine/form';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { SecretInput } from '../../ui/secret-input.tsx';
import { NewPasswordFields, newPasswordTrouble, repeatTrouble } from './new-password.tsx';
import { changePassword } from './queries.ts';

const empty = { currentPassword: '', newPassword: '', confirmPassword: '' };

export function PasswordForm({ onDone }: { onDone: () => void }) {
  const form = useForm({
    initialValues: empty,
    validate: {
      currentPassword: (current) => (current ? null : t('access.currentNeeded')),
      newPassword: newPasswordTrouble,
      confirmPassword: (again, { newPassword }) => repeatTrouble(again, newPassword),
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
      <NewPasswordFields password={form.getInputProps('newPassword')} again={form.getInputProps('confirmPassword')} />
    </Form>
  );
}
