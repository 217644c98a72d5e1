// A statement on its way to the customer: drawn first, for that takes a while, and then put into the outbox.
import { audit } from '#audit/entries.ts';
import { getPerson } from '#customers/customers.ts';
import { addMessage } from '#notifications/outbox.ts';
import { getPreferences } from '#notifications/preferences.ts';
import { type Actor, type Database, inTransaction, scopeOf } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { factsOf, getSender } from './letter-facts.ts';
import { renderStatement } from './papers/papers.ts';
import type { StatementQuery } from './statements.ts';

export async function mailStatement(
  database: Database,
  actor: Actor,
  customerId: string,
  query: StatementQuery,
): Promise<{ toAddress: string }> {
  const { db, clock } = database;
  const scope = scopeOf(actor);
  const { name, number, email } = await getPerson(db, customerId, scope);
  const preferences = await getPreferences(db, customerId);
  const toAddress = preferences.email ?? email;
  if (!toAddress) throw new DomainError('customer_has_no_email', { customerId, name }, `${name} has no e-mail address`);
  const content = await renderStatement(db, customerId, query, { now: clock.now(), scope });
  const sender = await getSender(db);
  await inTransaction(database, actor, async (work) => {
    await addMessage(work, {
      kind: 'statement',
      customerId,
      toAddress,
      language: preferences.language ?? sender.language,
      facts: factsOf(sender, { customerName: name, customerNumber: number }),
      attachments: [{ name: 'statement.pdf', type: 'application/pdf', content }],
    });
    // Where to, the message says: what is kept for ever names nobody (R-AUD-4).
    await audit(work, 'statement.mailed', [customerId]);
  });
  return { toAddress };
}
