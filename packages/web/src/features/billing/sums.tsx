import { Fragment, type ReactNode } from 'react';
import classes from './invoice-sheet.module.css';

export type Sum = { label: string; value: ReactNode; isStrong?: boolean };

/** Figures under lines, the last one strong, as an invoice has them. */
export function Sums({ sums }: { sums: readonly Sum[] }) {
  return (
    <dl className={classes.sums}>
      {sums.map(({ label, value, isStrong }) => (
        <Fragment key={label}>
          <dt data-strong={isStrong || undefined}>{label}</dt>
          <dd data-strong={isStrong || undefined}>{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
