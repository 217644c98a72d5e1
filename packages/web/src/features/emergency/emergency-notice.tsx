import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Icon } from '../../ui/icon.tsx';
import classes from './emergency-notice.module.css';
import { standingQuery } from './queries.ts';

export function useIsEmergency(): boolean {
  return (useQuery(standingQuery).data?.items.length ?? 0) > 0;
}

/** On every page while anything stands, to everybody. */
export function EmergencyNotice() {
  const can = useCan();
  const format = useFormat();
  const { data } = useQuery(standingQuery);
  const [first, ...more] = data?.items ?? [];
  if (!first) return null;
  const said = [first, ...more].map(({ kind, until, startedBy }) =>
    t('emergency.notice', { what: t(`emergency.kinds.${kind}`), until: format.dateTime(until), name: startedBy }),
  );
  const what = t(`emergency.kinds.${first.kind}`);
  const short =
    more.length > 0
      ? t('emergency.noticeMore', { what, count: more.length })
      : t('emergency.noticeShort', { what, until: format.dateTime(first.until) });
  return (
    <div className={classes.notice} role="status" aria-label={t('emergency.noticeLabel')}>
      <Icon name="alert-triangle" size={16} />
      <span className={classes.whole} title={said.join(' · ')}>
        {said.join(' · ')}
      </span>
      <span className={classes.short}>{short}</span>
      {can('system:read') && <Link to="/emergency">{t('emergency.look')}</Link>}
    </div>
  );
}
