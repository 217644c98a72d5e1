import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';

type BalanceProps = { balanceMinor: string; overdueMinor: string; currency: string };

/** What a customer owes; the word before it says when some of it is late, or when it is the provider who owes. */
export function Balance({ balanceMinor, overdueMinor, currency }: BalanceProps) {
  const format = useFormat();
  const balance = BigInt(balanceMinor);
  if (balance < 0n) return t('customers.credit', { amount: format.money((-balance).toString(), currency) });
  const amount = format.money(balanceMinor, currency);
  if (BigInt(overdueMinor) > 0n) {
    return <span style={{ color: 'var(--tone-broken)' }}>{t('customers.overdueAmount', { amount })}</span>;
  }
  return balance === 0n ? <span style={{ color: 'var(--mantine-color-dimmed)' }}>{amount}</span> : amount;
}
