import { Group, Kbd, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { t } from '../lib/words.ts';

export type Shortcut = { keys: readonly string[]; does: string };

export function showShortcuts(title: string, shortcuts: readonly Shortcut[]): void {
  modals.open({
    title,
    closeButtonProps: { 'aria-label': t('ui.close') },
    children: (
      <Stack gap="xs">
        {shortcuts.map(({ keys, does }) => (
          <Group key={does} justify="space-between" wrap="nowrap">
            <Text>{does}</Text>
            <Group gap={4} wrap="nowrap">
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </Group>
          </Group>
        ))}
      </Stack>
    ),
  });
}
