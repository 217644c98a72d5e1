import { describe, expect, it } from 'vitest';
import { codePageNamed, decodeText } from './text.ts';

describe('text', () => {
  it('UTF-8 is UTF-8, with a byte order mark where the router has one', () => {
    expect(decodeText(Buffer.from('Ünïcode 🛰'))).toBe('Ünïcode 🛰');
    expect(decodeText(Buffer.from('efbbbf61', 'hex'))).toBe('\ufeffa');
  });

  it('everything else is in the code page of the Windows it was typed on', () => {
    expect(decodeText(Buffer.from('80939fe9', 'hex'))).toBe('€“Ÿé');
    expect(decodeText(Buffer.from('cfe5f2', 'hex'), codePageNamed('windows-1251'))).toBe('Пет');
  });

  it('a code page that nobody knows is a mistake of the caller', () => {
    expect(() => codePageNamed('windows-9999')).toThrow(RangeError);
  });
});
