import { Alert, Button, Group, Text, Title } from '@mantine/core';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import classes from './cashier.module.css';
import { CodeText } from './code-text.tsx';
import { PrintButtons } from './print-buttons.tsx';
import { printVouchers, type Sale } from './queries.ts';
import { SendButton } from './send-button.tsx';

type SoldCodesProps = { sale: Sale; loginUrl: string | null; onNext: () => void };

/** What was sold just now: read it out, hand it over, or print it. */
export function SoldCodes({ sale, loginUrl, onNext }: SoldCodesProps) {
  const format = useFormat();
  const pending = sale.vouchers.filter((voucher) => voucher.pending);
  return (
    <section>
      <Group justify="space-between">
        <Title order={1}>{t('vouchers.sold.title', { count: sale.quantity })}</Title>
        <StatusBadge tone={pending.length > 0 ? 'pending' : 'fine'}>
          {t(pending.length > 0 ? 'vouchers.states.pending' : 'vouchers.sold.works')}
        </StatusBadge>
      </Group>
      <Text c="dimmed">
        {sale.packageName} · {format.money(sale.totalMinor, sale.currency)}
      </Text>
      {pending.length > 0 && (
        <Alert mt="sm" icon={<Icon name="hourglass" />}>
          {t('vouchers.sold.pendingHelp')}
        </Alert>
      )}
      <ul className={classes.codes} data-single={sale.quantity === 1 ? '' : undefined} aria-live="polite">
        {sale.vouchers.map(({ id, code }) => (
          <li key={id} className={classes.code}>
            <CodeText code={code} />
          </li>
        ))}
      </ul>
      <Group>
        <Button size="md" onClick={onNext} data-autofocus autoFocus>
          {t('vouchers.sold.next')}
        </Button>
        <PrintButtons fetch={() => printVouchers(sale.vouchers.map(({ id }) => id))} />
        <SendButton sale={sale} loginUrl={loginUrl} />
      </Group>
    </section>
  );
}
