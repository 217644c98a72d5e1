// What billing has to say to customers: reminders, invoices and receipts. Each is said once; the outbox sees to the rest.
import { type SqlBool, sql } from 'kysely';
import { addMessage } from '#notifications/outbox.ts';
import { localDate } from '#platform/dates.ts';
import { type Actor, type Database, type Db, inTransaction } from '#platform/db.ts';
import { languageOf } from '#platform/languages.ts';
import { getSettings } from '#settings/provider.ts';
import { getOverduePolicy, type OverduePolicyView } from './overdue-policy.ts';
import { renderInvoice, renderReceipt } from './papers.ts';
import { dueReminder, reminderKey } from './reminder-rules.ts';

const letters: Actor = { kind: 'schedule', id: null, name: 'letters' };

// What one run puts into the outbox; the next one goes on.
const mostPerRun = 500;

/** Where somebody is written to, and in which language; nothing for who has no address or does not want it. */
const addressee = (category: 'invoice' | 'reminder' | 'receipt') => sql<SqlBool>`
  customer.removed_at is null and coalesce(preference.email, customer.email) is not null
  and not ${category} = any(coalesce(preference.opted_out, '{}'))`;

type Letter = {
  id: string;
  customerId: string;
  customerName: string;
  toAddress: string;
  language: string | null;
  number: string;
  minor: bigint;
  currency: string;
  dueOn: Temporal.PlainDate;
};

/** Looks what is to be said today, and adds it to the outbox. Answers how many letters there are. */
export async function writeLetters(database: Database): Promise<number> {
  const { isOn } = await database.db
    .selectFrom('notifications.mail_settings')
    .select('is_on as isOn')
    .executeTakeFirstOrThrow();
  // Without a mail server letters would only grow old.
  if (!isOn) return 0;
  const policy = await getOverduePolicy(database.db);
  return (
    (await writeReminders(database, policy)) +
    (policy.doesMailInvoices ? await mailInvoices(database) : 0) +
    (policy.doesMailReceipts ? await mailReceipts(database) : 0)
  );
}

async function writeReminders(database: Database, policy: OverduePolicyView): Promise<number> {
  const now = database.clock.now();
  const { timeZone, providerName } = await getSettings(database.db);
  if (now.toZonedDateTimeISO(timeZone).hour < policy.reminderHour) return 0;
  const today = localDate(now, timeZone);
  const rule = { daysBefore: policy.reminderDaysBefore, daysAfter: policy.reminderDaysAfter };
  let count = 0;
  for (const letter of await listReminders(database.db, today, policy)) {
    const stage = dueReminder(letter.dueOn, today, rule);
    if (stage === undefined) continue;
    const isAdded = await inTransaction(database, letters, (work) =>
      addMessage(work, {
        kind: stage > 0 ? 'reminder_after' : 'reminder_before',
        ...addressOf(letter),
        dedupeKey: reminderKey(letter.id, stage),
        facts: { providerName, ...factsOf(letter) },
        lastsHours: 48,
      }),
    );
    if (isAdded) count += 1;
  }
  return count;
}

const addressOf = ({ customerId, toAddress, language }: Letter) => ({
  customerId,
  toAddress,
  language: languageOf(language),
});

const factsOf = ({ customerName, number, minor, currency, dueOn }: Letter) => ({
  customerName,
  number,
  amount: { minor, currency },
  dueOn,
});

/** Open invoices near one of the days of the policy that were not written about on it. */
async function listReminders(db: Db, today: Temporal.PlainDate, policy: OverduePolicyView): Promise<Letter[]> {
  const { rows } = await sql<Letter>`
    select invoice.id, invoice.customer_id as "customerId", customer.name as "customerName",
      coalesce(preference.email, customer.email) as "toAddress", preference.language, invoice.number,
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

/** Invoices of the last days, each with its paper. It is drawn before the transaction begins: that takes a while. */
async function mailInvoices(database: Database): Promise<number> {
  const { rows } = await sql<Letter>`
    select invoice.id, invoice.customer_id as "customerId", customer.name as "customerName",
      coalesce(preference.email, customer.email) as "toAddress", preference.language, invoice.number,
      invoice.amount_minor as minor, invoice.currency, invoice.due_on as "dueOn"
    from billing.invoices invoice
    join customers.customers customer on customer.id = invoice.customer_id
    left join notifications.preferences preference on preference.customer_id = customer.id
    where invoice.status in ('open', 'paid') and invoice.amount_minor > 0
      and invoice.id in (select id from billing.invoices where created_at > ${database.clock.now().subtract({ hours: 72 })})
      and ${addressee('invoice')}
      and not exists (select from notifications.messages where dedupe_key = 'invoice:' || invoice.id)
    order by invoice.id limit ${mostPerRun}`.execute(database.db);
  const { providerName } = await getSettings(database.db);
  for (const letter of rows) {
    const content = await renderInvoice(database.db, letter.id, database.clock.now());
    await inTransaction(database, letters, (work) =>
      addMessage(work, {
        kind: 'invoice_issued',
        ...addressOf(letter),
        dedupeKey: `invoice:${letter.id}`,
        facts: { providerName, ...factsOf(letter) },
        attachments: [{ name: `${letter.number}.pdf`, type: 'application/pdf', content }],
      }),
    );
  }
  return rows.length;
}

async function mailReceipts(database: Database): Promise<number> {
  const { rows } = await sql<Letter>`
    select payment.id, payment.customer_id as "customerId", customer.name as "customerName",
      coalesce(preference.email, customer.email) as "toAddress", preference.language,
      'RCP-' || lpad(payment.receipt_no::text, 6, '0') as number,
      payment.amount_minor as minor, payment.currency, payment.received_on as "dueOn"
    from billing.payments payment
    join customers.customers customer on customer.id = payment.customer_id
    left join notifications.preferences preference on preference.customer_id = customer.id
    where payment.reversed_at is null and payment.recorded_at > ${database.clock.now().subtract({ hours: 24 })}
      and ${addressee('receipt')}
      and not exists (select from notifications.messages where dedupe_key = 'receipt:' || payment.id)
    order by payment.id limit ${mostPerRun}`.execute(database.db);
  const { providerName } = await getSettings(database.db);
  for (const letter of rows) {
    const content = await renderReceipt(database.db, letter.id, 'a4');
    await inTransaction(database, letters, (work) =>
      addMessage(work, {
        kind: 'receipt',
        ...addressOf(letter),
        dedupeKey: `receipt:${letter.id}`,
        facts: { providerName, ...factsOf(letter) },
        attachments: [{ name: `${letter.number}.pdf`, type: 'application/pdf', content }],
      }),
    );
  }
  return rows.length;
}
