// Codes with hours of the day: switched on and off on their routers when the hour comes.
import type { Work } from '#platform/db.ts';
import { getSettings } from '#settings/provider.ts';
import { isWithinHours } from './rules/hours-rules.ts';

export type Hours = { from: string | null; until: string | null };

/** Whether a code that was written since then is let in now; null: it has no hours, or they began or ended meanwhile. */
export function isLetIn(
  { from, until }: Hours,
  timeZone: string,
  { since, now }: { since: Temporal.Instant; now: Temporal.Instant },
): boolean | null {
  if (from === null || until === null) return null;
  const isIn = isWithinHours(timeIn(now, timeZone), from, until);
  return isWithinHours(timeIn(since, timeZone), from, until) === isIn ? isIn : null;
}

function timeIn(at: Temporal.Instant, timeZone: string): Temporal.PlainTime {
  return at.toZonedDateTimeISO(timeZone).toPlainTime();
}

/** What the hour changed is written by the next visit to its router. */
export async function switchHours(work: Work): Promise<void> {
  const versions = await work.db
    .selectFrom('vouchers.package_versions as version')
    .select(['version.id', 'version.hours_from as from', 'version.hours_until as until'])
    .where('version.hours_from', 'is not', null)
    .where((e) =>
      e.exists(
        e
          .selectFrom('vouchers.vouchers as voucher')
          .select('voucher.id')
          .whereRef('voucher.version_id', '=', 'version.id')
          .where('voucher.is_on_router', '=', true),
      ),
    )
    .execute();
  const { timeZone } = await getSettings(work.db);
  const time = timeIn(work.now, timeZone);
  const routerIds = new Set<string>();
  for (const { id, from, until } of versions) {
    const letIn = from === null || until === null || isWithinHours(time, from, until);
    const switched = await work.db
      .updateTable('vouchers.vouchers')
      .set({ is_let_in: letIn, is_on_router: false, pending_since: work.now })
      .where('version_id', '=', id)
      .where('is_wanted', '=', true)
      .where('is_on_router', '=', true)
      .where('is_let_in', 'is distinct from', letIn)
      .returning('router_id as routerId')
      .execute();
    for (const { routerId } of switched) if (routerId) routerIds.add(routerId);
  }
  for (const routerId of routerIds) work.announce('router', routerId);
}
