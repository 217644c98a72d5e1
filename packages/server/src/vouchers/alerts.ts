// What somebody must look at: found once, with its evidence, and worked off by a person who is not its subject.
import type { Alert, alertStates } from '@lastmile/contract/reconciliation.ts';
import { type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { type Actor, type Db, type Scope, scopeOf, type Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { keyOf, type Page, type PageRequest, pageOf } from '#platform/paging.ts';
import { locationInScope } from '#routers/scope.ts';
import { personOf } from './shifts.ts';

export type AlertView = z.output<typeof Alert>;
type State = (typeof alertStates)[number];

export type NewAlert = {
  kind: string;
  /** The same finding has the same; it is told once. */
  fingerprint: string;
  routerId?: string | null | undefined;
  locationId?: string | null | undefined;
  staffId?: string | null | undefined;
  staffName?: string | null | undefined;
  shiftId?: string | null | undefined;
  voucherId?: string | null | undefined;
  amountMinor?: bigint | undefined;
  evidence: Record<string, unknown>;
};

/** Keeps what is new among findings, and says how many that were. */
export async function raiseAlerts(work: Work, alerts: readonly NewAlert[]): Promise<number> {
  let raised = 0;
  for (const alert of alerts) {
    const id = newId();
    const row = await work.db
      .insertInto('vouchers.alerts')
      .values({
        id,
        kind: alert.kind,
        fingerprint: alert.fingerprint,
        found_at: work.now,
        router_id: alert.routerId ?? null,
        location_id: alert.locationId ?? null,
        staff_id: alert.staffId ?? null,
        staff_name: alert.staffName ?? null,
        shift_id: alert.shiftId ?? null,
        voucher_id: alert.voucherId ?? null,
        amount_minor: alert.amountMinor ?? null,
        evidence: JSON.stringify(alert.evidence),
      })
      .onConflict((conflict) => conflict.columns(['kind', 'fingerprint']).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!row) continue;
    raised += 1;
    await audit(work, 'voucher.alert_raised', [id], { kind: alert.kind, ...alert.evidence });
    work.announce('voucher', id);
  }
  return raised;
}

function selectAlerts(db: Db, scope: Scope) {
  return db
    .selectFrom('vouchers.alerts as alert')
    .leftJoin('routers.routers as router', 'router.id', 'alert.router_id')
    .select([
      'alert.id',
      'alert.kind',
      'alert.state',
      'alert.found_at as foundAt',
      'alert.router_id as routerId',
      'router.label as routerLabel',
      'alert.staff_name as staffName',
      'alert.shift_id as shiftId',
      'alert.voucher_id as voucherId',
      'alert.amount_minor as amountMinor',
      sql<Record<string, unknown>>`alert.evidence`.as('evidence'),
      sql<AlertView['notes']>`coalesce((
        select json_agg(json_build_object('at', to_json(at), 'byName', by_name, 'state', state, 'note', note) order by id)
        from vouchers.alert_notes where alert_id = alert.id), '[]')`.as('notes'),
    ])
    .where(locationInScope(scope, 'alert.location_id'));
}

type Row = Awaited<ReturnType<ReturnType<typeof selectAlerts>['executeTakeFirstOrThrow']>>;

function viewOf(row: Row): AlertView {
  return {
    ...row,
    state: row.state as State,
    notes: row.notes.map((note) => ({ ...note, at: Temporal.Instant.from(String(note.at)) })),
  };
}

export async function listAlerts(
  db: Db,
  query: PageRequest & { state: State | 'all' },
  scope: Scope,
): Promise<Page<AlertView>> {
  const key = keyOf(query.after, 'instant', 'uuid');
  const rows = await selectAlerts(db, scope)
    .$if(query.state !== 'all', (q) => q.where('alert.state', '=', query.state))
    .$if(key !== undefined, (q) =>
      q.where(sql<SqlBool>`(alert.found_at, alert.id) < (${key?.[0]}::timestamptz, ${key?.[1]}::uuid)`),
    )
    .orderBy('alert.found_at', 'desc')
    .orderBy('alert.id', 'desc')
    .limit(query.limit + 1)
    .execute();
  const page = pageOf(rows, query.limit, (row) => [row.foundAt.toString(), row.id]);
  return { next: page.next, items: page.items.map(viewOf) };
}

export async function countOpenAlerts(db: Db, scope: Scope): Promise<number> {
  const { count } = await db
    .selectFrom('vouchers.alerts')
    .select(sql<number>`count(*)::integer`.as('count'))
    .where('state', '=', 'open')
    .where(locationInScope(scope, 'location_id'))
    .executeTakeFirstOrThrow();
  return count;
}

async function getAlert(db: Db, alertId: string, actor: Actor): Promise<AlertView> {
  const row = await selectAlerts(db, scopeOf(actor)).where('alert.id', '=', alertId).executeTakeFirst();
  if (!row) throw new DomainError('alert_not_found', { alertId });
  return viewOf(row);
}

/** Explained, accepted or escalated, with the reason. Nobody settles an alert about himself. */
export async function settleAlert(
  work: Work,
  alertId: string,
  { state, note }: { state: State; note: string },
): Promise<AlertView> {
  const before = await work.db
    .selectFrom('vouchers.alerts')
    .select(['state', 'staff_id as staffId', 'kind'])
    .where('id', '=', alertId)
    .where(locationInScope(scopeOf(work.actor), 'location_id'))
    .forUpdate()
    .executeTakeFirst();
  if (!before) throw new DomainError('alert_not_found', { alertId });
  const personId = personOf(work.actor);
  if (before.staffId === personId)
    throw new DomainError('self_approval', { alertId }, 'nobody settles an alert about himself');
  await work.db.updateTable('vouchers.alerts').set({ state }).where('id', '=', alertId).execute();
  await work.db
    .insertInto('vouchers.alert_notes')
    .values({ alert_id: alertId, at: work.now, by_id: personId, by_name: work.actor.name, state, note })
    .execute();
  await audit(work, 'voucher.alert_settled', [alertId], { kind: before.kind, state: [before.state, state], note });
  work.announce('voucher', alertId);
  return getAlert(work.db, alertId, work.actor);
}
