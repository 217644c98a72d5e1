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
  if (!data?.items.length) return null;
  const said = data.items.map(({ kind, until, startedBy }) =>
    t('emergency.notice', { what: t(`emergency.kinds.${kind}`), until: format.dateTime(until), name: startedBy }),
  );
  return (
    <div className={classes.notice} role="status" aria-label={t('emergency.noticeLabel')}>
      <Icon name="alert-triangle" size={16} />
      <span title={said.join(' · ')}>{said.join(' · ')}</span>
      {can('system:read') && <Link to="/emergency">{t('emergency.look')}</Link>}
    </div>
  );
}
