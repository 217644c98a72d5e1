// Books as revenue what the days that went by have earned of what was charged ahead (billing.md section 5). It may be killed, run
// twice and run late: a step is one transaction, and the row says how far it is.
import { sql } from 'kysely';
import { audit } from '#audit/entries.ts';
import { findOpenDay } from '#ledger/closing.ts';
import { postJournal } from '#ledger/journals.ts';
import { type DateRange, isBefore, lastDayOf } from '#platform/dates.ts';
import { type Actor, type Database, type Db, inTransaction, type Work } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { absolute } from '#platform/money.ts';
import { getToday } from './invoices.ts';
import { stepsOfRecognition } from './rules/recognition-rules.ts';

// Who books an invoice shares it, who moves the day on has it alone: so no invoice falls between the day that it saw and the day
// that is booked.
const dayLock = sql`hashtextextended('billing.recognition', 0)`;

/** The first day that is not booked as earned; it stays so until the commit. */
export async function holdRecognition(work: Work): Promise<Temporal.PlainDate | undefined> {
  await sql`select pg_advisory_xact_lock_shared(${dayLock})`.execute(work.db);
  return getRecognizedThrough(work.db);
}

/** The first day that is not booked as earned; undefined where nothing was charged for days. */
export async function findEarnedBefore(db: Db): Promise<Temporal.PlainDate | undefined> {
  return (await getRecognizedThrough(db)) ?? findFirstDay(db);
}

export async function getRecognizedThrough(db: Db): Promise<Temporal.PlainDate | undefined> {
  const { through } = await db.selectFrom('billing.recognition').select('through').executeTakeFirstOrThrow();
  return through ?? undefined;
}

/** Books all that is earned before today, a month at a time. Answers how many steps it took. */
export async function recognizeRevenue(database: Database, actor: Actor): Promise<number> {
  const until = await getToday(database.db, database.clock.now());
  const from = (await findEarnedBefore(database.db)) ?? until;
  const steps = stepsOfRecognition(from, until);
  for (const step of steps) await inTransaction(database, actor, (work) => recognizeStep(work, step));
  return steps.length;
}

async function findFirstDay(db: Db): Promise<Temporal.PlainDate | undefined> {
  const { first } = await db
    .selectFrom('billing.invoice_lines')
    .select((e) => e.fn.min('starts_on').as('first'))
    .executeTakeFirstOrThrow();
  return first ?? undefined;
}

async function recognizeStep(work: Work, step: DateRange): Promise<void> {
  await sql`select pg_advisory_xact_lock(${dayLock})`.execute(work.db);
  const through = await getRecognizedThrough(work.db);
  // Somebody else was here.
  if (through && isBefore(step.startsOn, through)) return;
  const postedOn = await findOpenDay(work.db, lastDayOf(step));
  for (const { currency, amountMinor } of await sumEarned(work.db, step)) {
    const refId = newId();
    const [debit, credit] =
      amountMinor > 0n
        ? ([{ kind: 'deferred_revenue' }, { kind: 'revenue' }] as const)
        : ([{ kind: 'revenue' }, { kind: 'deferred_revenue' }] as const);
    await postJournal(work, {
      kind: 'recognition',
      refId,
      postedOn,
      currency,
      transfers: [{ debit, credit, amountMinor: absolute(amountMinor) }],
    });
    await audit(work, 'revenue.recognized', [refId], {
      from: step.startsOn.toString(),
      to: lastDayOf(step).toString(),
      amountMinor: amountMinor.toString(),
      currency,
    });
  }
  await work.db.updateTable('billing.recognition').set({ through: step.endsOn }).execute();
}

/** `earnedBefore` as SQL, for a hundred thousand lines at once; a test holds the two together. */
function earnedBeforeSql(day: Temporal.PlainDate) {
  return sql`(sign(net) * ((2 * abs(net) * least(greatest(${day}::date - starts_on, 0), ends_on - starts_on) + (ends_on - starts_on))
    / (2 * (ends_on - starts_on))))`;
}

async function sumEarned(
  db: Db,
  { startsOn, endsOn }: DateRange,
): Promise<{ currency: string; amountMinor: bigint }[]> {
  const { rows } = await sql<{ currency: string; amountMinor: bigint }>`
    with charged as (
      select invoice.currency, line.net_minor as net, line.starts_on, line.ends_on
      from billing.invoice_lines line
      join billing.invoices invoice on invoice.id = line.invoice_id and invoice.status not in ('draft', 'void')
      where line.ends_on > ${startsOn} and line.starts_on < ${endsOn}
      union all
      select note.currency, -line.net_minor, line.starts_on, line.ends_on
      from billing.credit_note_lines line
      join billing.credit_notes note on note.id = line.credit_note_id
      where line.ends_on > ${startsOn} and line.starts_on < ${endsOn}
    )
    select currency, sum(${earnedBeforeSql(endsOn)} - ${earnedBeforeSql(startsOn)})::bigint as "amountMinor"
    from charged group by currency
    having sum(${earnedBeforeSql(endsOn)} - ${earnedBeforeSql(startsOn)}) <> 0
    order by currency`.execute(db);
  return rows;
}
