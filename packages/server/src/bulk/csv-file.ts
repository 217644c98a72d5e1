// A CSV file as a provider's office has it: from a spreadsheet, from another program, in whatever encoding.
import { mostBulkItems } from '@lastmile/contract/bulk.ts';
import { mostImportBytes, mostImportColumns } from '@lastmile/contract/customer-imports.ts';
import { parse } from 'csv-parse/sync';
import { fieldError } from '#platform/errors.ts';
import { delimiterOf, encodingOf } from './import-rules.ts';

export type CsvFile = {
  encoding: string;
  delimiter: string;
  columns: string[];
  rows: { line: number; cells: string[] }[];
};

const mostCellLength = 2000;

export function readCsv(content: Buffer): CsvFile {
  const refuse = (message: string) => fieldError('invalid_input', 'content', message);
  if (content.length > mostImportBytes) throw refuse(`must have at most ${mostImportBytes} bytes`);
  const encoding = encodingOf(content);
  const text = new TextDecoder(encoding).decode(content);
  if (text.includes('\0')) throw refuse('is not a text file');
  const delimiter = delimiterOf(text);
  const [head, ...rows] = parsed(text, delimiter, refuse);
  if (!head || rows.length === 0) throw refuse('must have a line with the names of the columns, and a line below it');
  if (head.cells.length > mostImportColumns) throw refuse(`must have at most ${mostImportColumns} columns`);
  if (rows.length > mostBulkItems) throw refuse(`must have at most ${mostBulkItems} lines`);
  const columns = head.cells.map((name, at) => name.slice(0, 100) || `${at + 1}`);
  const wide = rows.find(({ cells }) => cells.length > columns.length && cells.slice(columns.length).some(Boolean));
  if (wide) throw refuse(`has more cells in line ${wide.line} than columns (${columns.length})`);
  const long = rows.find(({ cells }) => cells.some((cell) => cell.length > mostCellLength));
  if (long) throw refuse(`has a cell of more than ${mostCellLength} characters in line ${long.line}`);
  return { encoding, delimiter, columns, rows };
}

function parsed(text: string, delimiter: string, refuse: (message: string) => Error): CsvFile['rows'] {
  try {
    const records = parse(text, {
      delimiter,
      bom: true,
      trim: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      max_record_size: mostImportColumns * mostCellLength,
      to: mostBulkItems + 2,
      info: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return records.map(({ record, info }) => ({ line: info.lines, cells: record }));
  } catch (error) {
    throw refuse(`cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
