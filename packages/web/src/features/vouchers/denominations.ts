// Notes and coins that a drawer is counted by. Where a currency is not listed, the usual steps of one, two and five.
import { decimalsOf } from '../../lib/format.ts';
import type { Cash } from './queries.ts';

const known: Record<string, string> = {
  USD: '100 50 20 10 5 2 1 0.50 0.25 0.10 0.05 0.01',
  EUR: '200 100 50 20 10 5 2 1 0.50 0.20 0.10 0.05 0.02 0.01',
  GBP: '50 20 10 5 2 1 0.50 0.20 0.10 0.05 0.02 0.01',
  KES: '1000 500 200 100 50 40 20 10 5 1',
  TZS: '10000 5000 2000 1000 500 200 100 50',
  UGX: '50000 20000 10000 5000 2000 1000 500 200 100 50',
  NGN: '1000 500 200 100 50 20 10 5',
  ZAR: '200 100 50 20 10 5 2 1 0.50 0.20 0.10',
  INR: '500 200 100 50 20 10 5 2 1',
  BDT: '1000 500 200 100 50 20 10 5 2 1',
  PKR: '5000 1000 500 100 50 20 10 5 2 1',
  IDR: '100000 50000 20000 10000 5000 2000 1000 500 200 100',
  PHP: '1000 500 200 100 50 20 10 5 1 0.25',
};

const usual = '500 200 100 50 20 10 5 2 1';

export function faceValuesOf(currency: string): string[] {
  return (known[currency] ?? usual).split(' ');
}

/** Minor units as digits. A face value is what is printed on a note, such as "0.50". */
export function sumOfCash(cash: Cash, currency: string): string {
  const decimals = decimalsOf(currency);
  return cash
    .reduce((sum, { faceValue, count }) => {
      const [whole = '0', fraction = ''] = faceValue.split('.');
      return sum + BigInt(whole + fraction.padEnd(decimals, '0').slice(0, decimals)) * BigInt(count);
    }, 0n)
    .toString();
}
