// Drift: what somebody else did to our objects on a router, and what a person wants of it.
import type { Drift } from '@lastmile/contract/drift.ts';
import { type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { customerInScope } from '#customers/scope.ts';
import { type Db, type Scope, scopeOf, type Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { keyOf, type Page, type PageRequest, pageOf } from '#platform/paging.ts';
import { routerInScope } from '#routers/scope.ts';
import { unsettle } from './accounts.ts';
import { type FoundDrift, keyOfObject } from './rules/drift-rules.ts';
import type { FieldDifference } from './rules/preview-rules.ts';

export type DriftView = z.output<typeof Drift>;

/** What a full look found: what is left is listed, what was put right is remembered, what is no more is closed. */
export async function recordDrifts(
  work: Work,
  routerId: string,
  found: readonly FoundDrift[],
  leftKeys: ReadonlySet<string>,
): Promise<void> {
  const rows = found.map((drift) => ({
    id: newId(),
    kind: drift.kind,
    object_id: drift.id,
    differences: drift.differences,
    is_left: leftKeys.has(keyOfObject(drift)),
  }));
  const { rows: closed } = await sql<{ id: string }>`
    update provisioning.drifts set closed_at = ${work.now}, outcome = 'gone', closed_by = ${work.actor.name}
    where router_id = ${routerId} and closed_at is null
      and kind || ' ' || coalesce(account_id, profile_id) <> all(${[...leftKeys]}::text[])
    returning id`.execute(work.db);
  if (rows.length > 0)
    await sql`
      insert into provisioning.drifts (id, router_id, kind, account_id, profile_id, differences, found_at, closed_at, outcome, closed_by)
      select seen.id, ${routerId}, seen.kind, case when seen.kind = 'account' then object_id end, case when seen.kind <> 'account' then object_id end,
        seen.differences, ${work.now},
        case when seen.is_left then null else ${work.now}::timestamptz end,
        case when seen.is_left then null else 'reverted' end, case when seen.is_left then null else ${work.actor.name} end
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as seen (id uuid, kind text, object_id uuid, differences jsonb, is_left boolean)
      on conflict (router_id, kind, coalesce(account_id, profile_id)) where closed_at is null
        do update set differences = excluded.differences`.execute(work.db);
  if (rows.length > 0 || closed.length > 0) work.announce('router', routerId);
}

function selectDrifts(db: Db, scope: Scope) {
  return db
    .selectFrom('provisioning.drifts as drift')
    .innerJoin('routers.routers as router', 'router.id', 'drift.router_id')
    .leftJoin('provisioning.accounts as account', 'account.id', 'drift.account_id')
    .leftJoin('customers.customers as customer', 'customer.id', 'account.customer_id')
    .leftJoin('provisioning.profiles as profile', 'profile.id', 'drift.profile_id')
    .select((e) => [
      'drift.id',
      'drift.router_id as routerId',
      'router.label as routerLabel',
      'drift.kind',
      'drift.account_id as accountId',
      'drift.profile_id as profileId',
      e.fn.coalesce('account.service', 'profile.service').as('service'),
      e.fn.coalesce('account.name', 'profile.name').as('name'),
      e.fn.coalesce('profile.is_for_blocked', e.lit(false)).as('isForBlocked'),
      'customer.id as customerId',
      'customer.name as customerName',
      'drift.differences',
      'drift.found_at as foundAt',
      'drift.ignored_until as ignoredUntil',
      'drift.closed_at as closedAt',
      'drift.outcome',
      'drift.closed_by as closedBy',
    ])
    .where(routerInScope(scope, 'drift.router_id'))
    .where((e) => e.or([e('drift.account_id', 'is', null), customerInScope(scope, 'account.customer_id')]));
}

// A missing object is one that somebody removed: what is no longer wanted is ended at the customer or the plan. What our mark names
// (a pool) keeps its name.
const adoptable: Record<DriftView['kind'], readonly string[]> = {
  account: ['name', 'password', 'profile', 'staticAddress', 'macAddress', 'isDisabled'],
  profile: [
    'name',
    'rateLimit',
    'sessionTimeoutSeconds',
    'idleTimeoutSeconds',
    'sharedUsers',
    'pool',
    'localAddress',
    'addressList',
    'dnsServers',
  ],
  pool: ['ranges'],
};

function viewOf({
  isForBlocked,
  ...row
}: Awaited<ReturnType<ReturnType<typeof selectDrifts>['executeTakeFirstOrThrow']>>): DriftView {
  const differences = row.differences as unknown as FieldDifference[];
  const kind = row.kind as DriftView['kind'];
  return {
    ...row,
    kind,
    name: row.name ?? '',
    service: row.service as DriftView['service'],
    differences,
    outcome: row.outcome as DriftView['outcome'],
    canAdopt:
      row.closedAt === null && !isForBlocked && differences.every(({ field }) => adoptable[kind].includes(field)),
  };
}

export type DriftQuery = PageRequest & { routerId?: string | undefined; state: 'open' | 'closed' };

export async function listDrifts(db: Db, query: DriftQuery, scope: Scope): Promise<Page<DriftView>> {
  const key = keyOf(query.after, 'uuid');
  const rows = await selectDrifts(db, scope)
    .where('drift.closed_at', query.state === 'open' ? 'is' : 'is not', null)
    .$if(query.routerId !== undefined, (q) => q.where('drift.router_id', '=', query.routerId ?? ''))
    .$if(key !== undefined, (q) => q.where(sql<SqlBool>`drift.id < ${key?.[0]}::uuid`))
    .orderBy('drift.id', 'desc')
    .limit(query.limit + 1)
    .execute();
  const page = pageOf(rows, query.limit, (row) => [row.id]);
  return { next: page.next, items: page.items.map(viewOf) };
}

export async function getDrift(db: Db, driftId: string, scope: Scope): Promise<DriftView> {
  const row = await selectDrifts(db, scope).where('drift.id', '=', driftId).executeTakeFirst();
  if (!row) throw new DomainError('drift_not_found', { driftId });
  return viewOf(row);
}

export async function lockOpenDrift(work: Work, driftId: string): Promise<DriftView> {
  const drift = await getDrift(work.db, driftId, scopeOf(work.actor));
  // Locked by its id alone: the account or plan is locked by the acts that change it.
  await work.db.selectFrom('provisioning.drifts').select('id').where('id', '=', driftId).forUpdate().execute();
  if (drift.closedAt !== null) throw new DomainError('drift_closed', { driftId });
  return drift;
}

/** As it was on the router when we left it. */
export async function revertDrift(work: Work, driftId: string): Promise<DriftView> {
  const drift = await lockOpenDrift(work, driftId);
  if (drift.accountId) await unsettle(work, drift.accountId);
  // A copy that is behind is brought to the router, with whatever else it says.
  else
    await work.db
      .updateTable('provisioning.profile_copies')
      .set({ applied_version: sql`greatest(applied_version - 1, 0)` })
      .where('router_id', '=', drift.routerId)
      .where('profile_id', '=', drift.profileId)
      .execute();
  return closeDrift(work, drift, 'reverted');
}

const longestIgnoredDays = 366;

export async function ignoreDrift(work: Work, driftId: string, until: Temporal.Instant): Promise<DriftView> {
  const drift = await lockOpenDrift(work, driftId);
  const latest = work.now.add({ hours: 24 * longestIgnoredDays });
  if (Temporal.Instant.compare(until, work.now) <= 0) throw fieldError('invalid_input', 'until', 'must lie ahead');
  if (Temporal.Instant.compare(until, latest) > 0)
    throw fieldError('invalid_input', 'until', 'must be within a year', { latest: latest.toString() });
  await work.db.updateTable('provisioning.drifts').set({ ignored_until: until }).where('id', '=', driftId).execute();
  await audit(work, 'drift.ignored', subjectsOf(drift), { name: drift.name, until: until.toString() });
  work.announce('router', drift.routerId);
  return getDrift(work.db, driftId, scopeOf(work.actor));
}

export async function closeDrift(work: Work, drift: DriftView, outcome: 'reverted' | 'adopted'): Promise<DriftView> {
  await work.db
    .updateTable('provisioning.drifts')
    .set({ closed_at: work.now, outcome, closed_by: work.actor.name })
    .where('id', '=', drift.id)
    .execute();
  await audit(work, `drift.${outcome}`, subjectsOf(drift), {
    kind: drift.kind,
    name: drift.name,
    fields: drift.differences.map(({ field }) => field),
  });
  work.announce('router', drift.routerId);
  return getDrift(work.db, drift.id, scopeOf(work.actor));
}

function subjectsOf({ customerId, routerId, id }: DriftView): string[] {
  return [...(customerId ? [customerId] : []), routerId, id];
}
