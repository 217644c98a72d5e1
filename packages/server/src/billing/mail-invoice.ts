// An invoice goes to its customer because somebody said so; what is written by itself is in letters.ts.
import { audit } from '#audit/entries.ts';
import { getPerson } from '#customers/customers.ts';
import { addMessage, isMailOn } from '#notifications/outbox.ts';
import { getPreferences } from '#notifications/preferences.ts';
import { type Actor, type Database, inTransaction, scopeOf } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { getInvoice } from './invoices.ts';
import { factsOf, getSender } from './letter-facts.ts';
import { renderInvoice } from './papers/papers.ts';

/** The paper is drawn before the transaction begins: that takes a while. Twice within a minute is once. */
export async function mailInvoice(
  { database, actor }: { database: Database; actor: Actor },
  invoiceId: string,
): Promise<{ toAddress: string }> {
  const { db, clock } = database;
  const now = clock.now();
  const scope = scopeOf(actor);
  const invoice = await getInvoice(db, invoiceId, now, scope);
  const { number, customerId, customerName, dueOn, currency } = invoice;
  const content = await renderInvoice(db, invoiceId, now, scope);
  if (!(await isMailOn(db))) throw new DomainError('mail_is_off', {});
  const person = await getPerson(db, customerId, scope);
  const { email, language } = await getPreferences(db, customerId);
  const toAddress = email ?? person.email;
  if (!toAddress || person.removedAt)
    throw new DomainError('customer_without_email', { customerId }, 'this customer has no e-mail address');
  const sender = await getSender(db);
  await inTransaction(database, actor, async (work) => {
    const isAdded = await addMessage(work, {
      kind: 'invoice_issued',
      customerId,
      toAddress,
      language: language ?? sender.language,
      dedupeKey: `invoice:${invoiceId}:${work.now.round('minute')}`,
      facts: factsOf(sender, {
        customerName,
        customerNumber: person.number,
        number: number ?? '',
        minor: invoice.amountMinor,
        currency,
        dueOn,
      }),
      attachments: [{ name: `${number}.pdf`, type: 'application/pdf', content }],
    });
    // Where to, the message says: what is kept for ever names nobody (R-AUD-4).
    if (isAdded) await audit(work, 'invoice.mailed', [customerId, invoiceId], { number });
  });
  return { toAddress };
}
