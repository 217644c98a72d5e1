import { Button, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { t } from '../../lib/words.ts';
import { Icon } from '../../ui/icon.tsx';

/** Somebody calls: the office begins here. */
export function CallerSearch() {
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  return (
    <search>
      <form
        style={{ display: 'flex', gap: 8, maxWidth: 640 }}
        onSubmit={(event) => {
          event.preventDefault();
          void navigate({ to: '/customers', search: { search: typed.trim() || undefined } });
        }}
      >
        <TextInput
          type="search"
          style={{ flex: 1 }}
          aria-label={t('home.caller')}
          placeholder={t('home.caller')}
          maxLength={100}
          autoComplete="off"
          leftSection={<Icon name="phone" size={16} />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Button type="submit">{t('home.findCaller')}</Button>
      </form>
    </search>
  );
}
