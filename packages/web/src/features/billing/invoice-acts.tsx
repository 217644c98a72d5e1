import { Text } from '@mantine/core';
import type { Format } from '../../lib/format.ts';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { type InvoiceDetail, voidInvoice } from './queries.ts';

export function askToVoid(format: Format, { id, number, customerName, amountMinor, currency }: InvoiceDetail): void {
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
