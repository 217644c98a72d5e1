// Cash that moves while a shift is open: every note that is not a sale has a reason.
import type { CashMovement, movementKinds } from '@lastmile/contract/counter.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { type LedgerAccount, postJournal } from '#ledger/journals.ts';
import { localDate } from '#platform/dates.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError, violatedConstraint } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { getSettings } from '#settings/provider.ts';
import type { Denomination } from './rules/shift-rules.ts';
import { lockOwnOpenShift, personOf, safeOf } from './shifts.ts';

export type MovementView = z.output<typeof CashMovement>;
type Kind = (typeof movementKinds)[number];

const columns = ['id', 'kind', 'amount_minor as amountMinor', 'reason', 'at', 'by_name as byName'] as const;

export async function moveCash(
  work: Work,
  movement: { kind: Kind; amountMinor: bigint; reason: string; idempotencyKey: string },
): Promise<MovementView> {
  const shift = await lockOwnOpenShift(work);
  const { kind, amountMinor, reason, idempotencyKey } = movement;
  const known = await findMovement(work.db, personOf(work.actor), idempotencyKey);
  if (known) {
    if (known.kind !== kind || known.amountMinor !== amountMinor) throw new DomainError('idempotency_key_used');
    return known;
  }
  const id = newId();
  await work.db
    .insertInto('vouchers.cash_movements')
    .values({
      id,
      shift_id: shift.id,
      currency: shift.currency,
      kind,
      amount_minor: amountMinor,
      reason,
      by_id: personOf(work.actor),
      by_name: work.actor.name,
      at: work.now,
      idempotency_key: idempotencyKey,
    })
    .execute()
    .catch((error: unknown) => {
      throw violatedConstraint(error) === 'in_open_shift' ? new DomainError('no_open_shift') : error;
    });
  const { timeZone } = await getSettings(work.db);
  const drawer: LedgerAccount = { kind: 'cash_drawer', ownerId: shift.id };
  const other: LedgerAccount = kind === 'expense' ? { kind: 'cash_expense' } : safeOf(shift);
  await postJournal(work, {
    kind: 'cash_movement',
    refId: id,
    postedOn: localDate(work.now, timeZone),
    currency: shift.currency,
    transfers: [
      kind === 'in' ? { debit: drawer, credit: other, amountMinor } : { debit: other, credit: drawer, amountMinor },
    ],
  });
  await audit(work, 'shift.cash_moved', [shift.id, id], {
    kind,
    amountMinor: amountMinor.toString(),
    currency: shift.currency,
    reason,
  });
  work.announce('voucher', shift.id);
  return { id, kind, amountMinor, reason, at: work.now, byName: work.actor.name };
}

async function findMovement(db: Db, staffId: string, key: string): Promise<MovementView | undefined> {
  const row = await db
    .selectFrom('vouchers.cash_movements')
    .select(columns)
    .where('by_id', '=', staffId)
    .where('idempotency_key', '=', key)
    .executeTakeFirst();
  return row ? { ...row, kind: row.kind as Kind } : undefined;
}

export async function listMovements(db: Db, shiftId: string): Promise<MovementView[]> {
  const rows = await db
    .selectFrom('vouchers.cash_movements')
    .select(columns)
    .where('shift_id', '=', shiftId)
    .orderBy('at')
    .limit(1000)
    .execute();
  return rows.map((row) => ({ ...row, kind: row.kind as Kind }));
}

export async function getOpenedCash(db: Db, shiftId: string): Promise<Denomination[]> {
  const { cash } = await db
    .selectFrom('vouchers.shifts')
    .select(sql<Denomination[]>`opened_cash`.as('cash'))
    .where('id', '=', shiftId)
    .executeTakeFirstOrThrow();
  return cash;
}
