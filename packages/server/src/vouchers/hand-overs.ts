// The way of cash from a drawer to the safe and on to the bank: each step is given by one person and signed for by another.
import type { HandOver } from '@lastmile/contract/counter.ts';
import { type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { type LedgerAccount, postJournal, type Transfer } from '#ledger/journals.ts';
import { localDate } from '#platform/dates.ts';
import { type Db, type Scope, scopeOf, type Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { keyOf, type Page, type PageRequest, pageOf } from '#platform/paging.ts';
import { holdLocation, locationInScope } from '#routers/scope.ts';
import { getSettings } from '#settings/provider.ts';
import { raiseAlerts } from './alerts.ts';
import { personOf, safeOf } from './shifts.ts';

export type HandOverView = z.output<typeof HandOver>;

function selectHandOvers(db: Db, scope: Scope) {
  return db
    .selectFrom('vouchers.hand_overs as given')
    .leftJoin('routers.locations as location', 'location.id', 'given.location_id')
    .select([
      'given.id',
      'given.kind',
      'given.shift_id as shiftId',
      'given.location_id as locationId',
      'location.name as locationName',
      'given.currency',
      'given.amount_minor as amountMinor',
      'given.reference',
      'given.given_by as givenBy',
      'given.given_name as givenName',
      'given.given_at as givenAt',
      'given.received_minor as receivedMinor',
      'given.received_name as receivedName',
      'given.received_at as receivedAt',
      'given.note',
    ])
    .where(locationInScope(scope, 'given.location_id'));
}

type Row = Awaited<ReturnType<ReturnType<typeof selectHandOvers>['executeTakeFirstOrThrow']>>;

function viewOf(row: Row): HandOverView {
  return { ...row, kind: row.kind as HandOverView['kind'] };
}

export async function listHandOvers(
  db: Db,
  query: PageRequest & { state: 'open' | 'all' },
  scope: Scope,
): Promise<Page<HandOverView>> {
  const key = keyOf(query.after, 'instant', 'uuid');
  const rows = await selectHandOvers(db, scope)
    .$if(query.state === 'open', (q) => q.where('given.received_at', 'is', null))
    .$if(key !== undefined, (q) =>
      q.where(sql<SqlBool>`(given.given_at, given.id) < (${key?.[0]}::timestamptz, ${key?.[1]}::uuid)`),
    )
    .orderBy('given.given_at', 'desc')
    .orderBy('given.id', 'desc')
    .limit(query.limit + 1)
    .execute();
  const page = pageOf(rows, query.limit, (row) => [row.givenAt.toString(), row.id]);
  return { next: page.next, items: page.items.map(viewOf) };
}

/** Cash leaves the safe of a location for the bank. What the safe began with is in no book, so how much is in it is not judged here. */
export async function sendToBank(
  work: Work,
  { locationId, amountMinor, reference }: { locationId: string | null; amountMinor: bigint; reference: string | null },
): Promise<HandOverView> {
  await holdLocation(work, locationId);
  const { currency, timeZone } = await getSettings(work.db);
  const safe = safeOf({ locationId });
  const id = newId();
  await work.db
    .insertInto('vouchers.hand_overs')
    .values({
      id,
      kind: 'safe_to_bank',
      location_id: locationId,
      currency,
      amount_minor: amountMinor,
      reference,
      given_by: personOf(work.actor),
      given_name: work.actor.name,
      given_at: work.now,
    })
    .execute();
  await postJournal(work, {
    kind: 'hand_over',
    refId: id,
    postedOn: localDate(work.now, timeZone),
    currency,
    transfers: [{ debit: { kind: 'cash_in_transit', ownerId: id }, credit: safe, amountMinor }],
  });
  await audit(work, 'cash.handed_over', [id], { amountMinor: amountMinor.toString(), currency, reference });
  work.announce('voucher', id);
  return getHandOver(work.db, id, scopeOf(work.actor));
}

async function getHandOver(db: Db, id: string, scope: Scope): Promise<HandOverView> {
  const row = await selectHandOvers(db, scope).where('given.id', '=', id).executeTakeFirst();
  if (!row) throw new DomainError('hand_over_not_found', { handOverId: id });
  return viewOf(row);
}

/** Signed for by another person, with what he counted; a difference is posted and told. */
export async function receiveHandOver(
  work: Work,
  id: string,
  { receivedMinor, note }: { receivedMinor: bigint; note: string | null },
): Promise<HandOverView> {
  await work.db.selectFrom('vouchers.hand_overs').select('id').where('id', '=', id).forUpdate().execute();
  const given = await getHandOver(work.db, id, scopeOf(work.actor));
  if (given.givenBy === personOf(work.actor))
    throw new DomainError('self_approval', { handOverId: id }, 'nobody signs for his own cash');
  if (given.receivedAt) throw new DomainError('hand_over_signed', { handOverId: id });
  await work.db
    .updateTable('vouchers.hand_overs')
    .set({
      received_minor: receivedMinor,
      received_by: work.actor.id,
      received_name: work.actor.name,
      received_at: work.now,
      note,
    })
    .where('id', '=', id)
    .execute();
  await bookReceipt(work, given, receivedMinor);
  const varianceMinor = receivedMinor - given.amountMinor;
  if (varianceMinor !== 0n) {
    await raiseAlerts(work, [
      {
        kind: 'hand_over_variance',
        fingerprint: id,
        locationId: given.locationId,
        staffId: given.givenBy,
        staffName: given.givenName,
        shiftId: given.shiftId,
        amountMinor: varianceMinor,
        evidence: {
          given: given.amountMinor.toString(),
          received: receivedMinor.toString(),
          receivedBy: work.actor.name,
        },
      },
    ]);
  }
  await audit(work, 'cash.received', [id], {
    givenMinor: given.amountMinor.toString(),
    receivedMinor: receivedMinor.toString(),
    currency: given.currency,
  });
  work.announce('voucher', id);
  return getHandOver(work.db, id, scopeOf(work.actor));
}

async function bookReceipt(work: Work, given: HandOverView, receivedMinor: bigint): Promise<void> {
  const { timeZone } = await getSettings(work.db);
  const inTransit: LedgerAccount = { kind: 'cash_in_transit', ownerId: given.shiftId ?? given.id };
  const difference: LedgerAccount = { kind: 'cash_over_short' };
  const place: LedgerAccount = given.kind === 'safe_to_bank' ? { kind: 'bank' } : safeOf(given);
  const missingMinor = given.amountMinor - receivedMinor;
  const transfers: Transfer[] = [
    ...(missingMinor > 0n ? [{ debit: difference, credit: inTransit, amountMinor: missingMinor }] : []),
    ...(missingMinor < 0n ? [{ debit: inTransit, credit: difference, amountMinor: -missingMinor }] : []),
    ...(receivedMinor > 0n ? [{ debit: place, credit: inTransit, amountMinor: receivedMinor }] : []),
  ];
  await postJournal(work, {
    kind: 'hand_over_received',
    refId: given.id,
    postedOn: localDate(work.now, timeZone),
    currency: given.currency,
    transfers,
  });
}
