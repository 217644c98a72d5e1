import type { ComponentProps } from 'react';
import { t } from '../../lib/words.ts';
import { SecretInput } from '../../ui/secret-input.tsx';

type FieldProps = ComponentProps<typeof SecretInput>;

/** A password that is chosen now, typed twice. */
export function NewPasswordFields({ password, again }: { password: FieldProps; again: FieldProps }) {
  return (
    <>
      <SecretInput
        {...password}
        label={t('access.new')}
        description={t('access.newHelp')}
        autoComplete="new-password"
        maxLength={200}
      />
      <SecretInput {...again} label={t('access.confirm')} autoComplete="new-password" maxLength={200} />
    </>
  );
}

export function newPasswordTrouble(password: string): string | null {
  return password.length < 8 ? t('access.tooShort') : null;
}

export function repeatTrouble(again: string, password: string): string | null {
  return again === password ? null : t('access.differs');
}
