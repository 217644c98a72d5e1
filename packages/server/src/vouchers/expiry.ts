// The end of a code, decided here and never by a router's clock: it leaves the router, its history stays.
import { sql } from 'kysely';
import { postJournal } from '#ledger/journals.ts';
import { localDate } from '#platform/dates.ts';
import { type Actor, type Database, inTransaction, type Work } from '#platform/db.ts';
import { getSettings } from '#settings/provider.ts';
import { noteEvents } from './vouchers.ts';

const batchSize = 200;

/** Ends what is over, some at a time, so that no transaction is long. */
export async function expireVouchers(database: Database, actor: Actor): Promise<number> {
  for (let expired = 0; ; ) {
    const count = await inTransaction(database, actor, expireSome);
    expired += count;
    if (count < batchSize) return expired;
  }
}

async function expireSome(work: Work): Promise<number> {
  const due = await work.db
    .selectFrom('vouchers.vouchers')
    .select(['id', 'router_id as routerId', 'first_used_at as firstUsedAt', 'price_minor as priceMinor', 'currency'])
    .where('ended_at', 'is', null)
    .where('sold_at', 'is not', null)
    .where('expires_at', '<=', work.now)
    .orderBy('expires_at')
    .limit(batchSize)
    .forUpdate()
    .skipLocked()
    .execute();
  if (due.length === 0) return 0;
  const ids = due.map(({ id }) => id);
  await work.db
    .updateTable('vouchers.vouchers')
    .set({
      state: 'expired',
      ended_at: work.now,
      end_reason: 'expired',
      is_wanted: false,
      // What the router was never given is not taken from it.
      pending_since: sql<Temporal.Instant | null>`case when is_on_router then ${work.now}::timestamptz end`,
    })
    .where('id', 'in', ids)
    .execute();
  await noteEvents(work, 'expired', ids);
  const { timeZone } = await getSettings(work.db);
  for (const { id, firstUsedAt, priceMinor, currency } of due) {
    // What was used has been earned at its first use; what nobody came for is breakage.
    if (firstUsedAt || !priceMinor || !currency) continue;
    await postJournal(work, {
      kind: 'voucher_expired',
      refId: id,
      postedOn: localDate(work.now, timeZone),
      currency,
      transfers: [{ debit: { kind: 'voucher_liability' }, credit: { kind: 'breakage' }, amountMinor: priceMinor }],
    });
  }
  for (const routerId of new Set(due.map((row) => row.routerId))) if (routerId) work.announce('router', routerId);
  for (const id of ids) work.announce('voucher', id);
  return due.length;
}
