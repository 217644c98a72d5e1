// The chain of the audit log (R-AUD-1): hash n = SHA-256(hash n-1 followed by SHA-256 of the payload bytes).
import { createHash } from 'node:crypto';

export type Hash = Uint8Array;

/** What stands before the first record. */
export const genesisHash: Hash = new Uint8Array(32);

export function sha256(...parts: readonly Uint8Array[]): Hash {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

export function nextHash(previous: Hash, payload: Uint8Array): Hash {
  return sha256(previous, sha256(payload));
}

/** The hashes of records that follow one another: a whole batch needs one look at the head, and one change of it. */
export function chainOf(payloads: readonly Uint8Array[], genesis: Hash = genesisHash): Hash[] {
  let head = genesis;
  return payloads.map((payload) => {
    head = nextHash(head, payload);
    return head;
  });
}

export type ChainRecord = { seq: bigint; payload: Uint8Array; hash: Hash };

/** A head that was told to somebody outside (R-AUD-3): in a mail, on a printed report. */
export type Anchor = { seq: bigint; hash: Hash };

export type ChainVerdict =
  | { isValid: true }
  | {
      isValid: false;
      reason: 'sequence_gap' | 'hash_mismatch' | 'truncated' | 'anchor_mismatch';
      /** The first record that is not as it was; that of the anchor where the log itself shows nothing. */
      firstBadSeq: bigint;
    };

/**
 * Recomputes a chain and compares it with what was told outside. The chain alone shows a record that was changed, removed or
 * moved; only an anchor shows that the newest are missing, or that all was written anew by the owner of the database.
 */
export function verifyChain(
  records: readonly ChainRecord[],
  anchors: readonly Anchor[] = [],
  genesis: Hash = genesisHash,
  /** The number of the record that `genesis` belongs to, where the chain is read in parts. */
  genesisSeq = 0n,
): ChainVerdict {
  const anchored = new Map(anchors.map(({ seq, hash }) => [seq, hash]));
  let head = genesis;
  let seq = genesisSeq;
  for (const record of records) {
    seq += 1n;
    if (record.seq !== seq) return { isValid: false, reason: 'sequence_gap', firstBadSeq: record.seq };
    head = nextHash(head, record.payload);
    if (!isSameHash(head, record.hash)) return { isValid: false, reason: 'hash_mismatch', firstBadSeq: seq };
    const told = anchored.get(seq);
    if (told && !isSameHash(told, head)) return { isValid: false, reason: 'anchor_mismatch', firstBadSeq: seq };
  }
  const beyond = anchors.filter((anchor) => anchor.seq > seq);
  return beyond.length === 0 ? { isValid: true } : { isValid: false, reason: 'truncated', firstBadSeq: seq + 1n };
}

export function isSameHash(a: Hash, b: Hash): boolean {
  return Buffer.compare(a, b) === 0;
}
