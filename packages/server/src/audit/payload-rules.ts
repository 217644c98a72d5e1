// What of an entry is hashed: everything that it says, in one form, without secrets.
import { createHmac } from 'node:crypto';
import { canonicalJson } from './canonical-json-rules.ts';
import { type Hash, isSameHash } from './chain-rules.ts';

/** An entry as its columns hold it. */
export type EntryContents = {
  uid: string;
  at: Temporal.Instant;
  actorKind: string;
  actorId: string | null;
  actorName: string;
  role: string | null;
  address: string | null;
  via: string | null;
  action: string;
  about: readonly string[];
  details: unknown;
  reason: string | null;
};

/** Nothing writes these on purpose: a name like this never comes with its value. */
const secretName = /password|passphrase|secret|token|^code$|^pin$|private_?key|api_?key/i;
const mask = '•••';
/** Words that say what happened to a secret, and not the secret. */
const harmless = new Set<unknown>(['changed', 'removed', 'set', true, false, null, undefined, mask]);

/** Details as JSON can hold them and PostgreSQL can store them, with secrets masked. */
export function plainDetails(details: Record<string, unknown>): Record<string, unknown> {
  const text = JSON.stringify(details, (name, value: unknown) => {
    if (secretName.test(name) && !harmless.has(value) && !isIdOf(value)) return mask;
    if (typeof value === 'bigint') return value.toString();
    if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '');
    return value;
  });
  return JSON.parse(text) as Record<string, unknown>;
}

/** The id or the list of names of a key is none of its secrets. */
function isIdOf(value: unknown): boolean {
  return typeof value === 'number';
}

export function payloadOf(entry: EntryContents): string {
  const { actorKind, actorId, actorName, role, via, address, reason } = entry;
  return canonicalJson({
    id: entry.uid,
    at: entry.at.toString(),
    actor: present({ kind: actorKind, id: actorId, name: actorName, role, via }),
    action: entry.action,
    about: entry.about,
    details: entry.details,
    ...present({ address, reason }),
  });
}

function present(fields: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter((field): field is [string, string] => field[1] !== null));
}

/** Does a payload say what the columns say? Whatever the bytes look like. */
export function isPayloadOf(payload: string, entry: EntryContents): boolean {
  try {
    const said = JSON.parse(payload) as Record<string, unknown>;
    const at = Temporal.Instant.from(String(said.at)).toString();
    return canonicalJson({ ...said, at }) === payloadOf(entry);
  } catch {
    return false;
  }
}

/** A signature over parts; each kind of record has its own, so that none passes for another. */
export function signatureOf(key: Buffer, kind: 'entry' | 'record' | 'day', ...parts: readonly Uint8Array[]): Buffer {
  const hmac = createHmac('sha256', key).update(`lastmile audit ${kind}\n`);
  for (const part of parts) hmac.update(`${part.length}\n`).update(part);
  return hmac.digest();
}

export function isSigned(signature: Hash | null, wanted: Hash): boolean {
  return signature !== null && isSameHash(signature, wanted);
}
