import type { Tone } from '../../lib/theme.ts';
import { t } from '../../lib/words.ts';
import { StatusBadge } from '../../ui/status-badge.tsx';
import classes from './customer-state.module.css';
import type { CustomerRow } from './queries.ts';

const tones: Record<CustomerRow['status'], Tone> = { active: 'fine', suspended: 'attention', no_account: 'quiet' };

type CustomerStateProps = { status: CustomerRow['status']; isPending: boolean };

/** What is wanted, and whether the router is known to be so. */
export function CustomerState({ status, isPending }: CustomerStateProps) {
  return (
    <span className={classes.states}>
      <StatusBadge tone={tones[status]}>{t(`customers.statuses.${status}`)}</StatusBadge>
      {isPending && <StatusBadge tone="pending">{t('customers.pending')}</StatusBadge>}
    </span>
  );
}

/** A dot, filled or empty, and the word for it. */
export function OnlineState({ isOnline }: { isOnline: boolean }) {
  return (
    <span className={classes.online} data-online={isOnline || undefined}>
      <span className={classes.dot} aria-hidden="true" />
      {isOnline ? t('customers.online') : t('customers.offline')}
    </span>
  );
}
