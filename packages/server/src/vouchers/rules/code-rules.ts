// Codes that people read aloud, type on a phone and print small: no 0, O, 1, I, L, and case does not matter (R-VCH-1).

export const codeAlphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

// The largest multiple of 31 in a byte: what is above would make the first letters likelier.
const fairBytes = 256 - (256 % codeAlphabet.length);

/** A code from random bytes, or undefined when too many of them had to be thrown away. */
export function codeFromBytes(bytes: Uint8Array, length: number): string | undefined {
  const letters = [...bytes].filter((byte) => byte < fairBytes).map((byte) => codeAlphabet[byte % codeAlphabet.length]);
  return letters.length < length ? undefined : letters.slice(0, length).join('');
}

export function entropyBits(length: number): number {
  return length * Math.log2(codeAlphabet.length);
}

/** As it is kept, from what somebody typed: gaps and dashes are for the eye. */
export function normalizedCode(typed: string): string {
  return typed.replace(/[\s-]/g, '').toUpperCase();
}
