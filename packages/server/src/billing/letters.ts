// What billing has to say to customers: reminders, invoices and receipts. Each is said once; the outbox sees to the rest.
import { sql } from 'kysely';
import { type Attachment, addMessage, isMailOn, type NewMessage } from '#notifications/outbox.ts';
import { localDate } from '#platform/dates.ts';
import { type Actor, type Database, type Db, inTransaction } from '#platform/db.ts';
import { languageOf } from '#platform/languages.ts';
import { getSettings } from '#settings/provider.ts';
import { type Addressee, addressColumns, addressee } from './addressees.ts';
import { factsOf, getSender, type LetterFacts, type Sender } from './letter-facts.ts';
import { getOverduePolicy, type OverduePolicyView } from './overdue-policy.ts';
import { renderInvoice, renderReceipt } from './papers/papers.ts';
import { dueReminder, reminderKey } from './rules/reminder-rules.ts';

const letters: Actor = { kind: 'schedule', id: null, name: 'letters' };

// What one run puts into the outbox; the next one goes on.
const mostPerRun = 500;

/** As all queries of letters select it. */
type Letter = LetterFacts & Addressee & { id: string };

/** Looks what is to be said today, and adds it to the outbox. Answers how many letters there are. */
export async function writeLetters(database: Database): Promise<number> {
  // Without a mail server letters would only grow old.
  if (!(await isMailOn(database.db))) return 0;
  const policy = await getOverduePolicy(database.db);
  const round = { database, policy, sender: await getSender(database.db) };
  return (
    (await writeReminders(round)) +
    (policy.doesMailCuts ? (await writeCuts(round)) + (await writeReturns(round)) : 0) +
    (policy.doesMailInvoices ? await mailInvoices(round) : 0) +
    (policy.doesMailReceipts ? await mailReceipts(round) : 0)
  );
}

type Round = { database: Database; policy: OverduePolicyView; sender: Sender };

type Content = Pick<NewMessage, 'kind' | 'lastsHours' | 'attachments'> & { dedupeKey: string };

async function add({ database, sender }: Round, letter: Letter, content: Content): Promise<number> {
  const isAdded = await inTransaction(database, letters, (work) =>
    addMessage(work, {
      ...content,
      customerId: letter.customerId,
      toAddress: letter.toAddress,
      language: languageOf(letter.language, sender.language),
      facts: factsOf(sender, letter),
    }),
  );
  return isAdded ? 1 : 0;
}

async function writeReminders(round: Round): Promise<number> {
  const { database, policy } = round;
  const now = database.clock.now();
  const { timeZone } = await getSettings(database.db);
  if (now.toZonedDateTimeISO(timeZone).hour < policy.reminderHour) return 0;
  const today = localDate(now, timeZone);
  const rule = { daysBefore: policy.reminderDaysBefore, daysAfter: policy.reminderDaysAfter };
  let count = 0;
  for (const letter of await listReminders(database.db, today, policy)) {
    const stage = letter.dueOn && dueReminder(letter.dueOn, today, rule);
    if (stage === undefined) continue;
    count += await add(round, letter, {
      kind: stage > 0 ? 'reminder_after' : 'reminder_before',
      dedupeKey: reminderKey(letter.id, stage),
      lastsHours: 48,
    });
  }
  return count;
}

/** Open invoices near one of the days of the policy that were not written about on it. */
async function listReminders(db: Db, today: Temporal.PlainDate, policy: OverduePolicyView): Promise<Letter[]> {
  const { rows } = await sql<Letter>`
    select invoice.id, ${addressColumns}, invoice.number,
      invoice.balance_minor as minor, invoice.currency, invoice.due_on as "dueOn"
    from billing.invoices invoice
    join customers.customers customer on customer.id = invoice.customer_id
    left join notifications.preferences preference on preference.customer_id = customer.id
    where invoice.status = 'open' and invoice.balance_minor > ${policy.toleranceMinor} and ${addressee('reminder')}
      and exists (
        select from unnest(${policy.reminderDaysBefore.map((days) => -days)}::integer[] || ${policy.reminderDaysAfter}::integer[]) as stage
        where invoice.due_on + stage between ${today.subtract({ days: 2 })} and ${today}
          and not exists (select from notifications.messages where dedupe_key = 'reminder:' || invoice.id || ':' || stage))
    order by invoice.due_on, invoice.id limit ${mostPerRun}`.execute(db);
  return rows;
}

