import type { Tone } from '../lib/theme.ts';
import classes from './status-badge.module.css';

type StatusBadgeProps = { tone: Tone; children: string; title?: string };

/** A state as a coloured word; the colour only repeats what the word says. */
export function StatusBadge({ tone, children, title }: StatusBadgeProps) {
  return (
    <span
      className={classes.badge}
      title={title}
      style={{ color: `var(--tone-${tone})`, background: `var(--tone-${tone}-surface)` }}
    >
      {children}
    </span>
  );
}
