// A file of customers, from being read to being confirmed. It is followed like any bulk act; its rows are the items.
import { createHash } from 'node:crypto';
import type { CustomerImport } from '@lastmile/contract/customer-imports.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { listFields } from '#customers/fields.ts';
import { type Db, type Scope, scopeOf, type Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import type { SealedColumn, Sealer } from '#platform/secrets.ts';
import { getBulkJob } from './bulk-jobs.ts';
import { readCsv } from './csv-file.ts';
import { type Faulty, type ImportSetup, judgeRows, readKnown, readRow, type Verdict } from './import-rows.ts';
import { type Cells, cellsOf, guessedMapping, mappedTwice } from './import-rules.ts';

type View = z.output<typeof CustomerImport>;

export type ImportParams = ImportSetup & {
  fileName: string;
  encoding: string;
  delimiter: string;
  isChecked: boolean;
};

/** Each row is bound to its place, so that none can be put into another. */
const contextOf = (jobId: string, line: number) => `${jobId}/${line}`;

export const sealedImportRows: SealedColumn = {
  table: 'bulk.items',
  column: 'row_sealed',
  key: ['job_id', 'line'],
  contextOf: (jobId = '', line = '') => contextOf(jobId, Number(line)),
};

export function openRow(sealer: Sealer, jobId: string, line: number, sealed: Buffer): string[] {
  return JSON.parse(sealer.open(sealed, contextOf(jobId, line))) as string[];
}

export async function readCustomerFile(
  work: Work,
  sealer: Sealer,
  { fileName, content }: { fileName: string; content: string },
): Promise<View> {
  const bytes = Buffer.from(content, 'base64');
  const { encoding, delimiter, columns, rows } = readCsv(bytes);
  const mapping = guessedMapping(columns, await listFields(work.db));
  const params: ImportParams = {
    fileName,
    encoding,
    delimiter,
    columns,
    mapping,
    routerId: null,
    planId: null,
    isChecked: false,
  };
  const id = newId();
  const scope = scopeOf(work.actor);
  // Who has no place has none into which he could bring somebody.
  if (scope !== 'everywhere' && scope.locationIds.length === 0) throw new DomainError('limited_to_locations');
  await work.db
    .insertInto('bulk.jobs')
    .values({
      id,
      kind: 'import',
      params: JSON.stringify(params),
      staff_id: work.actor.id ?? '',
      by_name: work.actor.name,
      via: work.actor.via ?? null,
      key_id: work.actor.keyId ?? null,
      location_ids: scope === 'everywhere' ? null : [...scope.locationIds],
      idempotency_key: id,
      fingerprint: createHash('sha256').update(bytes).digest(),
      asked_at: work.now,
      held_why: 'draft',
    })
    .execute();
  await sql`
    insert into bulk.items (job_id, place, line, label, row_sealed, next_try_at)
    select ${id}::uuid, place, line, label, row_sealed, ${work.now} from unnest(
      ${rows.map((_, at) => at + 1)}::int[], ${rows.map(({ line }) => line)}::int[],
      ${rows.map(({ cells }) => labelOf(cells, mapping))}::text[],
      ${rows.map(({ line, cells }) => sealer.seal(JSON.stringify(cells), contextOf(id, line)))}::bytea[]
    ) row (place, line, label, row_sealed)`.execute(work.db);
  await audit(work, 'import.read', [id], { fileName, lines: rows.length });
  work.announce('bulk', id);
  return getCustomerImport(work.db, sealer, id, scope);
}

function labelOf(row: readonly string[], mapping: readonly (string | null)[]): string {
  const cells = cellsOf(row, mapping);
  return (cells.get('name') ?? cells.get('username') ?? '').slice(0, 120);
}

const shownSamples = 3;

export async function getCustomerImport(db: Db, sealer: Sealer, jobId: string, scope: Scope): Promise<View> {
  const job = await getBulkJob(db, jobId, scope);
  const params = await getParams(db, jobId);
  const first = await db
    .selectFrom('bulk.items')
    .select(['line', 'row_sealed as rowSealed'])
    .where('job_id', '=', jobId)
    .where('row_sealed', 'is not', null)
    .orderBy('place')
    .limit(shownSamples)
    .execute();
  const rows = first.map(({ line, rowSealed }) => openRow(sealer, jobId, line ?? 0, rowSealed ?? Buffer.alloc(0)));
  const { columns, mapping, encoding, delimiter, routerId, planId, isChecked } = params;
  return {
    job,
    columns: columns.map((name, at) => {
      const field = mapping[at] ?? null;
      const samples = rows.map((row) => row[at] ?? '').filter(Boolean);
      return { name, field, samples: samples.map((sample) => (field === 'password' ? '••••••' : sample.slice(0, 80))) };
    }),
    encoding,
    delimiter,
    routerId,
    planId,
    isChecked,
  };
}

async function getParams(db: Db, jobId: string): Promise<ImportParams> {
  const row = await db
    .selectFrom('bulk.jobs')
    .select('params')
    .where('id', '=', jobId)
    .where('kind', '=', 'import')
    .executeTakeFirst();
  if (!row) throw new DomainError('bulk_job_not_found', { bulkJobId: jobId });
  return row.params as ImportParams;
}

async function lockDraft(work: Work, jobId: string): Promise<ImportParams> {
  await getBulkJob(work.db, jobId, scopeOf(work.actor));
  const params = await getParams(work.db, jobId);
  const row = await work.db
    .selectFrom('bulk.jobs')
    .select('held_why as heldWhy')
    .where('id', '=', jobId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (row.heldWhy !== 'draft') throw new DomainError('bulk_job_ended', { bulkJobId: jobId });
  return params;
}

type Check = Pick<ImportSetup, 'mapping' | 'routerId' | 'planId'>;

/** Tries each row with what is set, and writes down what would become of it. Nothing is added. */
export async function checkCustomerImport(work: Work, sealer: Sealer, jobId: string, check: Check): Promise<View> {
  const params = { ...(await lockDraft(work, jobId)), ...check, isChecked: true };
  if (check.mapping.length !== params.columns.length)
    throw fieldError('invalid_input', 'mapping', `must have ${params.columns.length} entries, one for each column`);
  const twice = mappedTwice(check.mapping);
  if (twice) throw fieldError('invalid_input', 'mapping', `has two columns for ${twice}`);
  if (!check.mapping.includes('name'))
    throw fieldError('invalid_input', 'mapping', 'must say which column is the name');
  const items = await work.db
    .selectFrom('bulk.items')
    .select(['place', 'line', 'row_sealed as rowSealed'])
    .where('job_id', '=', jobId)
    .orderBy('place')
    .execute();
  const rows = items.map(({ line, rowSealed }) =>
    cellsOf(openRow(sealer, jobId, line ?? 0, rowSealed ?? Buffer.alloc(0)), params.mapping),
  );
  const lines = items.map(({ line }) => line ?? 0);
  await recordFindings(work, jobId, rows, await findingsOf(work, rows, lines, params));
  await work.db
    .updateTable('bulk.jobs')
    .set({ params: JSON.stringify(params) })
    .where('id', '=', jobId)
    .execute();
  await audit(work, 'import.checked', [jobId], { fileName: params.fileName });
  work.announce('bulk', jobId);
  return getCustomerImport(work.db, sealer, jobId, scopeOf(work.actor));
}

type Finding = { state: 'waiting' | 'unchanged' | 'failed'; code: string | null; message: string | null };

async function findingsOf(
  { db, actor }: Work,
  rows: readonly Cells[],
  lines: readonly number[],
  setup: ImportSetup,
): Promise<Finding[]> {
  const scope = scopeOf(actor);
  const known = await readKnown(db, scope);
  const read = rows.map((cells) => readRow(cells, setup, known));
  const sound = read.flatMap((row) => ('faults' in row ? [] : [row]));
  const verdicts = await judgeRows(db, sound, scope);
  const seen = new Map<string, number>();
  let next = 0;
  return read.map((row, at) => {
    if ('faults' in row) return faultFinding(row);
    const verdict = verdicts[next++] as Verdict;
    const key = JSON.stringify(
      row.account
        ? [row.account.routerId, row.account.service, row.account.username]
        : [row.person.name.toLowerCase(), row.phoneWords, row.person.email],
    );
    const before = seen.get(key);
    if (before !== undefined)
      return { state: 'failed', code: 'invalid_input', message: `is in line ${before} already` };
    seen.set(key, lines[at] ?? 0);
    return findingOf(verdict);
  });
}

function faultFinding({ faults }: Faulty): Finding {
  return { state: 'failed', code: 'invalid_input', message: faults.slice(0, 1000) };
}

function findingOf(verdict: Verdict): Finding {
  if (verdict.kind === 'refused') return { state: 'failed', code: verdict.code, message: verdict.message };
  if (verdict.kind === 'exists') return { state: 'unchanged', code: null, message: null };
  if (verdict.kind === 'add') return { state: 'waiting', code: null, message: null };
  return { state: 'waiting', code: 'another_account', message: verdict.customerName };
}

async function recordFindings(
  work: Work,
  jobId: string,
  rows: readonly Cells[],
  findings: readonly Finding[],
): Promise<void> {
  await sql`
    update bulk.items item set state = found.state, code = found.code, message = found.message, label = found.label,
      done_at = case when found.state = 'waiting' then null else ${work.now}::timestamptz end,
      next_try_at = case when found.state = 'waiting' then ${work.now}::timestamptz end
    from unnest(${findings.map((_, at) => at + 1)}::int[], ${findings.map(({ state }) => state)}::text[],
      ${findings.map(({ code }) => code)}::text[], ${findings.map(({ message }) => message)}::text[],
      ${rows.map((cells) => (cells.get('name') ?? cells.get('username') ?? '').slice(0, 120))}::text[]
    ) found (place, state, code, message, label)
    where item.job_id = ${jobId} and item.place = found.place`.execute(work.db);
}

/** Lets those go on who would be added. The others keep what was found of them. */
export async function confirmCustomerImport(
  work: Work,
  sealer: Sealer,
  jobId: string,
  confirmedCount: number,
): Promise<View> {
  const { isChecked, fileName } = await lockDraft(work, jobId);
  if (!isChecked) throw new DomainError('bulk_job_is_draft', { bulkJobId: jobId });
  const { waiting } = await getBulkJob(work.db, jobId);
  if (waiting !== confirmedCount) throw new DomainError('bulk_selection_grew', { count: waiting, confirmedCount });
  await work.db
    .updateTable('bulk.jobs')
    // Looked at already: that lines of the file were refused is no reason to stop the others.
    .set({ held_why: null, lifted_at: work.now })
    .where('id', '=', jobId)
    .execute();
  await audit(work, 'bulk.asked', [jobId], { kind: 'import', count: waiting, fileName });
  work.announce('bulk', jobId);
  return getCustomerImport(work.db, sealer, jobId, scopeOf(work.actor));
}
