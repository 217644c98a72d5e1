// Sends what waits in the outbox: claim in one transaction, send in none, write down the outcome in another.
import { audit } from '#audit/entries.ts';
import { type Actor, type Database, inTransaction } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import type { Sealer } from '#platform/secrets.ts';
import { findMailServer } from './mail-settings.ts';
import { claimMessage, recordOutcome, sweepMessages } from './outbox.ts';
import { isServerAway } from './retry-rules.ts';
import { connectMailer } from './smtp.ts';
import { letterOf, standardTemplate } from './template-rules.ts';

// What a server takes within the minute until the next run; the rest is for that one.
const mostPerRun = 300;

const outbox: Actor = { kind: 'schedule', id: null, name: 'outbox' };

/** Sends what is due; answers how many the server took. Stops at the first sign that the server is away. */
export async function sendMessages(database: Database, sealer: Sealer): Promise<number> {
  await inTransaction(database, outbox, sweepMessages);
  const server = await findMailServer(database.db, sealer);
  if (!server) return 0;
  const mailer = connectMailer(server);
  let sentCount = 0;
  try {
    for (let n = 0; n < mostPerRun; n++) {
      const message = await inTransaction(database, outbox, claimMessage);
      if (!message) break;
      const outcome = await mailer.send(message);
      const failure = 'failure' in outcome ? outcome.failure : undefined;
      await inTransaction(database, outbox, (work) => recordOutcome(work, message, failure));
      if (!failure) sentCount += 1;
      else if (isServerAway(failure)) break;
    }
  } finally {
    mailer.close();
  }
  return sentCount;
}

/** Sends a test message at once, and answers with what the server said. */
export async function sendTestMail(
  database: Database,
  sealer: Sealer,
  actor: Actor,
  to: string,
): Promise<{ answer: string }> {
  const server = await findMailServer(database.db, sealer);
  if (!server) throw new DomainError('mail_is_off');
  const mailer = connectMailer(server);
  const letter = letterOf(standardTemplate('test', 'en'), 'en', {
    providerName: server.from.name || server.from.address,
    customerName: actor.name,
  });
  try {
    const outcome = await mailer.send({ id: newId(), toAddress: to, ...letter, attachments: [] });
    const isSent = 'answer' in outcome;
    await inTransaction(database, actor, (work) => audit(work, 'settings.mail_tested', [], { to, isSent }));
    if (isSent) return { answer: outcome.answer };
    throw new DomainError('mail_failed', { reason: outcome.failure.message }, outcome.failure.message);
  } finally {
    mailer.close();
  }
}
