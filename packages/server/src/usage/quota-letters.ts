// Customers are told before what their plan includes comes to its end, and when it has: each once in a period and for an amount.
import { type Addressee, listAddressees } from '#billing/addressees.ts';
import { factsOf, getSender, type Sender } from '#billing/letter-facts.ts';
import { addMessage, isMailOn, listSaidKeys, type NewMessage } from '#notifications/outbox.ts';
import { type Actor, type Database, inTransaction } from '#platform/db.ts';
import { languageOf } from '#platform/languages.ts';
import { quotaStage } from './quota-rules.ts';
import { type AccountQuota, quotaPages } from './quotas.ts';

const letters: Actor = { kind: 'schedule', id: null, name: 'letters' };

// What one run puts into the outbox; the next one goes on.
const mostPerRun = 500;
// After a day it is no news.
const lastsHours = 24;

type DataLetter = { key: string; kind: NewMessage['kind']; quota: AccountQuota; allowedBytes: bigint };

/** Answers how many letters there are. */
export async function writeQuotaLetters(database: Database): Promise<number> {
  const { db } = database;
  if (!(await isMailOn(db))) return 0;
  const sender = await getSender(db);
  let count = 0;
  for await (const quotas of quotaPages(database)) {
    const all = quotas.flatMap(letterOf);
    const said = await listSaidKeys(
      db,
      all.map(({ key }) => key),
    );
    const due = all.filter(({ key }) => !said.has(key));
    const addressees = await listAddressees(db, [...new Set(due.map(({ quota }) => quota.customerId))], 'reminder');
    for (const letter of due) {
      if (count >= mostPerRun) return count;
      const addressee = addressees.get(letter.quota.customerId);
      if (addressee && (await add(database, sender, letter, addressee))) count += 1;
    }
  }
  return count;
}

function letterOf(quota: AccountQuota): DataLetter[] {
  const { id, period, allowance } = quota;
  const kind = kindOf(quota);
  if (!allowance || !kind) return [];
  const allowedBytes = allowance.capBytes + allowance.extraBytes;
  return [{ key: `${kind}:${id}:${period.startsOn}:${allowedBytes}`, kind, quota, allowedBytes }];
}

/** What is so is told, and not what would be: in an emergency nobody is slowed down or cut. */
function kindOf({ allowance, slowedSince, cutSince }: AccountQuota): DataLetter['kind'] | undefined {
  if (!allowance || allowance.whenUsedUp === 'nothing') return undefined;
  const stage = quotaStage(allowance);
  if (stage === 'near') return 'data_near';
  if (stage === 'within') return undefined;
  if (cutSince) return 'data_cut';
  return slowedSince ? 'data_slowed' : undefined;
}

function add(
  database: Database,
  sender: Sender,
  { key, kind, quota, allowedBytes }: DataLetter,
  { customerId, customerName, customerNumber, toAddress, language }: Addressee,
): Promise<boolean> {
  const { planName, usedBytes, period } = quota;
  const data = { planName: planName ?? '', usedBytes, allowedBytes, renewsOn: period.endsOn };
  return inTransaction(database, letters, (work) =>
    addMessage(work, {
      kind,
      dedupeKey: key,
      lastsHours,
      customerId,
      toAddress,
      language: languageOf(language, sender.language),
      facts: factsOf(sender, { customerName, customerNumber, ...data }),
    }),
  );
}
