import { Skeleton } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Tone } from '../lib/theme.ts';
import classes from './stat-tile.module.css';

type StatTileProps = {
  label: string;
  /** undefined: still loading. */
  value: ReactNode | undefined;
  note?: ReactNode;
  tone?: Tone;
  link?: LinkProps;
};

/** One figure. With a link, the whole tile leads to the list behind it. */
export function StatTile({ label, value, note, tone, link }: StatTileProps) {
  const body = (
    <>
      <span className={classes.label}>{label}</span>
      <span className={classes.value} style={tone && { color: `var(--tone-${tone})` }}>
        {value === undefined ? <Skeleton height={22} width={72} my={4.4} /> : value}
      </span>
      <span className={classes.note}>{value === undefined ? <Skeleton height={12} width={96} my={4} /> : note}</span>
    </>
  );
  if (!link) return <div className={classes.tile}>{body}</div>;
  return (
    <Link {...link} className={`${classes.tile} ${classes.link}`}>
      {body}
    </Link>
  );
}

export function StatTiles({ children }: { children: ReactNode }) {
  return <div className={classes.tiles}>{children}</div>;
}
