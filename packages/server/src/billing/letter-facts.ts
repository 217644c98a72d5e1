// What letters to customers say of the provider, and of the money that they are about.
import type { NewMessage } from '#notifications/outbox.ts';
import type { Db } from '#platform/db.ts';
import type { Language } from '#platform/languages.ts';
import { getSettings } from '#settings/provider.ts';
import { filledPaymentText, getDocumentSettings } from './document-settings.ts';

/** The provider, as he stands in his letters. */
export type Sender = { providerName: string; contact: string; paymentText: string; language: Language };

export async function getSender(db: Db): Promise<Sender> {
  const { providerName, language } = await getSettings(db);
  const { contact, paymentText } = await getDocumentSettings(db);
  return { providerName, language, contact, paymentText };
}

export type LetterFacts = {
  customerName: string;
  customerNumber: number;
  number?: string;
  minor?: bigint;
  currency?: string;
  dueOn?: Temporal.PlainDate;
  receivedOn?: Temporal.PlainDate;
  /** Of what a plan includes. */
  planName?: string;
  usedBytes?: bigint;
  allowedBytes?: bigint;
  renewsOn?: Temporal.PlainDate;
};

export function factsOf(
  { providerName, contact, paymentText }: Sender,
  { number = '', minor, currency, ...others }: LetterFacts,
): NewMessage['facts'] {
  const amount = minor !== undefined && currency !== undefined ? { minor, currency } : undefined;
  const howToPay = filledPaymentText(paymentText, { number, amount });
  return { providerName, contact, howToPay, number, amount, ...others };
}
