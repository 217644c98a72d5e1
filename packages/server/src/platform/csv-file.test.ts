import { expect, test } from 'vitest';
import { readCsv } from './csv-file.ts';

const limits = { mostRows: 5, mostColumns: 4 };
const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);

test.each([
  [
    'commas',
    Buffer.from('a,b\n1,2\n'),
    'UTF-8',
    ',',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'semicolons and decimal commas',
    Buffer.from('a;b\n1,5;2,5\n3,5;4,5'),
    'UTF-8',
    ';',
    [
      ['a', 'b'],
      ['1,5', '2,5'],
      ['3,5', '4,5'],
    ],
  ],
  [
    'tabs',
    Buffer.from('a\tb, c\n1\t2'),
    'UTF-8',
    '\t',
    [
      ['a', 'b, c'],
      ['1', '2'],
    ],
  ],
  ['a byte order mark', Buffer.from('\uFEFFa;b'), 'UTF-8', ';', [['a', 'b']]],
  ['Windows letters', Buffer.from([0x4d, 0xfc, 0x3b, 0x31]), 'Windows-1252', ';', [['Mü', '1']]],
  ['UTF-16', utf16('Ž;1\r\n'), 'UTF-16', ';', [['Ž', '1']]],
  [
    'quotes, a line break in them, and empty lines',
    Buffer.from('"a, x",b\n\n"1\n2",3\n'),
    'UTF-8',
    ',',
    [
      ['a, x', 'b'],
      ['1\n2', '3'],
    ],
  ],
  [
    'rows of different lengths',
    Buffer.from('Account 1\na;b;c\n1;2;3'),
    'UTF-8',
    ';',
    [['Account 1'], ['a', 'b', 'c'], ['1', '2', '3']],
  ],
])('%s are read as they are', (_name, content, encoding, delimiter, rows) => {
  expect(readCsv(content, limits)).toEqual({ encoding, delimiter, rows });
});

test.each([
  ['nothing', Buffer.from('\n\n'), 'must not be empty'],
  ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]), 'is not a text file'],
  ['too many lines', Buffer.from('a,b\n'.repeat(6)), 'at most 5 lines'],
  ['too many columns', Buffer.from('a,b,c,d,e'), 'at most 4 columns'],
])('%s is refused at the field', (_name, content, message) => {
  expect(() => readCsv(content, limits)).toThrow(message);
});
