import classes from './bars.module.css';

/** What is short stands at the bar; what is exact is said of it. */
export type Bar = { key: string; label: string; value: number; shown: string; exact: string };

type BarsProps = { label: string; bars: readonly Bar[] };

/** Few values side by side, from nothing up. A phone has no room for the values: there each is only said. */
export function Bars({ label, bars }: BarsProps) {
  const most = Math.max(1, ...bars.map(({ value }) => value));
  return (
    <ol className={classes.bars} aria-label={label}>
      {bars.map(({ key, label: short, value, shown, exact }) => (
        <li key={key} className={classes.column} title={exact} aria-label={exact}>
          <span className={classes.value} aria-hidden>
            {shown}
          </span>
          <span className={classes.track} aria-hidden>
            <span className={classes.bar} style={{ height: `${(value / most) * 100}%` }} />
          </span>
          <span className={classes.label} aria-hidden>
            {short}
          </span>
        </li>
      ))}
    </ol>
  );
}
