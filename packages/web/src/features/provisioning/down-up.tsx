import type { ReactNode } from 'react';
import { t } from '../../lib/words.ts';
import classes from './down-up.module.css';

type DownUpProps = { down: ReactNode; up: ReactNode };

/** Two figures of a session side by side, download first, as in the table's head. */
export function DownUp({ down, up }: DownUpProps) {
  return (
    <span className={classes.pair}>
      <span>
        <span className={classes.hidden}>{t('sessions.down')} </span>
        {down}
      </span>
      <span>
        <span className={classes.hidden}>{t('sessions.up')} </span>
        {up}
      </span>
    </span>
  );
}
