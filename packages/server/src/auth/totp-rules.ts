// Time-based one-time passwords of RFC 6238, as every authenticator app makes them: SHA-1, six digits, 30 seconds.
import { createHmac } from 'node:crypto';

const stepSeconds = 30;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function totpCode(secret: Uint8Array, step: number, digits = 6): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  const number = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

export function totpStep(epochMilliseconds: number): number {
  return Math.floor(epochMilliseconds / 1000 / stepSeconds);
}

/**
 * The step that a code belongs to, or undefined. One step before and after is taken, for clocks differ; none up to the one
 * that was taken last, so that a code that somebody saw is worth nothing.
 */
export function acceptedStep(secret: Uint8Array, code: string, now: number, lastStep: number): number | undefined {
  const step = totpStep(now);
  return [step, step - 1, step + 1].find((candidate) => candidate > lastStep && totpCode(secret, candidate) === code);
}

export function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => alphabet[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
}

export function totpAddress(secret: Uint8Array, issuer: string, username: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(username)}`;
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=${encodeURIComponent(issuer)}`;
}