/** Customers who were cut for money within the last day and still are, with what they owe. */
async function writeCuts(round: Round): Promise<number> {
  const { db, clock } = round.database;
  const now = clock.now();
  const today = localDate(now, (await getSettings(db)).timeZone);
  const { rows } = await sql<Letter>`
    select cut.key as id, ${addressColumns}, oldest.number, oldest.due_on as "dueOn", oldest.currency, owed.minor
    from (
      select account.customer_id, 'cut:' || account.customer_id || ':' || extract(epoch from max(block.since))::bigint as key
      from provisioning.blocks block
      join provisioning.accounts account on account.id = block.account_id and account.removed_at is null
      where block.reason = 'overdue' and block.since > ${now.subtract({ hours: 24 })} and block.lifted_at is null
      group by account.customer_id) cut
    join customers.customers customer on customer.id = cut.customer_id
    left join notifications.preferences preference on preference.customer_id = customer.id
    join lateral (
      select number, due_on, currency from billing.invoices
      where customer_id = customer.id and status = 'open' and due_on < ${today} order by due_on, id limit 1) oldest on true
    join lateral (
      select sum(balance_minor)::bigint as minor from billing.invoices
      where customer_id = customer.id and status = 'open' and due_on < ${today} and currency = oldest.currency) owed on true
    where ${addressee('reminder')} and not exists (select from notifications.messages where dedupe_key = cut.key)
    order by cut.key limit ${mostPerRun}`.execute(db);
  return addAll(round, rows, 'cut');
}

/** Whoever was told that he is cut, and is not any more: nothing stands that keeps him off. */
async function writeReturns(round: Round): Promise<number> {
  const { db, clock } = round.database;
  const { rows } = await sql<Letter>`
    select 'restored:' || told.id as id, ${addressColumns}
    from (
      select distinct account.customer_id from provisioning.blocks block
      join provisioning.accounts account on account.id = block.account_id and account.removed_at is null
      where block.reason = 'overdue' and block.lifted_at > ${clock.now().subtract({ hours: 24 })}) back
    join customers.customers customer on customer.id = back.customer_id
    left join notifications.preferences preference on preference.customer_id = customer.id
    join lateral (
      select id from notifications.messages message
      where message.customer_id = customer.id and kind = 'cut' and state in ('waiting', 'sent') order by id desc limit 1) told on true
    where ${addressee('reminder')}
      and not exists (
        select from provisioning.blocks block join provisioning.accounts account on account.id = block.account_id
        where account.customer_id = customer.id and account.removed_at is null and block.lifted_at is null)
      and not exists (select from notifications.messages where dedupe_key = 'restored:' || told.id)
    order by told.id limit ${mostPerRun}`.execute(db);
  return addAll(round, rows, 'restored');
}

/** Their ids are what they are known by. They are said while they are news. */
async function addAll(round: Round, rows: readonly Letter[], kind: 'cut' | 'restored'): Promise<number> {
  let count = 0;
  for (const letter of rows) count += await add(round, letter, { kind, dedupeKey: letter.id, lastsHours: 24 });
  return count;
}

/** Invoices of the last days, each with its paper. It is drawn before the transaction begins: that takes a while. */
async function mailInvoices(round: Round): Promise<number> {
  const { db, clock } = round.database;
  const { rows } = await sql<Letter>`
    select invoice.id, ${addressColumns}, invoice.number,
      invoice.amount_minor as minor, invoice.currency, invoice.due_on as "dueOn"
    from billing.invoices invoice
    join customers.customers customer on customer.id = invoice.customer_id
    left join notifications.preferences preference on preference.customer_id = customer.id
    where invoice.status in ('open', 'paid') and invoice.amount_minor > 0
      and invoice.id in (select id from billing.invoices where created_at > ${clock.now().subtract({ hours: 72 })})
      and ${addressee('invoice')}
      and not exists (select from notifications.messages where dedupe_key = 'invoice:' || invoice.id)
    order by invoice.id limit ${mostPerRun}`.execute(db);
  for (const letter of rows) {
    const content = await renderInvoice(db, letter.id, clock.now());
    await add(round, letter, {
      kind: 'invoice_issued',
      dedupeKey: `invoice:${letter.id}`,
      attachments: [pdfOf(letter, content)],
    });
  }
  return rows.length;
}

async function mailReceipts(round: Round): Promise<number> {
  const { db, clock } = round.database;
  const { rows } = await sql<Letter>`
    select payment.id, ${addressColumns},
      payment.receipt_number as number,
      payment.amount_minor as minor, payment.currency, payment.received_on as "receivedOn"
    from billing.payments payment
    join customers.customers customer on customer.id = payment.customer_id
    left join notifications.preferences preference on preference.customer_id = customer.id
    where payment.reversed_at is null and payment.recorded_at > ${clock.now().subtract({ hours: 24 })}
      and ${addressee('receipt')}
      and not exists (select from notifications.messages where dedupe_key = 'receipt:' || payment.id)
    order by payment.id limit ${mostPerRun}`.execute(db);
  for (const letter of rows) {
    const content = await renderReceipt(db, letter.id, 'a4');
    await add(round, letter, {
      kind: 'receipt',
      dedupeKey: `receipt:${letter.id}`,
      attachments: [pdfOf(letter, content)],
    });
  }
  return rows.length;
}

function pdfOf({ number }: Letter, content: Buffer): Attachment {
  return { name: `${number}.pdf`, type: 'application/pdf', content };
}
