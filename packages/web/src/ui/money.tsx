import { useFormat } from '../lib/session.ts';

type MoneyProps = { minor: string; currency?: string };

export function Money({ minor, currency }: MoneyProps) {
  const format = useFormat();
  return <span style={{ whiteSpace: 'nowrap' }}>{format.money(minor, currency)}</span>;
}
