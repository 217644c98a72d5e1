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
import type { Sealer } from '#platform/secrets.ts';
import { routerInScope } from '#routers/scope.ts';
import { changeAccount, lockAccount, unsettle } from './accounts.ts';
import { blockAccount } from './blocks.ts';
import type { ObservedAccount } from './change-rules.ts';
import type { FoundDrift } from './drift-rules.ts';
import type { FieldDifference } from './preview-rules.ts';

export type DriftView = z.output<typeof Drift>;

/** What a full look found: what is left is listed, what was put right is remembered, what is no more is closed. */
export async function recordDrifts(
  work: Work,
  routerId: string,
  found: readonly FoundDrift[],
  leftIds: ReadonlySet<string>,
): Promise<void> {
  const rows = found.map(({ accountId, differences }) => ({
    id: newId(),
    account_id: accountId,
    differences,
    is_left: leftIds.has(accountId),
  }));
  const { rows: closed } = await sql<{ id: string }>`
    update provisioning.drifts set closed_at = ${work.now}, outcome = 'gone', closed_by = ${work.actor.name}
    where router_id = ${routerId} and closed_at is null and account_id <> all(${[...leftIds]}::uuid[])
    returning id`.execute(work.db);
  if (rows.length > 0)
    await sql`
      insert into provisioning.drifts (id, router_id, account_id, differences, found_at, closed_at, outcome, closed_by)
      select seen.id, ${routerId}, seen.account_id, seen.differences, ${work.now},
        case when seen.is_left then null else ${work.now}::timestamptz end,
        case when seen.is_left then null else 'reverted' end, case when seen.is_left then null else ${work.actor.name} end
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as seen (id uuid, account_id uuid, differences jsonb, is_left boolean)
      on conflict (account_id) where closed_at is null do update set differences = excluded.differences`.execute(
      work.db,
    );
  if (rows.length > 0 || closed.length > 0) work.announce('router', routerId);
}

function selectDrifts(db: Db, scope: Scope) {
  return db
    .selectFrom('provisioning.drifts as drift')
    .innerJoin('routers.routers as router', 'router.id', 'drift.router_id')
    .innerJoin('provisioning.accounts as account', 'account.id', 'drift.account_id')
    .innerJoin('customers.customers as customer', 'customer.id', 'account.customer_id')
    .select([
      'drift.id',
      'drift.router_id as routerId',
      'router.label as routerLabel',
      'drift.account_id as accountId',
      'account.service',
      'account.name as accountName',
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
    .where(customerInScope(scope, 'account.customer_id'));
}

function viewOf(row: Awaited<ReturnType<ReturnType<typeof selectDrifts>['executeTakeFirstOrThrow']>>): DriftView {
  const differences = row.differences as unknown as FieldDifference[];
  return {
    ...row,
    service: row.service as DriftView['service'],
    differences,
    outcome: row.outcome as DriftView['outcome'],
    canAdopt: row.closedAt === null && differences.every(({ field }) => adoptable.includes(field)),
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

async function lockOpenDrift(work: Work, driftId: string): Promise<DriftView> {
  const drift = await getDrift(work.db, driftId, scopeOf(work.actor));
  // Locked by its id alone: the account is locked by the acts that change it.
  await work.db.selectFrom('provisioning.drifts').select('id').where('id', '=', driftId).forUpdate().execute();
  if (drift.closedAt !== null) throw new DomainError('drift_closed', { driftId });
  return drift;
}

/** As it was on the router when we left it. */
export async function revertDrift(work: Work, driftId: string): Promise<DriftView> {
  const drift = await lockOpenDrift(work, driftId);
  await unsettle(work, drift.accountId);
  await close(work, drift, 'reverted');
  return getDrift(work.db, driftId, scopeOf(work.actor));
}

const longestIgnoredDays = 366;

export async function ignoreDrift(work: Work, driftId: string, until: Temporal.Instant): Promise<DriftView> {
  const drift = await lockOpenDrift(work, driftId);
  const latest = work.now.add({ hours: 24 * longestIgnoredDays });
  if (Temporal.Instant.compare(until, work.now) <= 0) throw fieldError('invalid_input', 'until', 'must lie ahead');
  if (Temporal.Instant.compare(until, latest) > 0)
    throw fieldError('invalid_input', 'until', 'must be within a year', { latest: latest.toString() });
  await work.db.updateTable('provisioning.drifts').set({ ignored_until: until }).where('id', '=', driftId).execute();
  await audit(work, 'drift.ignored', [drift.customerId, drift.routerId, driftId], {
    name: drift.accountName,
    until: until.toString(),
  });
  work.announce('router', drift.routerId);
  return getDrift(work.db, driftId, scopeOf(work.actor));
}

// A profile belongs to a plan, which has a price: that is changed at the customer. A missing account is one that somebody removed.
const adoptable = ['name', 'password', 'isDisabled'];

/** Makes ours what was found on the router: its name and password, and a block where it was switched off. */
export async function adoptDrift(
  work: Work,
  sealer: Sealer,
  driftId: string,
  found: ObservedAccount | undefined,
): Promise<DriftView> {
  const drift = await lockOpenDrift(work, driftId);
  if (!drift.canAdopt || !found) throw new DomainError('drift_not_adoptable', { driftId });
  const account = await lockAccount(work, drift.accountId);
  await changeAccount(work, sealer, account, {
    name: found.name,
    ...(found.password ? { password: found.password } : {}),
  });
  if (found.isDisabled) await blockAccount(work, account, 'staff', 'switched off on the router');
  await unsettle(work, account.id);
  await close(work, drift, 'adopted');
  return getDrift(work.db, driftId, scopeOf(work.actor));
}

async function close(work: Work, drift: DriftView, outcome: 'reverted' | 'adopted'): Promise<void> {
  await work.db
    .updateTable('provisioning.drifts')
    .set({ closed_at: work.now, outcome, closed_by: work.actor.name })
    .where('id', '=', drift.id)
    .execute();
  await audit(work, `drift.${outcome}`, [drift.customerId, drift.routerId, drift.id], {
    name: drift.accountName,
    fields: drift.differences.map(({ field }) => field),
  });
  work.announce('router', drift.routerId);
}
