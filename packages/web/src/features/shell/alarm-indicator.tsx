import { Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { ringingQuery } from '../system/queries.ts';
import classes from './shell.module.css';

/** Only while an alarm rings. */
export function AlarmIndicator() {
  const format = useFormat();
  const { data: count = 0 } = useQuery(ringingQuery);
  if (count === 0) return null;
  const label = t('shell.alarms', { count });
  return (
    <Tooltip label={label}>
      <Link to="/events" search={{ level: 'alarm' }} className={classes.alarms} aria-label={label}>
        <Icon name="bell" size={16} />
        {format.number(count)}
      </Link>
    </Tooltip>
  );
}
