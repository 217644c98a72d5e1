import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-names.ts';

type EmptyStateProps = { icon?: IconName; title: string; text?: ReactNode; children?: ReactNode };

/** What this is for, and the first step. */
export function EmptyState({ icon = 'inbox', title, text, children }: EmptyStateProps) {
  return (
    <Stack align="center" gap={6} py={48} px="md" ta="center">
      <Text component="span" c="dimmed" mb={4}>
        <Icon name={icon} size={32} />
      </Text>
      <Title order={2}>{title}</Title>
      {text && (
        <Text c="dimmed" maw={420}>
          {text}
        </Text>
      )}
      {children && <div style={{ marginTop: 12 }}>{children}</div>}
    </Stack>
  );
}
