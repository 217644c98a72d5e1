// What a customer would read by a text of the provider, with his own numbers, before anybody gets it.

import { getPerson } from '#customers/customers.ts';
import { type NamedTemplate, previewOf } from '#notifications/templates.ts';
import type { Db } from '#platform/db.ts';
import { getSettings } from '#settings/provider.ts';
import { listInvoices } from './invoice-list.ts';
import { getToday } from './invoices.ts';
import { factsOf, getSender, type LetterFacts } from './letter-facts.ts';
import { exampleNumber } from './number-schemes.ts';
import { listPayments } from './payments.ts';

const bytesInGb = 1024n ** 3n;

type Texts = { subject: string; body: string };

/** Where a customer has no invoice or payment yet, what stands for one in the same place of everybody's preview. */
export async function previewMessage(
  db: Db,
  now: Temporal.Instant,
  key: NamedTemplate,
  { customerId, ...texts }: Texts & { customerId?: string | undefined },
): Promise<Texts> {
  const { currency } = await getSettings(db);
  const today = await getToday(db, now);
  const nobody = {
    customerName: 'Ana Horvat',
    customerNumber: 1042,
    number: await exampleNumber(db, key.kind === 'receipt' ? 'receipt' : 'invoice', today),
    minor: 2999n,
    currency,
    dueOn: today.add({ days: 3 }),
    receivedOn: today,
    planName: 'Home 20',
    usedBytes: 50n * bytesInGb,
    allowedBytes: 50n * bytesInGb,
    renewsOn: today.add({ days: 9 }),
  };
  const known = customerId ? await findFacts(db, now, key.kind, customerId) : {};
  return previewOf(key, texts, factsOf(await getSender(db), { ...nobody, ...known }));
}

/** The newest of what such a message is about. */
async function findFacts(
  db: Db,
  now: Temporal.Instant,
  kind: string,
  customerId: string,
): Promise<Partial<LetterFacts>> {
  const { name: customerName, number: customerNumber } = await getPerson(db, customerId, 'everywhere');
  const person = { customerName, customerNumber };
  const newest = { customerId, limit: 1 };
  if (kind === 'receipt') {
    const [payment] = (await listPayments(db, newest, 'everywhere')).items;
    if (!payment) return person;
    const { receiptNumber: number, amountMinor: minor, currency, receivedOn } = payment;
    return { ...person, number, minor, currency, receivedOn };
  }
  const [invoice] = (await listInvoices(db, newest, now, 'everywhere')).items;
  if (!invoice?.number) return person;
  const { number, amountMinor: minor, currency, dueOn } = invoice;
  return { ...person, number, minor, currency, dueOn };
}
