import { describe, expect, it } from 'vitest';
import { createFormat } from '../../lib/format.ts';
import { emptyLine, type LineValues, lineTroubles, sentLine } from './invoice-values.ts';
import { sentTerms, termTroubles, termValues } from './term-fields.tsx';

const format = createFormat({ locale: 'en-US', timeZone: 'UTC', currency: 'USD' });

describe('a line of an invoice that is written by hand', () => {
  const line: LineValues = { ...emptyLine, description: 'Cable', quantity: 3, unitMinor: '1050' };
  const wrong = (change: Partial<LineValues>) =>
    Object.entries(lineTroubles({ ...line, ...change }, format, 'USD')).flatMap(([field, trouble]) =>
      trouble === null ? [] : [field],
    );

  it.each([
    ['nothing', {}, []],
    ['a discount of all of it', { discountMinor: '3150' }, []],
    ['a discount of more', { discountMinor: '3151' }, ['discountMinor']],
    ['no text', { description: ' ' }, ['description']],
    ['half a piece', { quantity: 1.5 }, ['quantity']],
    ['no piece', { quantity: 0 }, ['quantity']],
    ['too many pieces', { quantity: 100_001 }, ['quantity']],
    ['no price', { unitMinor: '' }, ['unitMinor']],
    ['a price that is none', { unitMinor: '~abc', discountMinor: '~x' }, ['unitMinor', 'discountMinor']],
  ])('with %s is wrong at its fields', (_name, change, fields) => {
    expect(wrong(change)).toEqual(fields);
  });

  it('is sent with nothing where nothing was said', () => {
    expect(sentLine(line)).toEqual({
      description: 'Cable',
      quantity: 3,
      unitMinor: '1050',
      discountMinor: '0',
      taxId: null,
    });
  });
});

describe('terms of a subscription of its own', () => {
  const none = termValues(undefined);

  it('are sent as they stand, and only the discount of the kind that is chosen', () => {
    const both = { ...none, discountBp: 12.5, discountMinor: '300', discountEndsOn: '2026-12-31' };
    expect(sentTerms({ ...both, discountKind: 'percent' })).toMatchObject({
      discountBp: 1250,
      discountMinor: null,
      discountEndsOn: '2026-12-31',
    });
    expect(sentTerms({ ...both, discountKind: 'amount' })).toMatchObject({ discountBp: null, discountMinor: '300' });
    expect(sentTerms(both)).toMatchObject({ discountBp: null, discountMinor: null, discountEndsOn: null });
  });

  it('leave to the billing rules how it is paid, where nothing is chosen', () => {
    expect(sentTerms(none)).not.toHaveProperty('paymentMode');
  });

  it.each([0, 100.01, ''])('a discount of %j percent is wrong', (discountBp) => {
    const { discountBp: trouble } = termTroubles({ ...none, discountKind: 'percent', discountBp }, format, 'USD');
    expect(trouble).toBeTruthy();
  });
});
