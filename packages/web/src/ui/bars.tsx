import type { CSSProperties } from 'react';
import classes from './bars.module.css';

/** What is short stands at the bar, where there is room for it; what is exact is said of it. */
export type Bar = { key: string; value: number; exact: string; label?: string; shown?: string };

type BarsProps = { label: string; bars: readonly Bar[] };

/** Values side by side, from nothing up. A phone has no room for what is shown above: there each is only said. */
export function Bars({ label, bars }: BarsProps) {
  const most = Math.max(1, ...bars.map(({ value }) => value));
  return (
    <ol className={classes.bars} style={{ '--count': bars.length } as CSSProperties} aria-label={label}>
      {bars.map(({ key, label: short, value, shown, exact }) => (
        <li key={key} className={classes.column} title={exact} aria-label={exact}>
          {shown !== undefined && (
            <span className={classes.shown} aria-hidden>
              {shown}
            </span>
          )}
          <span className={classes.track} aria-hidden>
            <span className={classes.bar} style={{ height: `${(value / most) * 100}%` }} />
          </span>
          {short !== undefined && (
            <span className={classes.label} aria-hidden>
              {short}
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}
