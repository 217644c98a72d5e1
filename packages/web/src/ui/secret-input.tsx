import { Button, PasswordInput, type PasswordInputProps } from '@mantine/core';
import { useState } from 'react';
import { t } from '../lib/words.ts';
import { Icon } from './icon.tsx';

type SecretInputProps = Omit<PasswordInputProps, 'onChange' | 'value' | 'defaultValue'> & {
  value?: string;
  onChange?: (value: string) => void;
  /** Offers to make one up; it is then shown, because somebody must pass it on. */
  canGenerate?: boolean;
};

/** A password field: its text can be shown, and a new one made up. */
export function SecretInput({ onChange, canGenerate, ...input }: SecretInputProps) {
  const [isShown, setShown] = useState(false);
  const generate = () => {
    onChange?.(generatedPassword());
    setShown(true);
  };
  return (
    <PasswordInput
      {...input}
      visible={isShown}
      onVisibilityChange={setShown}
      onChange={(event) => onChange?.(event.currentTarget.value)}
      visibilityToggleButtonProps={{ 'aria-label': isShown ? t('ui.password.hide') : t('ui.password.show') }}
      visibilityToggleIcon={({ reveal }) => <Icon name={reveal ? 'eye-off' : 'eye'} size={16} />}
      inputContainer={
        canGenerate
          ? (field) => (
              <div style={{ display: 'flex', gap: 8 }}>
                <div style={{ flex: 1 }}>{field}</div>
                <Button variant="default" px="sm" leftSection={<Icon name="wand" size={16} />} onClick={generate}>
                  {t('ui.password.generate')}
                </Button>
              </div>
            )
          : undefined
      }
    />
  );
}

// Twelve of these 54 signs are 69 bits; none is mistaken for another when read over the telephone.
const signs = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

export function generatedPassword(): string {
  // Values at or above the largest multiple would make the first signs likelier.
  const limit = 256 - (256 % signs.length);
  const password: string[] = [];
  while (password.length < 12) {
    const [value = 255] = crypto.getRandomValues(new Uint8Array(1));
    if (value < limit) password.push(signs.charAt(value % signs.length));
  }
  return password.join('');
}
