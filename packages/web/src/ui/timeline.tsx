import type { ReactNode } from 'react';
import type { Tone } from '../lib/theme.ts';
import { RelativeTime } from './relative-time.tsx';
import classes from './timeline.module.css';

export type TimelineEntry = { id: string; at: string; tone?: Tone; title: ReactNode; by?: string; details?: ReactNode };

/** What happened and by whom, newest first. */
export function Timeline({ entries, label }: { entries: readonly TimelineEntry[]; label: string }) {
  return (
    <ol className={classes.line} aria-label={label}>
      {entries.map((entry) => (
        <li key={entry.id} className={classes.entry}>
          <span className={classes.dot} style={{ background: `var(--tone-${entry.tone ?? 'quiet'})` }} />
          <div className={classes.title}>{entry.title}</div>
          <div className={classes.note}>
            <RelativeTime at={entry.at} />
            {entry.by && ` · ${entry.by}`}
          </div>
          {entry.details && <div className={classes.details}>{entry.details}</div>}
        </li>
      ))}
    </ol>
  );
}
