import { expect, test } from 'vitest';
import { readCsv } from './csv-file.ts';
import { cellsOf, guessedMapping, isSamePerson, wishOf } from './import-rules.ts';

const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le');

test.each([
  ['UTF-8 with commas', Buffer.from('Name,Phone\nÀna,1'), 'utf-8', ','],
  ['UTF-8 with a mark', Buffer.from('\uFEFFName,Phone\nÀna,1'), 'utf-8', ','],
  ['UTF-16 as Excel writes it, with tabs', utf16('Name\tPhone\nÀna\t1'), 'utf-16le', '\t'],
  ['UTF-16 without a mark', utf16('Name;Phone\nÀna;1').subarray(2), 'utf-16le', ';'],
  ['UTF-16, the other way round', utf16('Name;Phone\nÀna;1').swap16(), 'utf-16be', ';'],
  ['Windows-1252 with semicolons', Buffer.from('Name;Phone\n\xC0na;1', 'latin1'), 'windows-1252', ';'],
])('%s is read', (_name, content, encoding, delimiter) => {
  expect(readCsv(content)).toEqual({
    encoding,
    delimiter,
    columns: ['Name', 'Phone'],
    rows: [{ line: 2, cells: ['Àna', '1'] }],
  });
});

test.each([
  ['nothing', '', 'names of the columns'],
  ['names alone', 'Name,Phone\n', 'names of the columns'],
  ['more cells than columns', 'Name\nA,B\n', 'more cells in line 2'],
  ['a quote that never ends', 'Name\n"A\n', 'cannot be read'],
  ['too many columns', `${Array.from({ length: 61 }, (_, at) => `c${at}`).join(',')}\n1\n`, 'at most 60 columns'],
  ['too long a cell', `Name\n${'x'.repeat(2001)}\n`, 'more than 2000 characters in line 2'],
])('%s is refused with where and why', (_name, content, message) => {
  expect(() => readCsv(Buffer.from(content))).toThrow(message);
});

test('a line is told as an editor counts it, also after one that goes over several', () => {
  const { rows } = readCsv(Buffer.from('Name,Notes\nA,"one\ntwo"\n\nB,x\n'));
  expect(rows.map(({ line, cells }) => [line, cells[0]])).toEqual([
    [3, 'A'],
    [5, 'B'],
  ]);
});

const meter = { id: '01890a5d-ac96-774b-bcce-b302099a8057', name: 'Meter no.', kind: 'number' } as const;

test('columns are guessed by their names, each field once', () => {
  const columns = ['Full Name', 'TELÉFONO', 'IP', 'Caller-ID', 'meter no', 'Package', 'name', 'whatever'];
  expect(guessedMapping(columns, [meter])).toEqual(
    [null, 'phone', 'staticAddress', 'macAddress', `custom:${meter.id}`, 'plan', 'name', null]
      .with(0, 'name')
      .with(6, null),
  );
});

test('a row becomes what the form of a customer would send', () => {
  const mapping = ['name', 'phone', 'tags', 'latitude', 'longitude', `custom:${meter.id}`, null];
  const cells = cellsOf([' Ana ', "'+385 91", 'Fibre; VIP', '45,8', '15.9', '12,5', 'left out'], mapping);
  expect(wishOf(cells, [meter])).toEqual({
    name: 'Ana',
    phone: '+385 91',
    tags: ['Fibre', 'VIP'],
    position: { latitude: 45.8, longitude: 15.9 },
    custom: { [meter.id]: 12.5 },
  });
});

test.each([
  ['the same phone', { phoneWords: '38591 091', email: null }, { phoneWords: '091', email: 'a@b.c' }, true],
  ['another phone', { phoneWords: '1', email: null }, { phoneWords: '2', email: null }, false],
  ['the same mail', { phoneWords: '', email: 'A@b.c' }, { phoneWords: '2', email: 'a@B.c' }, true],
  ['another mail', { phoneWords: '', email: 'a@b.c' }, { phoneWords: '', email: 'b@b.c' }, false],
  ['nothing but the name', { phoneWords: '', email: null }, { phoneWords: '', email: null }, true],
  ['one tells more', { phoneWords: '', email: null }, { phoneWords: '2', email: null }, false],
])('of one name, %s: one person %s', (_name, row, known, isSame) => {
  expect(isSamePerson(row, known)).toBe(isSame);
});
