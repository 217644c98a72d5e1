import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Icon } from '../../ui/icon.tsx';
import classes from './balance.module.css';

type BalanceProps = { balanceMinor: string; overdueMinor: string; currency: string };

/** What a customer owes, with a sign when some of it is late; or what the provider owes him. */
export function Balance({ balanceMinor, overdueMinor, currency }: BalanceProps) {
  const format = useFormat();
  const balance = BigInt(balanceMinor);
  if (balance < 0n) return t('customers.credit', { amount: format.money((-balance).toString(), currency) });
  const amount = format.money(balanceMinor, currency);
  if (BigInt(overdueMinor) > 0n) {
    const overdue = t('customers.overdueAmount', { amount: format.money(overdueMinor, currency) });
    return (
      <span className={classes.overdue} title={overdue}>
        <Icon name="alert-circle" size={14} />
        {amount}
        <span className={classes.hidden}>{overdue}</span>
      </span>
    );
  }
  return balance === 0n ? <span style={{ color: 'var(--mantine-color-dimmed)' }}>{amount}</span> : amount;
}
