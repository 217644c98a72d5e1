import { CloseButton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { t } from '../lib/words.ts';
import { Icon } from './icon.tsx';

type SearchBoxProps = { label: string; value: string | undefined; onChange: (search: string | undefined) => void };

/** What is typed reaches the address bar, and with it the list, when the fingers rest. */
export function SearchBox({ label, value = '', onChange }: SearchBoxProps) {
  const [typed, setTyped] = useState(value);
  // 250 ms: longer than the gap between two keys, shorter than a person notices.
  const report = useDebouncedCallback((search: string) => onChange(search.trim() || undefined), 250);
  useEffect(() => {
    setTyped((now) => (now.trim() === value ? now : value));
  }, [value]);
  const take = (search: string) => {
    setTyped(search);
    report(search);
  };
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={label}
      w={{ base: '100%', xs: 280 }}
      maxLength={100}
      leftSection={<Icon name="search" size={16} />}
      rightSection={typed && <CloseButton size="sm" aria-label={t('ui.search.clear')} onClick={() => take('')} />}
      styles={{ input: { appearance: 'none' } }}
      value={typed}
      onChange={(event) => take(event.currentTarget.value)}
    />
  );
}
