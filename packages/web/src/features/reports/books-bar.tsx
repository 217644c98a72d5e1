import { Button, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { stringifySearch } from '../../lib/search.ts';
import { t } from '../../lib/words.ts';
import { Icon } from '../../ui/icon.tsx';

type BooksBarProps = {
  /** What the list below is, in a sentence. */
  about?: string;
  /** The file of it. */
  file: string;
  query?: Record<string, unknown>;
  children?: ReactNode;
};

/** Above each list of the books: what it is, how it is narrowed, and the same as a file. */
export function BooksBar({ about, file, query = {}, children }: BooksBarProps) {
  return (
    <>
      {about && (
        <Text c="dimmed" size="sm" mb="sm" maw={760}>
          {about}
        </Text>
      )}
      <Group gap="sm" mb="sm" mih={36}>
        {children}
        <Button
          component="a"
          href={`/api/books/${file}.csv${stringifySearch(query)}`}
          download
          variant="default"
          ml="auto"
          leftSection={<Icon name="arrow-down" size={16} />}
        >
          {t('books.csv')}
        </Button>
      </Group>
    </>
  );
}
