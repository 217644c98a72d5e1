import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { csvStream } from './csv.ts';

const columns = { Name: (row: Row) => row.name, Amount: (row: Row) => row.amount };
type Row = { name: string; amount: string | null };

async function* each(rows: Row[]) {
  yield* rows;
}

const written = (rows: Row[]) => text(csvStream(columns, each(rows)));

test('a list becomes a file that spreadsheets read: a mark, a head, a line for each row', async () => {
  expect(await written([{ name: 'Anna "Ann", Berg', amount: '-1.50' }])).toBe(
    '\uFEFFName,Amount\r\n"Anna ""Ann"", Berg",-1.50\r\n',
  );
});

test('an empty list is its head', async () => {
  expect(await written([])).toBe('\uFEFFName,Amount\r\n');
});

test.each(['=1+1', '+49 30', '-cmd|x', '@SUM(A1)', '\t=1'])('%j is not run by a spreadsheet', async (name) => {
  expect(await written([{ name, amount: null }])).toContain(`'${name}`);
});
