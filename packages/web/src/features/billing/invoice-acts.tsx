import { Text } from '@mantine/core';
import type { Format } from '../../lib/format.ts';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { nameOfInvoice, restMinor } from './invoice-words.ts';
import { deleteDraft, type InvoiceDetail, issueDraft, mailInvoice, voidInvoice, writeOffInvoice } from './queries.ts';

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

export function askToWriteOff(format: Format, invoice: InvoiceDetail): void {
  const number = nameOfInvoice(invoice);
  const amount = format.money(restMinor(invoice), invoice.currency);
  confirmAct({
    title: t('invoices.writeOff.title', { number }),
    text: t('invoices.writeOff.text', { amount, name: invoice.customerName }),
    act: t('invoices.writeOff.act'),
    isDangerous: true,
    reason: 'required',
    run: async (reason) => {
      await writeOffInvoice(invoice.id, reason);
      notifyDone(t('invoices.writeOff.done', { number }));
    },
  });
}

export function askToMail({ id, customerName, ...invoice }: InvoiceDetail): void {
  confirmAct({
    title: t('invoices.mail.title', { number: nameOfInvoice(invoice) }),
    text: t('invoices.mail.text', { name: customerName }),
    act: t('invoices.mail.act'),
    run: async () => notifyDone(t('invoices.mail.done', { address: await mailInvoice(id) })),
  });
}

export function askToIssue(format: Format, { id, customerName, amountMinor, currency, dueOn }: InvoiceDetail): void {
  const words = { name: customerName, amount: format.money(amountMinor, currency), due: format.dayWithWeekday(dueOn) };
  confirmAct({
    title: t('invoices.issueDraft.title'),
    text: (
      <>
        <Text>{t('invoices.issueDraft.text', words)}</Text>
        <Text mt="xs">{t('invoices.issueDraft.credit')}</Text>
      </>
    ),
    act: t('invoices.issueDraft.confirm'),
    run: async () => notifyDone(t('invoices.issued', { number: nameOfInvoice(await issueDraft(id)) })),
  });
}

export function askToDeleteDraft(
  format: Format,
  { id, customerName, amountMinor, currency }: InvoiceDetail,
  onDone: () => void,
): void {
  confirmAct({
    title: t('invoices.deleteDraft.title'),
    text: t('invoices.deleteDraft.text', { name: customerName, amount: format.money(amountMinor, currency) }),
    act: t('invoices.deleteDraft.act'),
    isDangerous: true,
    run: async () => {
      onDone();
      await deleteDraft(id);
      notifyDone(t('invoices.deleteDraft.done'));
    },
  });
}
