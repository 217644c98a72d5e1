import { Group } from '@mantine/core';
import type { ReactNode } from 'react';

/** Of a select in a toolbar: two beside one another on a phone, and five beside a search on a desk. */
export const filterWidth = { base: 'calc(50% - 6px)', xs: 160 };

/** Above a list: search and filters. */
export function Toolbar({ children }: { children: ReactNode }) {
  return (
    <Group gap="sm" mb="sm" wrap="wrap">
      {children}
    </Group>
  );
}
