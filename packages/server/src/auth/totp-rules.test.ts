import { expect, test } from 'vitest';
import { acceptedStep, base32, totpAddress, totpCode, totpStep } from './totp-rules.ts';

const secret = Buffer.from('12345678901234567890');

test.each([
  [59, '94287082'],
  [1111111109, '07081804'],
  [1111111111, '14050471'],
  [1234567890, '89005924'],
  [2000000000, '69279037'],
  [20000000000, '65353130'],
])('at %d s the code is that of RFC 6238, appendix B', (seconds, code) => {
  expect(totpCode(secret, totpStep(seconds * 1000), 8)).toBe(code);
  expect(totpCode(secret, totpStep(seconds * 1000))).toBe(code.slice(2));
});

test.each([
  ['', ''],
  ['f', 'MY'],
  ['fo', 'MZXQ'],
  ['foo', 'MZXW6'],
  ['foob', 'MZXW6YQ'],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI'],
])('%j is %j in base 32 (RFC 4648, without padding)', (text, encoded) => {
  expect(base32(Buffer.from(text))).toBe(encoded);
});

test('a code works once, and a step early or late, and no longer', () => {
  const now = 1_111_111_111_000;
  const step = totpStep(now);
  const code = (at: number) => totpCode(secret, at);
  for (const near of [step - 1, step, step + 1]) expect(acceptedStep(secret, code(near), now, 0)).toBe(near);
  for (const far of [step - 2, step + 2]) expect(acceptedStep(secret, code(far), now, 0)).toBeUndefined();
  expect(acceptedStep(secret, code(step), now, step)).toBeUndefined();
  expect(acceptedStep(secret, code(step - 1), now, step)).toBeUndefined();
  expect(acceptedStep(secret, code(step + 1), now, step)).toBe(step + 1);
});

test('what the app scans names the provider and the person', () => {
  expect(totpAddress(secret, 'My & Co', 'ana')).toBe(
    'otpauth://totp/My%20%26%20Co:ana?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=My%20%26%20Co',
  );
});
