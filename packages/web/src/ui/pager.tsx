import { Button, Group } from '@mantine/core';
import { useRef } from 'react';
import { t } from '../lib/words.ts';
import { Icon } from './icon.tsx';

type PagerProps = {
  label: string;
  /** The key that the shown page begins after, as it stands in the address bar. */
  after: string | undefined;
  next: string | null;
  onChange: (after: string | undefined) => void;
};

/** Pages by key: a list may grow while it is read, and no row is shown twice or skipped. */
export function Pager({ label, after, next, onChange }: PagerProps) {
  // A key tells what follows it, not what came before; so the way here is remembered. After a reload, back is the start.
  const cameFrom = useRef(new Map<string, string | undefined>());
  if (!after && !next) return null;
  const turn = (to: string) => {
    cameFrom.current.set(to, after);
    onChange(to);
  };
  return (
    <Group component="nav" aria-label={t('ui.table.pages', { label })} justify="flex-end" gap="xs" p="xs">
      <Button
        variant="default"
        size="xs"
        disabled={!after}
        leftSection={<Icon name="chevron-left" size={14} />}
        onClick={() => onChange(after && cameFrom.current.get(after))}
      >
        {t('ui.table.previousPage')}
      </Button>
      <Button
        variant="default"
        size="xs"
        disabled={!next}
        rightSection={<Icon name="chevron-right" size={14} />}
        onClick={() => next && turn(next)}
      >
        {t('ui.table.nextPage')}
      </Button>
    </Group>
  );
}
