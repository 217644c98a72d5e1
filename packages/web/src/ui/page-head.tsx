import { Group, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import classes from './page-head.module.css';

type PageHeadProps = {
  title: string;
  about?: ReactNode;
  /** Beside the title: the state of a thing. */
  badge?: ReactNode;
  /** The two or three acts that matter. */
  children?: ReactNode;
};

export function PageHead({ title, about, badge, children }: PageHeadProps) {
  useEffect(() => {
    document.title = `${title} · Lastmile`;
  }, [title]);
  return (
    <header className={classes.head}>
      <div className={classes.row}>
        <Title order={1} className={classes.title} title={title}>
          {title}
        </Title>
        {badge}
        {children && (
          <Group gap="xs" className={classes.acts}>
            {children}
          </Group>
        )}
      </div>
      {about && (
        <Text component="div" c="dimmed" className={classes.about}>
          {about}
        </Text>
      )}
    </header>
  );
}
