import type { ReactNode } from 'react';
import classes from './two-lines.module.css';

/** What belongs together, one under the other: a table that shows all of it has no room side by side. */
export function TwoLines({ first, second }: { first: ReactNode; second: string }) {
  return (
    <span className={classes.lines}>
      <span>{first}</span>
      <span className={classes.second}>{second}</span>
    </span>
  );
}
