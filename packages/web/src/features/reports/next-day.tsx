import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCan, useFormat, useIsLimited } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Icon } from '../../ui/icon.tsx';
import classes from './home.module.css';
import { nextDay } from './queries.ts';

/** Tomorrow in one line. What could not be read is left out: the page behind it says why. */
export function NextDay() {
  const can = useCan();
  const isLimited = useIsLimited();
  const format = useFormat();
  const isShown = can('invoice:read') && !isLimited;
  const { data } = useQuery({ ...nextDay, enabled: isShown });
  if (!isShown) return null;
  const counts = data?.groups.map(({ kind, count }) => t(`home.tomorrow.${kind}`, { number: format.number(count) }));
  return (
    <Link to="/tomorrow" className={`${classes.problem} ${classes.alone}`}>
      <Icon name="clock" />
      <span className={classes.problemText}>
        {data && `${t('home.tomorrow.day', { day: format.dayWithWeekday(data.day) })}: `}
        {counts && (counts.length > 0 ? counts.join(' · ') : t('home.tomorrow.nothing'))}
      </span>
      <Icon name="chevron-right" size={16} />
    </Link>
  );
}
