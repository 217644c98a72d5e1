// Codes on paper at the counter: what they are, and whether they may be sold here.
import type { SealedVoucher } from '@lastmile/contract/counter.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import type { Actor, Db, Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { normalizedCode } from './rules/code-rules.ts';
import { getShiftPlace, personOf } from './shifts.ts';

function selectSealed(db: Db, codes: readonly string[], locationId: string | null) {
  return db
    .selectFrom('vouchers.vouchers as voucher')
    .innerJoin('vouchers.package_versions as version', 'version.id', 'voucher.version_id')
    .leftJoin('vouchers.package_prices as price', (join) =>
      join.onRef('price.version_id', '=', 'version.id').on('price.location_id', '=', locationId),
    )
    .select([
      'voucher.id',
      'voucher.code',
      'voucher.batch_id as batchId',
      'voucher.sale_id as saleId',
      'voucher.sold_at as soldAt',
      'voucher.ended_at as endedAt',
      'voucher.is_on_router as isOnRouter',
      'version.id as versionId',
      'version.name as packageName',
      'version.currency',
      sql<bigint>`coalesce(price.price_minor, version.price_minor)`.as('priceMinor'),
      sql<string | null>`(select location_id from vouchers.batch_events
        where batch_id = voucher.batch_id and kind = 'allotted' order by id desc limit 1)`.as('allottedTo'),
    ])
    .where('voucher.code', 'in', [...codes])
    .orderBy('voucher.id');
}

type Row = Awaited<ReturnType<ReturnType<typeof selectSealed>['executeTakeFirstOrThrow']>>;

function refuseUnsellable(row: Row, locationId: string | null): void {
  const { code } = row;
  if (row.batchId === null) throw new DomainError('voucher_not_sealed', { code });
  if (row.soldAt) throw new DomainError('voucher_sold', { code });
  if (row.endedAt) throw new DomainError('voucher_ended', { code });
  if (row.saleId) throw new DomainError('sale_under_way', { code, retryAfterSeconds: 1 });
  if (row.isOnRouter) throw new DomainError('voucher_leaving', { code, retryAfterSeconds: 5 });
  if (row.allottedTo && row.allottedTo !== locationId) throw new DomainError('voucher_not_here', { code });
}

/** What a person with an open shift reads from a code that he holds in his hand. */
export async function getSealed(db: Db, asker: Actor, typed: string): Promise<z.output<typeof SealedVoucher>> {
  const { locationId } = await getShiftPlace(db, personOf(asker));
  const code = normalizedCode(typed);
  const row = await selectSealed(db, [code], locationId).executeTakeFirst();
  if (!row) throw new DomainError('voucher_not_found', { code });
  refuseUnsellable(row, locationId);
  return row;
}

/** Pre-printed codes to be sold now, of one package, at the price of the location. */
export async function lockSealed(work: Work, typed: readonly string[], locationId: string | null) {
  const codes = [...new Set(typed.map(normalizedCode))];
  const rows = await selectSealed(work.db, codes, locationId).forUpdate('voucher').execute();
  const missing = codes.find((code) => !rows.some((row) => row.code === code));
  const [first] = rows;
  if (missing || !first) throw new DomainError('voucher_not_found', { code: missing });
  for (const row of rows) refuseUnsellable(row, locationId);
  if (rows.some(({ versionId }) => versionId !== first.versionId)) throw new DomainError('vouchers_differ');
  const { versionId, priceMinor, currency } = first;
  return { versionId, priceMinor, currency, quantity: rows.length, sealedIds: rows.map(({ id }) => id) };
}
