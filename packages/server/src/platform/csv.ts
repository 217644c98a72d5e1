// Lists as files for other programs, mostly spreadsheets.
import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';

export type Cell = string | number | bigint | boolean | null | { toString(): string };

/** The head of each column, and what a row has in it. */
export type CsvColumns<Row> = Record<string, (row: Row) => Cell>;

// Excel takes a file for one of the machine's own code page unless it begins so.
const byteOrderMark = '\uFEFF';

/** Row by row, so that a file of any length is never held whole. */
export function csvStream<Row>(columns: CsvColumns<Row>, rows: AsyncIterable<Row>): Readable {
  return Readable.from(csvLines(columns, rows));
}

async function* csvLines<Row>(columns: CsvColumns<Row>, rows: AsyncIterable<Row>): AsyncGenerator<string> {
  yield byteOrderMark + lineOf(Object.keys(columns));
  const cells = Object.values(columns);
  for await (const row of rows) yield lineOf(cells.map((cell) => safeCell(cell(row))));
}

function lineOf(cells: readonly string[]): string {
  return stringify([[...cells]], { record_delimiter: 'windows' });
}

/** A spreadsheet would run a text that begins like a formula; customers choose their names. Amounts stay amounts. */
function safeCell(cell: Cell): string {
  const text = cell === null ? '' : String(cell);
  return /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
}
