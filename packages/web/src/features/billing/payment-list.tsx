import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Money } from '../../ui/money.tsx';
import classes from './payment-list.module.css';
import type { InvoiceDetail } from './queries.ts';

export function PaymentList({ invoice: { payments, status } }: { invoice: InvoiceDetail }) {
  const format = useFormat();
  if (payments.length === 0) {
    return (
      <Text c="dimmed">{status === 'void' ? t('invoices.page.noPaymentsVoid') : t('invoices.page.noPayments')}</Text>
    );
  }
  return (
    <ul className={classes.list} aria-label={t('invoices.page.payments')}>
      {payments.map(({ id, amountMinor, currency, method, note, receivedOn, recordedBy, recordedAt }) => (
        <li key={id} className={classes.payment}>
          <div className={classes.line}>
            <span>
              <Anchor renderRoot={(props) => <Link {...props} to="/payments/$paymentId" params={{ paymentId: id }} />}>
                {format.day(receivedOn)} · {t(`invoices.payment.methods.${method}`)}
              </Anchor>
            </span>
            <strong>
              <Money minor={amountMinor} currency={currency} />
            </strong>
          </div>
          <div className={classes.note} title={format.exactTime(recordedAt)}>
            {t('invoices.page.recordedBy', { name: recordedBy })}
            {note && ` · ${note}`}
          </div>
        </li>
      ))}
    </ul>
  );
}
