import { Text } from '@mantine/core';
import type { Format } from '../../lib/format.ts';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { nameOfInvoice } from './invoice-words.ts';
import { type InvoiceDetail, voidInvoice } from './queries.ts';

export function askToVoid(
  format: Format,
  { id, customerName, amountMinor, currency, ...invoice }: InvoiceDetail,
): void {
  const number = nameOfInvoice(invoice);
  const amount = format.money(amountMinor, currency);
  confirmAct({
    title: t('invoices.void.title', { number }),
    text: (
      <>
        <Text>{t('invoices.void.text', { name: customerName, amount })}</Text>
        <Text mt="xs">{t('invoices.void.restores')}</Text>
      </>
    ),
    act: t('invoices.void.act'),
    isDangerous: true,
    reason: 'required',
    run: async (reason) => {
      await voidInvoice(id, reason);
      notifyDone(t('invoices.void.done', { number }));
    },
  });
}
