// Rows that were edited behind the program. Each sale, count, cash movement, hand-over and refund has its entry in the audit log,
// which is signed and chained: what a row says and its entry does not was written by another hand.
import { sql } from 'kysely';
import { type LogWitness, verifyLog } from '#audit/verify.ts';
import { type Actor, type Database, type Db, inTransaction } from '#platform/db.ts';
import { type NewAlert, raiseAlerts } from '#vouchers/alerts.ts';

const maxFindings = 200;

/** Looks at what was written since then, and at the log that it is held against. */
export async function watchBooks(
  database: Database,
  actor: Actor,
  witness: LogWitness,
  since: Temporal.Instant,
): Promise<void> {
  const alerts = [...(await findEditedLog(database, witness, since)), ...(await findEditedRows(database.db, since))];
  if (alerts.length > 0) await inTransaction(database, actor, (work) => raiseAlerts(work, alerts));
}

async function findEditedLog(
  { db }: Database,
  { signing, anchors }: LogWitness,
  since: Temporal.Instant,
): Promise<NewAlert[]> {
  const from = since.toZonedDateTimeISO('UTC').toPlainDate().subtract({ days: 1 });
  const { problems } = await verifyLog(db, { signing, anchors: await anchors.readAnchors(), since: from });
  return problems.map(({ kind, seq, entryId, action, actor }) => ({
    kind: 'log_edited',
    fingerprint: `${kind} ${seq} ${entryId}`,
    evidence: { problem: kind, record: seq === null ? null : `${seq}`, action, actor },
  }));
}

/** A kind of row, the entry that its act wrote, which of the ids in it is the row's, and where the amount stands in both. */
type Kept = {
  table: string;
  key?: string;
  at: string;
  action: string;
  place: number;
  amount: string;
  detail: string;
  /** What else of the row is among the entry's ids, and at which place: a sale does not move to another shift. */
  also?: { column: string; place: number };
};

const kept: readonly Kept[] = [
  {
    table: 'sales',
    at: 'ended_at',
    action: 'voucher.sold',
    place: 1,
    amount: 'total_minor',
    detail: 'totalMinor',
    also: { column: 'shift_id', place: 2 },
  },
  { table: 'shifts', at: 'opened_at', action: 'shift.opened', place: 1, amount: 'opened_minor', detail: 'openedMinor' },
  {
    table: 'shifts',
    at: 'counted_at',
    action: 'shift.counted',
    place: 1,
    amount: 'counted_minor',
    detail: 'countedMinor',
    also: { column: 'staff_id', place: 2 },
  },
  {
    table: 'cash_movements',
    at: 'at',
    action: 'shift.cash_moved',
    place: 2,
    amount: 'amount_minor',
    detail: 'amountMinor',
  },
  {
    table: 'hand_overs',
    at: 'received_at',
    action: 'cash.received',
    place: 1,
    amount: 'received_minor',
    detail: 'receivedMinor',
  },
  {
    table: 'refunds',
    key: 'voucher_id',
    at: 'at',
    action: 'voucher.refunded',
    place: 1,
    amount: 'amount_minor',
    detail: 'amountMinor',
  },
];

async function findEditedRows(db: Db, since: Temporal.Instant): Promise<NewAlert[]> {
  const found = await Promise.all(kept.map((kind) => findEdited(db, since, kind)));
  return found.flat();
}

async function findEdited(db: Db, since: Temporal.Instant, kind: Kept): Promise<NewAlert[]> {
  const { table, action } = kind;
  const [key, amount] = [sql.ref(`item.${kind.key ?? 'id'}`), sql.ref(`item.${kind.amount}`)];
  // A sale that was refused made no entry of this kind, and no money.
  const isKept = table === 'sales' ? sql`item.state = 'complete'` : sql`true`;
  const { also } = kind;
  const isMoved = also
    ? sql<boolean>`${sql.ref(`item.${also.column}`)} is distinct from entry.about[${sql.lit(also.place)}]`
    : sql<boolean>`false`;
  const { rows } = await sql<{ id: string; row: string; log: string | null; isMoved: boolean }>`
    select item.id, ${amount}::text as row, entry.details->>${kind.detail} as log, entry.id is not null and ${isMoved} as "isMoved"
    from ${sql.table(`vouchers.${table}`)} item
    left join audit.entries entry on entry.action = ${action} and entry.about[${sql.lit(kind.place)}] = ${key}
      -- Kept to the microsecond there, and as the same moment.
      and entry.at >= ${since.subtract({ seconds: 1 })}
    where ${sql.ref(`item.${kind.at}`)} >= ${since} and ${isKept}
      and (${amount}::text is distinct from entry.details->>${kind.detail} or ${isMoved})
    order by item.id limit ${maxFindings}`.execute(db);
  return rows.map(({ id, row, log, isMoved: hasMoved }) => ({
    kind: 'row_edited',
    fingerprint: `${table} ${action} ${id} ${row}${hasMoved ? ' moved' : ''}`,
    evidence: { table, id, row, log, ...(hasMoved ? { moved: kind.also?.column } : {}) },
  }));
}
