// Codes and their lives: reads, and the events that every operation leaves.
import type { endReasons, Voucher, VoucherDetail, voucherStates } from '@lastmile/contract/vouchers.ts';
import { type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import type { Db, Scope, Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { keyOf, type Page, type PageRequest, pageOf } from '#platform/paging.ts';
import { routerInScope } from '#routers/scope.ts';
import { normalizedCode } from './rules/code-rules.ts';

export type VoucherView = z.output<typeof Voucher>;
export type VoucherDetailView = z.output<typeof VoucherDetail>;

export function selectVouchers(db: Db) {
  return db
    .selectFrom('vouchers.vouchers as voucher')
    .innerJoin('vouchers.package_versions as version', 'version.id', 'voucher.version_id')
    .leftJoin('routers.routers as router', 'router.id', 'voucher.router_id')
    .select([
      'voucher.id',
      'voucher.code',
      'voucher.state',
      'version.name as packageName',
      sql<bigint>`coalesce(voucher.price_minor, version.price_minor)`.as('priceMinor'),
      'version.currency',
      'version.duration_seconds as durationSeconds',
      'version.data_bytes as dataBytes',
      'voucher.seller_name as sellerName',
      'voucher.router_id as routerId',
      'router.label as routerLabel',
      'voucher.customer_phone as customerPhone',
      'voucher.sold_at as soldAt',
      'voucher.first_used_at as firstUsedAt',
      'voucher.expires_at as expiresAt',
      'voucher.ended_at as endedAt',
      'voucher.end_reason as endReason',
      sql<number>`voucher.used_seconds::float8`.as('usedSeconds'),
      'voucher.used_bytes as usedBytes',
      'voucher.print_count as printCount',
      'voucher.pending_since as pendingSince',
      'voucher.trouble_message as troubleMessage',
      'voucher.shift_id as shiftId',
      'voucher.batch_id as batchId',
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectVouchers>['executeTakeFirstOrThrow']>>;

export function voucherViewOf({ pendingSince, troubleMessage, ...row }: Row): VoucherView & {
  shiftId: string | null;
  batchId: string | null;
} {
  return {
    ...row,
    state: row.state as (typeof voucherStates)[number],
    endReason: row.endReason as (typeof endReasons)[number] | null,
    pending: pendingSince ? { since: pendingSince, message: troubleMessage } : null,
  };
}

/** What a person sold, newest first. */
export function listOwnVouchers(db: Db, staffId: string, request: PageRequest): Promise<Page<VoucherView>> {
  return pageOfSold(selectVouchers(db).where('voucher.seller_id', '=', staffId), request);
}

export type VoucherQuery = PageRequest & {
  search?: string | undefined;
  state: (typeof voucherStates)[number] | 'pending' | 'all';
};

/** By the beginning of a code, by seller or by the customer's phone. */
export function listVouchers(db: Db, query: VoucherQuery, scope: Scope): Promise<Page<VoucherView>> {
  const search = query.search?.trim();
  const found = selectVouchers(db)
    .where(routerInScope(scope, 'voucher.router_id'))
    .$if(Boolean(search), (q) =>
      q.where((e) =>
        e.or([
          e('voucher.code', 'like', `${normalizedCode(search ?? '').replace(/[\\%_]/g, '')}%`),
          e('voucher.seller_name', '=', (search ?? '').toLowerCase()),
          e('voucher.customer_phone', '=', search ?? ''),
        ]),
      ),
    )
    .$if(query.state === 'pending', (q) => q.where('voucher.pending_since', 'is not', null))
    .$if(query.state !== 'pending' && query.state !== 'all', (q) => q.where('voucher.state', '=', query.state));
  return pageOfSold(found, query);
}

/** Those of the chosen that are sold, newest first. */
async function pageOfSold(
  chosen: ReturnType<typeof selectVouchers>,
  { after, limit }: PageRequest,
): Promise<Page<VoucherView>> {
  const key = keyOf(after, 'instant', 'uuid');
  const rows = await chosen
    .where('voucher.sold_at', 'is not', null)
    .$if(key !== undefined, (q) =>
      q.where(sql<SqlBool>`(voucher.sold_at, voucher.id) < (${key?.[0]}::timestamptz, ${key?.[1]}::uuid)`),
    )
    .orderBy('voucher.sold_at', 'desc')
    .orderBy('voucher.id', 'desc')
    .limit(limit + 1)
    .execute();
  const page = pageOf(rows, limit, (row) => [row.soldAt?.toString() ?? '', row.id]);
  return { next: page.next, items: page.items.map(voucherViewOf) };
}

export async function getVoucher(db: Db, voucherId: string, scope: Scope): Promise<VoucherDetailView> {
  const row = await selectVouchers(db)
    .where('voucher.id', '=', voucherId)
    .where(routerInScope(scope, 'voucher.router_id'))
    .executeTakeFirst();
  if (!row) throw new DomainError('voucher_not_found', { voucherId });
  const events = await db
    .selectFrom('vouchers.events')
    .select(['at', 'kind', 'by_name as byName', sql<Record<string, unknown>>`details`.as('details')])
    .where('voucher_id', '=', voucherId)
    .orderBy('id')
    .limit(500)
    .execute();
  const devices = await db
    .selectFrom('vouchers.devices as device')
    .innerJoin('routers.routers as router', 'router.id', 'device.router_id')
    .select(['device.mac', 'router.label as routerLabel', 'device.first_seen_at as firstSeenAt'])
    .where('device.voucher_id', '=', voucherId)
    .orderBy('device.first_seen_at')
    .limit(100)
    .execute();
  return { ...voucherViewOf(row), devices, events };
}

/** What happened to each of these codes. */
type Happening = readonly [kind: string, voucherIds: readonly string[], details?: Record<string, unknown>];

/** One line in the life of each of these codes. */
export function noteEvents(work: Work, ...happening: Happening): Promise<void> {
  return noteAllEvents(work, [happening]);
}

/** Several things that happened at once, in their order. */
export async function noteAllEvents(work: Work, happenings: readonly Happening[]): Promise<void> {
  const events = happenings.flatMap(([kind, voucherIds, details = {}]) =>
    voucherIds.map((voucher_id) => ({
      voucher_id,
      at: work.now,
      kind,
      by_name: work.actor.name,
      details: JSON.stringify(details),
    })),
  );
  if (events.length > 0) await work.db.insertInto('vouchers.events').values(events).execute();
}
