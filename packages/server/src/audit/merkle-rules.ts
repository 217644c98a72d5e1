// Merkle trees of RFC 6962, section 2.1 (R-AUD-2): one hash stands for all records of a day, and a short proof shows that a
// receipt is among them without handing over the log.
import { type Hash, sha256 } from './chain-rules.ts';

// Two marks, so that no record can pass for a node of the tree.
const leafMark = Uint8Array.of(0);
const nodeMark = Uint8Array.of(1);

export function leafHash(leaf: Uint8Array): Hash {
  return sha256(leafMark, leaf);
}

export function nodeHash(left: Hash, right: Hash): Hash {
  return sha256(nodeMark, left, right);
}

/** The largest power of two below a size of at least 2: where a tree is split. */
export function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

export function merkleRoot(leaves: readonly Uint8Array[]): Hash {
  return rootOf(leaves.map(leafHash));
}

function rootOf(hashes: readonly Hash[]): Hash {
  if (hashes.length === 0) return sha256();
  if (hashes.length === 1) return hashes[0]!;
  const split = splitOf(hashes.length);
  return nodeHash(rootOf(hashes.slice(0, split)), rootOf(hashes.slice(split)));
}

/** What must be known besides a leaf to come to the root, from the leaf upwards. */
export function inclusionProof(leaves: readonly Uint8Array[], index: number): Hash[] {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length)
    throw new RangeError(`there is no leaf ${index} among ${leaves.length}`);
  return pathOf(leaves.map(leafHash), index);
}

function pathOf(hashes: readonly Hash[], index: number): Hash[] {
  if (hashes.length === 1) return [];
  const split = splitOf(hashes.length);
  const [left, right] = [hashes.slice(0, split), hashes.slice(split)];
  return index < split ? [...pathOf(left, index), rootOf(right)] : [...pathOf(right, index - split), rootOf(left)];
}

/** Shows that the tree of the first leaves became the tree of all of them by adding alone. */
export function consistencyProof(leaves: readonly Uint8Array[], earlierSize: number): Hash[] {
  if (!Number.isInteger(earlierSize) || earlierSize < 1 || earlierSize > leaves.length)
    throw new RangeError(`no tree of ${earlierSize} leaves came before one of ${leaves.length}`);
  return subproofOf(leaves.map(leafHash), earlierSize, true);
}

function subproofOf(hashes: readonly Hash[], earlierSize: number, isWhole: boolean): Hash[] {
  // The earlier root itself is known to who asks.
  if (earlierSize === hashes.length) return isWhole ? [] : [rootOf(hashes)];
  const split = splitOf(hashes.length);
  const [left, right] = [hashes.slice(0, split), hashes.slice(split)];
  return earlierSize <= split
    ? [...subproofOf(left, earlierSize, isWhole), rootOf(right)]
    : [...subproofOf(right, earlierSize - split, false), rootOf(left)];
}
