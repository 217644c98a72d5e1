import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { daysBetween } from './due-days.ts';
import { stateOf, stateTones } from './invoice-words.ts';
import type { Invoice } from './queries.ts';

export function InvoiceBadge({ invoice }: { invoice: Invoice }) {
  const state = stateOf(invoice);
  return <StatusBadge tone={stateTones[state]}>{t(`invoices.states.${state}`)}</StatusBadge>;
}

type DueDayProps = { invoice: Invoice; hasWeekday?: boolean; isShort?: boolean };

/** The due date, and how late it is while that matters; where there is little room, only that. */
export function DueDay({ invoice: { dueOn, isOverdue }, hasWeekday, isShort }: DueDayProps) {
  const format = useFormat();
  const withWeekday = format.dayWithWeekday(dueOn);
  const late = isOverdue && t('invoices.overdueDays', { count: daysBetween(dueOn, format.today()) });
  return (
    <span title={withWeekday}>
      {late && isShort ? null : hasWeekday ? withWeekday : format.day(dueOn)}
      {late && !isShort && ' · '}
      {late && <span style={{ color: 'var(--tone-broken)' }}>{late}</span>}
    </span>
  );
}
