// Acts on many customers as rows: what was asked for, by whom, and how far it is. The runner does them one by one.
import { createHash } from 'node:crypto';
import type { BulkItem, BulkJob } from '@lastmile/contract/bulk.ts';
import { bulkPermissions } from '@lastmile/contract/bulk-kinds.ts';
import type { Permission } from '@lastmile/contract/permissions.ts';
import { type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { customerInScope } from '#customers/scope.ts';
import { lockSellablePlan } from '#plans/plans.ts';
import { type Db, type Scope, scopeOf, type Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { keyOf, type Page, type PageRequest, pageOf } from '#platform/paging.ts';
import { requireRouter } from '#routers/scope.ts';
import { type BulkKind, bulkLimit } from './bulk-rules.ts';
import { addItems, countPresent, type Selection } from './selection.ts';

export type JobView = z.output<typeof BulkJob>;
type ItemView = z.output<typeof BulkItem>;

export type BulkParams = {
  note?: string | null | undefined;
  routerId?: string | undefined;
  fromRouterId?: string | undefined;
  planId?: string | undefined;
  tag?: string | undefined;
};

export type BulkRequest = Selection & BulkParams & { kind: BulkKind; confirmedCount: number; idempotencyKey: string };

// More at once is a program that went wild, or an office that does not wait for its first.
const mostOpenJobs = 20;

/** Writes down what is asked for, and answers at once. The same key of the same person is the same job. */
export async function addBulkJob(work: Work, request: BulkRequest): Promise<JobView> {
  const { kind, confirmedCount, idempotencyKey, customerIds, filter, ...params } = request;
  const staffId = work.actor.id;
  if (staffId === null) throw new DomainError('forbidden');
  await refuseMissing(work, kind, params);
  await refuseTooMany(work);
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([kind, customerIds, filter, params]))
    .digest();
  const id = newId();
  const added = await work.db
    .insertInto('bulk.jobs')
    .values({
      id,
      kind,
      params: JSON.stringify(params),
      staff_id: staffId,
      by_name: work.actor.name,
      via: work.actor.via ?? null,
      key_id: work.actor.keyId ?? null,
      idempotency_key: idempotencyKey,
      fingerprint,
      asked_at: work.now,
    })
    .onConflict((conflict) => conflict.columns(['staff_id', 'idempotency_key']).doNothing())
    .executeTakeFirstOrThrow();
  if (added.numInsertedOrUpdatedRows === 0n) return getJobOfKey(work, staffId, idempotencyKey, fingerprint);
  const count = await addItems(work, id, { customerIds, filter }, confirmedCount);
  const limit = bulkLimit(kind, await countPresent(work.db));
  const isHeld = limit !== null && count > limit;
  if (isHeld) await work.db.updateTable('bulk.jobs').set({ held_why: 'too_many' }).where('id', '=', id).execute();
  await audit(work, 'bulk.asked', [id], { kind, count, ...params, ...(isHeld ? { heldAbove: limit } : {}) });
  work.announce('bulk', id);
  return getBulkJob(work.db, id);
}

async function getJobOfKey(work: Work, staffId: string, key: string, fingerprint: Buffer): Promise<JobView> {
  const row = await work.db
    .selectFrom('bulk.jobs')
    .select(['id', 'fingerprint'])
    .where('staff_id', '=', staffId)
    .where('idempotency_key', '=', key)
    .executeTakeFirstOrThrow();
  if (!row.fingerprint.equals(fingerprint)) throw new DomainError('idempotency_key_used', { idempotencyKey: key });
  return getBulkJob(work.db, row.id);
}

async function refuseMissing(work: Work, kind: BulkKind, { routerId, fromRouterId, planId, tag }: BulkParams) {
  const scope = scopeOf(work.actor);
  const mustHave = (field: string, value: string | undefined) => {
    if (value === undefined) throw fieldError('invalid_input', field, 'must be given');
    return value;
  };
  if (kind === 'move') await requireRouter(work.db, scope, mustHave('routerId', routerId));
  if (fromRouterId !== undefined) await requireRouter(work.db, scope, fromRouterId);
  if (kind === 'change_plan') await lockSellablePlan(work, mustHave('planId', planId));
  if (kind === 'tag' || kind === 'untag') mustHave('tag', tag);
}

/** One after another, so that two who ask at once do not pass the limit together. */
async function refuseTooMany({ db }: Work): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('bulk.jobs', 0))`.execute(db);
  const { count } = await db
    .selectFrom('bulk.jobs')
    .select((e) => e.fn.countAll<bigint>().as('count'))
    .where('ended_at', 'is', null)
    // A file that nobody confirmed keeps nobody from working.
    .where(sql<SqlBool>`held_why is distinct from 'draft'`)
    .executeTakeFirstOrThrow();
  if (Number(count) >= mostOpenJobs) throw new DomainError('too_many_bulk_jobs', { most: mostOpenJobs });
}

/** Who may not see one of the customers does not see the job; of a file counts to which places it could bring some. */
function jobInScope(scope: Scope) {
  if (scope === 'everywhere') return sql<SqlBool>`true`;
  return sql<SqlBool>`case when job.kind = 'import' then coalesce(job.location_ids <@ ${scope.locationIds}::uuid[], false)
    else not exists (select from bulk.items item where item.job_id = job.id and not ${customerInScope(scope, 'item.customer_id')}) end`;
}

type JobRow = Omit<JobView, 'state' | 'kind' | 'total' | 'heldWhy'> & { kind: string; heldWhy: string | null };

async function selectJobs(db: Db, condition: ReturnType<typeof sql<SqlBool>>, limit: number): Promise<JobView[]> {
  const { rows } = await sql<JobRow>`
    select job.id, job.kind, job.params ->> 'note' as note, router.label as "routerLabel", plan.name as "planName",
      job.params ->> 'tag' as tag, job.params ->> 'fileName' as "fileName", job.by_name as by, job.asked_at as "askedAt", job.held_why as "heldWhy",
      job.stopped_by as "stoppedBy", job.ended_at as "endedAt", counted.*
    from bulk.jobs job
    left join routers.routers router on router.id = (job.params ->> 'routerId')::uuid
    left join plans.plans plan on plan.id = (job.params ->> 'planId')::uuid
    cross join lateral (
      select count(*) filter (where state = 'waiting')::int as waiting, count(*) filter (where state = 'done')::int as done,
        count(*) filter (where state = 'unchanged')::int as unchanged, count(*) filter (where state = 'failed')::int as failed
      from bulk.items where job_id = job.id) counted
    where ${condition} order by job.id desc limit ${limit}`.execute(db);
  return rows.map((row) => ({
    ...row,
    kind: row.kind as BulkKind,
    heldWhy: row.heldWhy as JobView['heldWhy'],
    total: row.waiting + row.done + row.unchanged + row.failed,
    state: stateOf(row),
  }));
}

function stateOf({ heldWhy, stoppedBy, endedAt }: JobRow): JobView['state'] {
  if (heldWhy) return 'held';
  if (stoppedBy) return 'stopped';
  return endedAt ? 'ended' : 'running';
}

export async function getBulkJob(db: Db, jobId: string, scope: Scope = 'everywhere'): Promise<JobView> {
  const [job] = await selectJobs(db, sql<SqlBool>`job.id = ${jobId} and ${jobInScope(scope)}`, 1);
  if (!job) throw new DomainError('bulk_job_not_found', { bulkJobId: jobId });
  return job;
}

export async function listBulkJobs(
  db: Db,
  query: PageRequest & { state?: 'open' | 'closed' | undefined },
  scope: Scope,
): Promise<Page<JobView>> {
  const key = keyOf(query.after, 'uuid');
  const conditions = [
    jobInScope(scope),
    ...(key ? [sql<SqlBool>`job.id < ${key[0]}::uuid`] : []),
    ...(query.state ? [sql<SqlBool>`(job.ended_at is null) = ${query.state === 'open'}`] : []),
  ];
  const rows = await selectJobs(db, sql<SqlBool>`${sql.join(conditions, sql` and `)}`, query.limit + 1);
  return pageOf(rows, query.limit, ({ id }) => [id]);
}

export async function listBulkItems(
  db: Db,
  jobId: string,
  query: PageRequest & { state?: ItemView['state'] | undefined },
  scope: Scope,
): Promise<Page<ItemView>> {
  const key = keyOf(query.after, 'number');
  await getBulkJob(db, jobId, scope);
  const { rows } = await sql<ItemView>`
    select item.place, item.customer_id as "customerId", coalesce(customer.name, item.label, '') as "customerName", item.line, item.state, item.code, item.message,
      item.attempt_count as "attemptCount", item.next_try_at as "nextTryAt", item.done_at as "doneAt",
      exists (select from provisioning.accounts account
        where account.customer_id = item.customer_id and account.pending_since is not null) as "isPending"
    from bulk.items item left join customers.customers customer on customer.id = item.customer_id
    where item.job_id = ${jobId} ${query.state ? sql`and item.state = ${query.state}` : sql``} and item.place > ${Number(key?.[0] ?? 0)}
    order by item.place limit ${query.limit + 1}`.execute(db);
  return pageOf(rows, query.limit, ({ place }) => [String(place)]);
}

type LockedJob = { id: string; kind: BulkKind; endedAt: Temporal.Instant | null; heldWhy: string | null };

/** Says whether the one who asks has a permission. */
export type Mayer = (permission: Permission) => boolean;

async function lockJob(work: Work, jobId: string, may: Mayer): Promise<LockedJob> {
  await getBulkJob(work.db, jobId, scopeOf(work.actor));
  const row = await work.db
    .selectFrom('bulk.jobs')
    .select(['id', 'kind', 'ended_at as endedAt', 'held_why as heldWhy'])
    .where('id', '=', jobId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const kind = row.kind as BulkKind;
  if (!may(bulkPermissions[kind])) throw new DomainError('forbidden', { permission: bulkPermissions[kind] });
  return { ...row, kind };
}

/** Nobody else's turn comes. What is done stays. */
export async function stopBulkJob(work: Work, jobId: string, may: Mayer): Promise<JobView> {
  const job = await lockJob(work, jobId, may);
  if (job.endedAt) throw new DomainError('bulk_job_ended', { bulkJobId: jobId });
  return change(work, job, 'bulk.stopped', { held_why: null, stopped_by: work.actor.name, ended_at: work.now });
}

/** A person has looked at why it is held. */
export async function liftBulkJob(work: Work, jobId: string, may: Mayer): Promise<JobView> {
  const job = await lockJob(work, jobId, may);
  if (!job.heldWhy || job.heldWhy === 'draft') throw new DomainError('bulk_job_not_held', { bulkJobId: jobId });
  return change(work, job, 'bulk.lifted', { held_why: null, lifted_at: work.now }, { heldWhy: job.heldWhy });
}

/** Those who failed, and those who were left when it was stopped, have their turn once more. */
export async function retryBulkJob(work: Work, jobId: string, may: Mayer): Promise<JobView> {
  const job = await lockJob(work, jobId, may);
  if (job.heldWhy === 'draft') throw new DomainError('bulk_job_is_draft', { bulkJobId: jobId });
  if (job.endedAt !== null) await refuseTooMany(work);
  const { numUpdatedRows } = await work.db
    .updateTable('bulk.items')
    .set({ state: 'waiting', code: null, message: null, attempt_count: 0, next_try_at: work.now, done_at: null })
    .where('job_id', '=', jobId)
    .where('state', 'in', ['failed', 'waiting'])
    .executeTakeFirstOrThrow();
  const isAny = numUpdatedRows > 0n;
  const ended_at = isAny ? null : job.endedAt;
  const count = Number(numUpdatedRows);
  return change(work, job, 'bulk.retried', isAny ? { stopped_by: null, ended_at } : {}, { count });
}

type JobChange = {
  held_why?: null;
  lifted_at?: Temporal.Instant;
  stopped_by?: string | null;
  ended_at?: Temporal.Instant | null;
};

async function change(
  work: Work,
  { id, kind }: LockedJob,
  action: string,
  set: JobChange,
  details: Record<string, unknown> = {},
): Promise<JobView> {
  if (Object.keys(set).length > 0) await work.db.updateTable('bulk.jobs').set(set).where('id', '=', id).execute();
  await audit(work, action, [id], { kind, ...details });
  work.announce('bulk', id);
  return getBulkJob(work.db, id);
}
