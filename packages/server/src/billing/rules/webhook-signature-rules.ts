// Signed calls as the Standard Webhooks specification writes them (https://www.standardwebhooks.com): HMAC-SHA256 over
// "id.timestamp.body", so that neither the words nor the time of a call can be changed on the way.
import { createHmac, timingSafeEqual } from 'node:crypto';

export type SignedCall = { id: string; timestamp: string; signature: string; body: Buffer };

/** A call that was caught on its way is worth nothing after this; clocks differ by less. */
const toleranceSeconds = 300;

const secretPrefix = 'whsec_';

export function secretFrom(bytes: Buffer): string {
  return `${secretPrefix}${bytes.toString('base64')}`;
}

export function signatureOf(secret: string, { id, timestamp, body }: Omit<SignedCall, 'signature'>): string {
  const key = Buffer.from(secret.slice(secretPrefix.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
}

/** Why a call is not believed; undefined: it is. */
export function distrustOf(secret: string, call: SignedCall, now: Temporal.Instant): 'signature' | 'time' | undefined {
  if (!call.id || !/^\d{1,12}$/.test(call.timestamp)) return 'signature';
  const right = Buffer.from(signatureOf(secret, call));
  // There are several while a sender changes its secret.
  const given = call.signature
    .split(' ')
    .slice(0, 10)
    .map((one) => Buffer.from(one));
  if (!given.some((one) => one.length === right.length && timingSafeEqual(one, right))) return 'signature';
  const age = Math.abs(now.epochMilliseconds / 1000 - Number(call.timestamp));
  return age > toleranceSeconds ? 'time' : undefined;
}
