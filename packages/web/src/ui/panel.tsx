import { Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './panel.module.css';

type PanelProps = { title?: string; acts?: ReactNode; children: ReactNode; className?: string };

/** A surface with a heading. */
export function Panel({ title, acts, children, className }: PanelProps) {
  return (
    <section className={`${classes.panel} ${className ?? ''}`}>
      {(title || acts) && (
        <div className={classes.head}>
          {title && (
            <Title order={2} className={classes.title}>
              {title}
            </Title>
          )}
          {acts}
        </div>
      )}
      {children}
    </section>
  );
}
