// Sealed stock: made, printed, allotted to a place, and ended where it is not sold.
import type { Batch, BatchDetail, batchEventKinds } from '@lastmile/contract/batches.ts';
import { type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { keyOf, type Page, type PageRequest, pageOf } from '#platform/paging.ts';
import { holdLocation } from '#routers/scope.ts';
import { raiseAlerts } from './alerts.ts';
import { getCounterSettings } from './counter-settings.ts';
import { newCode } from './new-code.ts';
import { lockSellablePackage } from './packages.ts';
import { type Ticket, ticketsOf } from './prints.ts';
import { normalizedCode } from './rules/code-rules.ts';
import { personOf } from './shifts.ts';
import { noteEvents } from './vouchers.ts';

export type BatchView = z.output<typeof Batch>;
export type BatchDetailView = z.output<typeof BatchDetail>;
type EventKind = (typeof batchEventKinds)[number];

function selectBatches(db: Db) {
  return db
    .selectFrom('vouchers.batches as batch')
    .innerJoin('vouchers.package_versions as version', 'version.id', 'batch.version_id')
    .innerJoinLateral(
      (e) =>
        e
          .selectFrom('vouchers.vouchers')
          .select([
            sql<number>`(count(*) filter (where sold_at is null and ended_at is null))::int`.as('leftCount'),
            sql<number>`(count(*) filter (where sold_at is not null))::int`.as('soldCount'),
            sql<number>`(count(*) filter (where sold_at is null and ended_at is not null))::int`.as('voidCount'),
            sql<number>`coalesce(max(print_count), 0)::int`.as('printCount'),
          ])
          .whereRef('batch_id', '=', 'batch.id')
          .as('codes'),
      (join) => join.onTrue(),
    )
    .leftJoinLateral(
      (e) =>
        e
          .selectFrom('vouchers.batch_events')
          .select('location_id')
          .whereRef('batch_id', '=', 'batch.id')
          .where('kind', '=', 'allotted')
          .orderBy('id', 'desc')
          .limit(1)
          .as('allotted'),
      (join) => join.onTrue(),
    )
    .leftJoin('routers.locations as location', 'location.id', 'allotted.location_id')
    .select([
      'batch.id',
      'version.name as packageName',
      'version.price_minor as priceMinor',
      'version.currency',
      'batch.quantity',
      'codes.leftCount',
      'codes.soldCount',
      'codes.voidCount',
      'codes.printCount',
      'allotted.location_id as locationId',
      'location.name as locationName',
      'batch.note',
      'batch.created_at as createdAt',
      'batch.created_by as createdBy',
      sql<boolean>`exists (select from vouchers.batch_events where batch_id = batch.id and kind = 'lost')`.as('isLost'),
    ]);
}

export async function listBatches(db: Db, query: PageRequest): Promise<Page<BatchView>> {
  const key = keyOf(query.after, 'instant', 'uuid');
  const rows = await selectBatches(db)
    .$if(key !== undefined, (q) =>
      q.where(sql<SqlBool>`(batch.created_at, batch.id) < (${key?.[0]}::timestamptz, ${key?.[1]}::uuid)`),
    )
    .orderBy('batch.created_at', 'desc')
    .orderBy('batch.id', 'desc')
    .limit(query.limit + 1)
    .execute();
  return pageOf(rows, query.limit, (row) => [row.createdAt.toString(), row.id]);
}

export async function getBatch(db: Db, batchId: string): Promise<BatchDetailView> {
  const row = await selectBatches(db).where('batch.id', '=', batchId).executeTakeFirst();
  if (!row) throw new DomainError('batch_not_found', { batchId });
  const events = await db
    .selectFrom('vouchers.batch_events as event')
    .leftJoin('routers.locations as location', 'location.id', 'event.location_id')
    .select([
      'event.kind',
      'event.at',
      'event.by_name as byName',
      'event.code_count as codeCount',
      'location.name as locationName',
      'event.reason',
    ])
    .where('event.batch_id', '=', batchId)
    .orderBy('event.id')
    .limit(500)
    .execute();
  return { ...row, events: events.map((event) => ({ ...event, kind: event.kind as EventKind })) };
}

export type NewBatch = { packageId: string; quantity: number; locationId: string | null; note: string | null };

export async function makeBatch(
  work: Work,
  { packageId, quantity, locationId, note }: NewBatch,
): Promise<BatchDetailView> {
  if (locationId !== null) await holdLocation(work, locationId);
  const offered = await lockSellablePackage(work, packageId, locationId);
  const id = newId();
  await work.db
    .insertInto('vouchers.batches')
    .values({
      id,
      version_id: offered.versionId,
      quantity,
      note,
      created_at: work.now,
      created_by: work.actor.name,
    })
    .execute();
  const { codeLength } = await getCounterSettings(work.db);
  const voucherIds = Array.from({ length: quantity }, newId);
  await work.db
    .insertInto('vouchers.vouchers')
    .values(
      voucherIds.map((voucherId) => ({
        id: voucherId,
        code: newCode(codeLength),
        version_id: offered.versionId,
        batch_id: id,
        created_at: work.now,
      })),
    )
    .execute();
  await noteEvents(work, 'issued', voucherIds, { batchId: id });
  if (locationId !== null) await noteBatch(work, id, { kind: 'allotted', locationId, codeCount: quantity });
  await audit(work, 'voucher.batch_made', [id], { package: offered.name, quantity, locationId, note });
  work.announce('voucher', id);
  return getBatch(work.db, id);
}

type BatchEvent = { kind: EventKind; codeCount: number; locationId?: string | null; reason?: string };

async function noteBatch(work: Work, batchId: string, event: BatchEvent): Promise<void> {
  await work.db
    .insertInto('vouchers.batch_events')
    .values({
      batch_id: batchId,
      kind: event.kind,
      location_id: event.locationId ?? null,
      code_count: event.codeCount,
      reason: event.reason ?? null,
      at: work.now,
      by_id: personOf(work.actor),
      by_name: work.actor.name,
    })
    .execute();
}

/**
 * Held until the transaction ends, so that nobody prints what another ends just now. The row itself never changes, so that
 * the program has no right to lock it.
 */
async function lockBatch(work: Work, batchId: string): Promise<void> {
  const row = await work.db
    .selectFrom('vouchers.batches')
    .select(sql`pg_advisory_xact_lock(hashtextextended(id::text, 0))`.as('locked'))
    .where('id', '=', batchId)
    .executeTakeFirst();
  if (!row) throw new DomainError('batch_not_found', { batchId });
}

export async function allotBatch(work: Work, batchId: string, locationId: string | null): Promise<BatchDetailView> {
  if (locationId !== null) await holdLocation(work, locationId);
  await lockBatch(work, batchId);
  const before = await getBatch(work.db, batchId);
  await noteBatch(work, batchId, { kind: 'allotted', locationId, codeCount: before.leftCount });
  await audit(work, 'voucher.batch_allotted', [batchId], { locationId: [before.locationId, locationId] });
  work.announce('voucher', batchId);
  return getBatch(work.db, batchId);
}

/** What is left of a batch, on paper. A second sheet is a second set of codes in somebody's hands. */
export async function printBatch(work: Work, batchId: string): Promise<Ticket[]> {
  await lockBatch(work, batchId);
  const rows = await work.db
    .updateTable('vouchers.vouchers as voucher')
    .set((e) => ({ print_count: e('voucher.print_count', '+', 1) }))
    .from('vouchers.package_versions as version')
    .whereRef('version.id', '=', 'voucher.version_id')
    .where('voucher.batch_id', '=', batchId)
    .where('voucher.sold_at', 'is', null)
    .where('voucher.ended_at', 'is', null)
    .returning([
      'voucher.id',
      'voucher.code',
      'version.name as packageName',
      'version.price_minor as priceMinor',
      'version.currency',
      'voucher.sold_at as soldAt',
      'voucher.expires_at as expiresAt',
      'voucher.print_count as printCount',
    ])
    .execute();
  const printCount = Math.max(0, ...rows.map((row) => row.printCount));
  await noteEvents(
    work,
    printCount > 1 ? 'reprinted' : 'printed',
    rows.map(({ id }) => id),
  );
  await noteBatch(work, batchId, { kind: 'printed', codeCount: rows.length });
  await audit(work, 'voucher.batch_printed', [batchId], { count: rows.length, printCount });
  if (printCount > 1) {
    await raiseAlerts(work, [
      {
        kind: 'reprinted',
        fingerprint: `${batchId} ${printCount}`,
        staffId: work.actor.id,
        staffName: work.actor.name,
        evidence: { batch: batchId, codes: rows.length, printCount },
      },
    ]);
  }
  work.announce('voucher', batchId);
  return ticketsOf(work.db, rows);
}

/** Unsold codes end: not wanted any more, or lost. What was lost and turns up again is refused at every counter. */
export async function voidBatch(
  work: Work,
  batchId: string,
  { reason, isLost, codes }: { reason: string; isLost: boolean; codes?: string[] | undefined },
): Promise<BatchDetailView> {
  await lockBatch(work, batchId);
  const wanted = codes && [...new Set(codes.map(normalizedCode))];
  const ended = await work.db
    .updateTable('vouchers.vouchers')
    .set({ state: 'void', ended_at: work.now, end_reason: isLost ? 'lost' : 'voided' })
    .where('batch_id', '=', batchId)
    .where('sold_at', 'is', null)
    .where('ended_at', 'is', null)
    // One that is being sold just now is somebody's.
    .where('sale_id', 'is', null)
    .$if(wanted !== undefined, (q) => q.where('code', 'in', wanted ?? []))
    .returning(['id', 'code'])
    .execute();
  const missing = wanted?.find((code) => !ended.some((row) => row.code === code));
  if (missing) throw fieldError('voucher_not_found', 'codes', `${missing} is no unsold code of this batch`);
  await noteEvents(
    work,
    isLost ? 'lost' : 'voided',
    ended.map(({ id }) => id),
    { reason },
  );
  await noteBatch(work, batchId, { kind: isLost ? 'lost' : 'voided', codeCount: ended.length, reason });
  await audit(work, isLost ? 'voucher.batch_lost' : 'voucher.batch_voided', [batchId], {
    count: ended.length,
    reason,
  });
  work.announce('voucher', batchId);
  return getBatch(work.db, batchId);
}
