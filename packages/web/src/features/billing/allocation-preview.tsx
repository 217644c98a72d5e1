import { Checkbox, Skeleton, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useFormat } from '../../lib/session.ts';
import { errorText, t } from '../../lib/words.ts';
import classes from './allocation-preview.module.css';
import { type AllocationPreview, paymentPreview } from './payment-queries.ts';

type AllocationsProps = {
  customerId: string;
  /** Minor units; what is no amount counts as nothing yet. */
  amountMinor: string;
  /** The provider's own, when left out. */
  currency?: string;
  /** Those that the person chose; none: the oldest first. */
  chosen: readonly string[];
  onChoose: (invoiceIds: string[]) => void;
};

/** What the payment will settle, as the server would do it now. */
export function Allocations({ customerId, amountMinor, currency, chosen, onChoose }: AllocationsProps) {
  const format = useFormat();
  const typed = /^\d+$/.test(amountMinor) ? amountMinor : '0';
  const [amount] = useDebouncedValue(typed, 200);
  const { data, error } = useQuery(paymentPreview(customerId, amount, chosen, currency));
  if (!customerId) return null;
  if (error && !data) return <Text c="var(--mantine-color-error)">{errorText(error)}</Text>;
  if (!data) return <Skeleton height={90} aria-busy="true" />;
  const choose = (id: string, isChosen: boolean) =>
    onChoose(isChosen ? [...chosen, id] : chosen.filter((other) => other !== id));
  return (
    <div>
      <Text fw={500} size="sm" id="allocations">
        {t('payments.allocation.title')}
      </Text>
      <Text c="dimmed" size="xs" mb={4}>
        {data.invoices.length === 0
          ? t('payments.allocation.nothingOpen')
          : chosen.length > 0
            ? t('payments.allocation.chosen')
            : t('payments.allocation.oldest')}
      </Text>
      {data.invoices.length > 0 && (
        <ul className={classes.list} aria-labelledby="allocations">
          {data.invoices.map((invoice) => (
            <OpenInvoiceRow
              key={invoice.invoiceId}
              invoice={invoice}
              currency={data.currency}
              isChosen={chosen.includes(invoice.invoiceId)}
              onChoose={(isChosen) => choose(invoice.invoiceId, isChosen)}
            />
          ))}
        </ul>
      )}
      {data.creditMinor !== '0' && (
        <Text size="sm" mt={6}>
          {t('payments.allocation.credit', { amount: format.money(data.creditMinor, data.currency) })}
        </Text>
      )}
      {data.restarts.map(({ planName, startsOn, endsOn, creditMinor, priceMinor }) => (
        <Text key={`${planName} ${startsOn}`} size="sm" mt={6}>
          {t('payments.allocation.restart', {
            plan: planName,
            days: format.days(startsOn, endsOn),
            credit: format.money(creditMinor, data.currency),
            price: format.money(priceMinor, data.currency),
          })}
        </Text>
      ))}
    </div>
  );
}

type RowProps = {
  invoice: AllocationPreview['invoices'][number];
  currency: string;
  isChosen: boolean;
  onChoose: (isChosen: boolean) => void;
};

function OpenInvoiceRow({ invoice, currency, isChosen, onChoose }: RowProps) {
  const format = useFormat();
  const { number, dueOn, balanceMinor, amountMinor } = invoice;
  const isPaid = amountMinor === balanceMinor;
  return (
    <li className={classes.row}>
      <Checkbox
        checked={isChosen}
        aria-label={t('payments.allocation.choose', { number })}
        onChange={(event) => onChoose(event.currentTarget.checked)}
      />
      <div>
        {number}
        <div className={classes.about}>
          {t('payments.allocation.open', {
            day: format.day(dueOn),
            amount: format.money(balanceMinor, currency),
          })}
        </div>
      </div>
      <div className={classes.amounts}>
        {amountMinor === '0' ? '–' : format.money(amountMinor, currency)}
        {amountMinor !== '0' && (
          <div className={classes.about}>
            {isPaid ? t('payments.allocation.paid') : t('payments.allocation.partly')}
          </div>
        )}
      </div>
    </li>
  );
}
