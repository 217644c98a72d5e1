// What stands on papers beside the figures.
import type { DocumentSettings } from '@lastmile/contract/documents.ts';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { formatMoney } from '#platform/money.ts';

export type DocumentSettingsView = z.output<typeof DocumentSettings>;

export async function getDocumentSettings(db: Db): Promise<DocumentSettingsView> {
  const row = await db
    .selectFrom('billing.document_settings')
    .select([
      'legal_name as legalName',
      'address',
      'tax_id as taxId',
      'contact',
      'payment_text as paymentText',
      'qr_template as qrTemplate',
      'footer',
      'receipt_paper as receiptPaper',
      'revision',
    ])
    .executeTakeFirstOrThrow();
  return { ...row, receiptPaper: row.receiptPaper as DocumentSettingsView['receiptPaper'] };
}

type Change = { [K in keyof DocumentSettingsView]?: DocumentSettingsView[K] | undefined } & { revision: number };

export async function changeDocumentSettings(
  work: Work,
  { revision, ...given }: Change,
): Promise<DocumentSettingsView> {
  await work.db.selectFrom('billing.document_settings').select('revision').forUpdate().executeTakeFirstOrThrow();
  const before = await getDocumentSettings(work.db);
  if (before.revision !== revision) throw new DomainError('edit_conflict', { revision: before.revision });
  const after = { ...before, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
  await work.db
    .updateTable('billing.document_settings')
    .set({
      legal_name: after.legalName,
      address: after.address,
      tax_id: after.taxId,
      contact: after.contact,
      payment_text: after.paymentText,
      qr_template: after.qrTemplate,
      footer: after.footer,
      receipt_paper: after.receiptPaper,
      revision: revision + 1,
    })
    .execute();
  await audit(work, 'settings.documents_changed', [], { fields: Object.keys(given) });
  work.announce('settings', 'documents');
  return getDocumentSettings(work.db);
}

/** How to pay, as a text or as a code, for one invoice; empty where a letter is about none. */
export function filledPaymentText(
  template: string,
  { number, amount }: { number: string; amount: { minor: bigint; currency: string } | undefined },
): string {
  const values: Record<string, string> = {
    number,
    amount: amount ? formatMoney(amount.minor, amount.currency) : '',
    currency: amount?.currency ?? '',
  };
  return template.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole);
}
