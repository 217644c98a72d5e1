// For tests only: what a person's phone does with the address that it scanned.
import { createHmac } from 'node:crypto';

/** The code of this moment, or of one so many steps away. Written apart from the server's own, to not agree with its mistakes. */
export function codeOf(address: string, at = Date.now(), steps = 0): string {
  const secret = new URL(address).searchParams.get('secret') ?? '';
  let bits = '';
  for (const letter of secret) bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeUInt32BE(Math.floor(at / 30_000) + steps, 4);
  const mac = createHmac('sha1', key).update(counter).digest();
  const start = mac[19]! & 15;
  return String((mac.readUInt32BE(start) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
