import { Anchor } from '@mantine/core';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Money } from '../../ui/money.tsx';
import classes from './payment-list.module.css';
import type { InvoiceDetail } from './queries.ts';

export function CreditNoteList({ invoice: { creditNotes, currency } }: { invoice: InvoiceDetail }) {
  const format = useFormat();
  return (
    <ul className={classes.list} aria-label={t('invoices.page.creditNotes')}>
      {creditNotes.map(({ id, number, amountMinor, appliedMinor, issuedOn, reason, by }) => (
        <li key={id} className={classes.payment}>
          <div className={classes.line}>
            <span>
              <Anchor href={`/api/credit-notes/${id}/pdf`} target="_blank">
                {number}
              </Anchor>{' '}
              · {format.day(issuedOn)}
            </span>
            <strong>
              <Money minor={amountMinor} currency={currency} />
            </strong>
          </div>
          <div className={classes.note}>
            {appliedMinor === amountMinor
              ? t('invoices.page.appliedAll')
              : appliedMinor === '0'
                ? t('invoices.page.appliedNone')
                : t('invoices.page.appliedPart', { amount: format.money(appliedMinor, currency) })}
            {` · ${t('invoices.page.recordedBy', { name: by })} · ${reason}`}
          </div>
        </li>
      ))}
    </ul>
  );
}
