import { Group } from '@mantine/core';
import type { ReactNode } from 'react';

/** Above a list: search and filters. */
export function Toolbar({ children }: { children: ReactNode }) {
  return (
    <Group gap="sm" mb="sm" wrap="wrap">
      {children}
    </Group>
  );
}
