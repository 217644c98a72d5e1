import { expect, it } from 'vitest';
import { createFormat } from '../lib/format.ts';
import { moneyTrouble } from './money-input.tsx';

const format = createFormat({ locale: 'en-US', timeZone: 'UTC', currency: 'USD' });

it.each([
  ['~12.5', 'JPY', 'Amounts in JPY have no decimals: write it like 123456.'],
  ['~12.3456', 'BHD', 'No more than 3 digits after the decimal sign: write it like 123.456.'],
  ['~12.3456', undefined, 'No more than 2 digits after the decimal sign: write it like 1234.56.'],
  ['12345', 'BHD', null],
])('of %s in %s people read which digits may be written', (typed, currency, expected) => {
  expect(moneyTrouble(format, typed, currency)).toBe(expected);
});
