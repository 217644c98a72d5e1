// Bank statements as files: read, shown line by line before anything is kept, and kept once.
import { createHash } from 'node:crypto';
import type { BankImport } from '@lastmile/contract/bank.ts';
import { type BankFormat, type bank, BankFormat as FormatShape } from '@lastmile/contract/bank.ts';
import { decimalsOfCurrency } from '@lastmile/contract/currencies.ts';
import type { Replied } from '@lastmile/contract/endpoint.ts';
import { type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { type CsvFile, readCsv } from '#platform/csv-file.ts';
import type { Db, Work } from '#platform/db.ts';
import { fieldError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { sumMinor } from '#platform/money.ts';
import { keyOf, type Page, type PageRequest, pageOf } from '#platform/paging.ts';
import { getSettings } from '#settings/provider.ts';
import { type BankEntry, type Format, guessFormat, type ReadRow, readRows } from './bank-file-rules.ts';
import { suggestForLines } from './bank-suggestions.ts';

export type BankImportView = z.output<typeof BankImport>;
type BankFileReview = Replied<(typeof bank)['POST /api/bank-imports/review']>;

export type BankFile = {
  fileName: string;
  content: string;
  format?: z.output<typeof BankFormat> | undefined;
  currency?: string | undefined;
  bank?: string | undefined;
};

// What a bank writes in some months of a provider with a thousand transfers a month.
const limits = { mostRows: 5000, mostColumns: 100 };

function readFile({ content }: BankFile): CsvFile {
  return readCsv(Buffer.from(content, 'base64'), limits);
}

async function currencyFor(db: Db, { currency }: BankFile): Promise<string> {
  if (currency !== undefined && decimalsOfCurrency(currency) === undefined)
    throw fieldError('invalid_input', 'currency', 'is not a currency of ISO 4217');
  return currency ?? (await getSettings(db)).currency;
}

const shownFirst = 12;
const shownRows = 200;

export async function reviewBankFile(db: Db, file: BankFile): Promise<BankFileReview> {
  const read = readFile(file);
  const currency = await currencyFor(db, file);
  const known = await findFormat(db, file, read);
  const format = file.format ?? known?.format ?? guessFormat(read.rows) ?? null;
  const bankName = file.bank ?? known?.bank ?? null;
  const rows = format ? readRows(read.rows, format, currency) : [];
  const states = await statesOf(db, bankName, rows);
  const count = (state: string) => states.filter((one) => one === state).length;
  const shown = rows
    .slice(0, shownRows)
    .map((row, index) => ({ row, state: states[index] ?? ('unreadable' as const) }));
  const fresh = shown.flatMap(({ row, state }) => (state === 'new' && row.ok ? [{ ...row.entry, currency }] : []));
  const suggestions = (await suggestForLines(db, fresh)).values();
  return {
    encoding: read.encoding,
    delimiter: read.delimiter,
    firstLines: read.rows.slice(0, shownFirst).map((row) => row.map((cell) => cell.slice(0, 200))),
    columnCount: Math.max(...read.rows.map((row) => row.length)),
    format,
    bank: bankName,
    currency,
    counts: {
      new: count('new'),
      known: count('known'),
      outgoing: count('outgoing'),
      unreadable: count('unreadable'),
    },
    newMinor: sumMinor(
      rows.flatMap((row, index) => (states[index] === 'new' && row.ok ? [row.entry.amountMinor] : [])),
    ),
    rows: shown.map(({ row, state }) => ({
      lineNo: row.lineNo,
      state,
      problem: row.ok ? null : row.problem,
      bookedOn: row.ok ? row.entry.bookedOn : null,
      amountMinor: row.ok ? row.entry.amountMinor : null,
      payer: row.payer,
      reference: row.reference,
      suggestion: state === 'new' ? (suggestions.next().value?.[0] ?? null) : null,
    })),
  };
}

/** The format of the bank that is named, else of one whose files begin with the same heads. */
async function findFormat(db: Db, { bank: name }: BankFile, { rows }: CsvFile) {
  const { rows: found } = await sql<{ bank: string; format: unknown; heads: string[] }>`
    select bank, format, heads from billing.bank_formats
    where ${name === undefined ? sql<SqlBool>`true` : sql<SqlBool>`bank = ${name}`} order by updated_at desc limit 100`.execute(
    db,
  );
  const fitting = found.find(({ format, heads }) => {
    const { skippedLines } = FormatShape.parse(format);
    return heads.length > 0 && String(headsOf(rows, skippedLines)) === String(heads);
  });
  return fitting && { bank: fitting.bank, format: FormatShape.parse(fitting.format) };
}

function headsOf(rows: readonly string[][], skippedLines: number): string[] {
  return skippedLines > 0 ? (rows[skippedLines - 1] ?? []) : [];
}

type RowState = BankFileReview['rows'][number]['state'];

async function statesOf(db: Db, bankName: string | null, rows: readonly ReadRow[]): Promise<RowState[]> {
  const refs = bankRefsOf(rows);
  const known = await db
    .selectFrom('billing.bank_lines')
    .select('bank_ref as bankRef')
    .where('bank', '=', bankName ?? '')
    .where(sql<SqlBool>`bank_ref = any(${refs.filter((ref) => ref !== undefined)}::text[])`)
    .execute();
  const seen = new Set(known.map(({ bankRef }) => bankRef));
  return rows.map((row, index) => {
    if (!row.ok) return 'unreadable';
    if (row.entry.amountMinor <= 0n) return 'outgoing';
    const ref = refs[index] ?? '';
    if (seen.has(ref)) return 'known';
    seen.add(ref);
    return 'new';
  });
}

/**
 * What names each line: the bank's own number, else all that it says together with how many such lines stood before it in the
 * file, so that two equal payments of one day are two, and the same file a second time brings none.
 */
function bankRefsOf(rows: readonly ReadRow[]): (string | undefined)[] {
  const counts = new Map<string, number>();
  return rows.map((row) => {
    if (!row.ok) return undefined;
    if (row.entry.bankRef) return row.entry.bankRef;
    const { bookedOn, amountMinor, payer, reference } = row.entry;
    const words = JSON.stringify([bookedOn.toString(), amountMinor.toString(), payer, reference]);
    const count = (counts.get(words) ?? 0) + 1;
    counts.set(words, count);
    return `~${createHash('sha256').update(`${words} ${count}`).digest('base64url').slice(0, 22)}`;
  });
}

/** Keeps what is new of a file, and how files of this bank are to be read. Nothing becomes a payment by this. */
export async function importBankFile(
  work: Work,
  file: BankFile & { bank: string; format: Format },
): Promise<BankImportView> {
  const { bank: name, format, fileName } = file;
  const read = readFile(file);
  const currency = await currencyFor(work.db, file);
  // First, for it locks the bank: what is known of it is looked at only then.
  await rememberFormat(work, name, format, headsOf(read.rows, format.skippedLines));
  const rows = readRows(read.rows, format, currency);
  const states = await statesOf(work.db, name, rows);
  const refs = bankRefsOf(rows);
  const fresh = rows.flatMap((row, index) =>
    states[index] === 'new' && row.ok ? [{ ...row.entry, bankRef: refs[index] ?? '' }] : [],
  );
  const readable = rows.filter(({ ok }) => ok).length;
  if (readable === 0) throw fieldError('invalid_input', 'format', 'fits no line of this file');
  const id = newId();
  const knownCount = states.filter((state) => state === 'known').length;
  await sql`
    with imported as (
      insert into billing.bank_imports (id, bank, file_name, at, by_name, new_count, known_count, left_out_count)
      values (${id}, ${name}, ${fileName}, ${work.now}, ${work.actor.name}, ${fresh.length}, ${knownCount},
        ${rows.length - fresh.length - knownCount}) returning id)
    insert into billing.bank_lines (id, import_id, bank, bank_ref, booked_on, amount_minor, currency, payer, reference)
    select line.id, imported.id, ${name}, bank_ref, booked_on, amount_minor, ${currency}, payer, reference
    from imported, unnest(${fresh.map(() => newId())}::uuid[], ${fresh.map(({ bankRef }) => bankRef)}::text[],
      ${fresh.map(({ bookedOn }) => bookedOn)}::date[], ${fresh.map(({ amountMinor }) => amountMinor)}::bigint[],
      ${textsOf(fresh, 'payer')}::text[], ${textsOf(fresh, 'reference')}::text[])
      as line (id, bank_ref, booked_on, amount_minor, payer, reference)`.execute(work.db);
  await audit(work, 'bank_statement.imported', [id], { bank: name, fileName, newCount: fresh.length, knownCount });
  work.announce('invoice', '*');
  return getBankImport(work.db, id);
}

function textsOf(entries: readonly Pick<BankEntry, 'payer' | 'reference'>[], key: 'payer' | 'reference'): string[] {
  return entries.map((entry) => entry[key]);
}

/** The row of the bank is locked by this: two who read the same file at once do it one after the other. */
async function rememberFormat(work: Work, name: string, format: Format, heads: string[]): Promise<void> {
  await sql`
    insert into billing.bank_formats (bank, format, heads, updated_at)
    values (${name}, ${JSON.stringify(format)}::jsonb, ${heads}::text[], ${work.now})
    on conflict (bank) do update set format = excluded.format, heads = excluded.heads, updated_at = excluded.updated_at`.execute(
    work.db,
  );
}

function selectImports(db: Db) {
  return db.selectFrom('billing.bank_imports as import').select([
    'import.id',
    'import.bank',
    'import.file_name as fileName',
    'import.at',
    'import.by_name as by',
    'import.new_count as newCount',
    'import.known_count as knownCount',
    'import.left_out_count as leftOutCount',
    sql<number>`(select count(*)::integer from billing.bank_lines line where line.import_id = import.id
        and line.set_aside_at is null and line.assigned_minor < line.amount_minor)`.as('waitingCount'),
  ]);
}

async function getBankImport(db: Db, id: string): Promise<BankImportView> {
  return selectImports(db).where('import.id', '=', id).executeTakeFirstOrThrow();
}

export async function listBankImports(db: Db, query: PageRequest): Promise<Page<BankImportView>> {
  const key = keyOf(query.after, 'uuid');
  const rows = await selectImports(db)
    .$if(key !== undefined, (q) => q.where(sql<SqlBool>`import.id < ${key?.[0]}::uuid`))
    .orderBy('import.id', 'desc')
    .limit(query.limit + 1)
    .execute();
  return pageOf(rows, query.limit, ({ id }) => [id]);
}

/** When a bank statement was last read; undefined where nobody reads any. */
export async function findLastImportAt(db: Db): Promise<Temporal.Instant | undefined> {
  const row = await db
    .selectFrom('billing.bank_imports')
    .select('at')
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.at;
}
