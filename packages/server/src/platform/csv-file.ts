// Files of other programs with one row a line: banks, spreadsheets, other billing programs. None says how it is written.
import { parse } from 'csv-parse/sync';
import { fieldError } from './errors.ts';

export type CsvFile = { encoding: string; delimiter: string; rows: string[][] };

type Limits = { mostRows: number; mostColumns: number };

/** Finds out encoding and delimiter and reads all rows; empty lines are left out. Refuses what is no text or too much of it. */
export function readCsv(content: Buffer, { mostRows, mostColumns }: Limits, path = 'content'): CsvFile {
  const { text, encoding } = decoded(content);
  // A picture or a spreadsheet's own format is full of them, and a text has none.
  if (text.includes('\0')) throw fieldError('invalid_input', path, 'is not a text file');
  const delimiter = delimiterOf(text);
  const rows = parsed(text, delimiter, mostRows + 1, path);
  if (rows.length === 0) throw fieldError('invalid_input', path, 'must not be empty');
  if (rows.length > mostRows)
    throw fieldError('invalid_input', path, `must have at most ${mostRows} lines: send it in parts`, { mostRows });
  if (rows.some((row) => row.length > mostColumns))
    throw fieldError('invalid_input', path, `must have at most ${mostColumns} columns`, { mostColumns });
  return { encoding, delimiter, rows };
}

/** By its byte order mark, else UTF-8 where it can be that, else what Windows writes in the west. */
function decoded(content: Buffer): { text: string; encoding: string } {
  if (content[0] === 0xff && content[1] === 0xfe) return { text: decode(content, 'utf-16le'), encoding: 'UTF-16' };
  if (content[0] === 0xfe && content[1] === 0xff) return { text: decode(content, 'utf-16be'), encoding: 'UTF-16' };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(content), encoding: 'UTF-8' };
  } catch {
    return { text: decode(content, 'windows-1252'), encoding: 'Windows-1252' };
  }
}

function decode(content: Buffer, encoding: string): string {
  return new TextDecoder(encoding).decode(content);
}

const delimiters = [';', '\t', ',', '|'] as const;

/** The one that cuts most of the first lines into the same number of parts. Commas are last but one: they stand in amounts, too. */
function delimiterOf(text: string): string {
  const lines = text.split(/\r\n|\r|\n/, 30).filter((line) => line.trim());
  const scored = delimiters.map((delimiter) => {
    const counts = lines.map((line) => line.replaceAll(/"[^"]*"/g, '').split(delimiter).length - 1);
    const most = [...Map.groupBy(counts, (count) => count)]
      .filter(([count]) => count > 0)
      .toSorted(([, a], [, b]) => b.length - a.length)[0];
    return { delimiter, lineCount: most?.[1].length ?? 0 };
  });
  return scored.reduce((best, one) => (one.lineCount > best.lineCount ? one : best)).delimiter;
}

function parsed(text: string, delimiter: string, most: number, path: string): string[][] {
  try {
    return parse(text, {
      delimiter,
      bom: true,
      to: most,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      trim: true,
      max_record_size: 20_000,
    });
  } catch (error) {
    throw fieldError('invalid_input', path, `cannot be read: ${error instanceof Error ? error.message : 'not CSV'}`);
  }
}
