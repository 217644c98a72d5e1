// For tests only: what whoever gets a proof does with it, as scripts/check-audit-proof.mjs does, which stands alone.
import { type Hash, isSameHash } from './chain-rules.ts';
import { leafHash, nodeHash, splitOf } from './merkle-rules.ts';

export function isIncluded(leaf: Uint8Array, index: number, size: number, proof: readonly Hash[], root: Hash): boolean {
  if (!Number.isInteger(index) || index < 0 || index >= size) return false;
  const left = [...proof];
  const found = climb(leafHash(leaf), index, size, left);
  return found !== undefined && left.length === 0 && isSameHash(found, root);
}

/** The root that a hash and its path lead to; takes the path from its end, where the top is. */
function climb(hash: Hash, index: number, size: number, path: Hash[]): Hash | undefined {
  if (size === 1) return hash;
  const sibling = path.pop();
  if (!sibling) return undefined;
  const split = splitOf(size);
  if (index < split) {
    const left = climb(hash, index, split, path);
    return left && nodeHash(left, sibling);
  }
  const right = climb(hash, index - split, size - split, path);
  return right && nodeHash(sibling, right);
}

export function isConsistent(
  earlier: { size: number; root: Hash },
  later: { size: number; root: Hash },
  proof: readonly Hash[],
): boolean {
  if (earlier.size < 1 || earlier.size > later.size) return false;
  const left = [...proof];
  const roots = climbBoth(earlier.root, earlier.size, later.size, left, true);
  if (!roots || left.length > 0) return false;
  return isSameHash(roots.earlier, earlier.root) && isSameHash(roots.later, later.root);
}

function climbBoth(
  earlierRoot: Hash,
  earlierSize: number,
  laterSize: number,
  path: Hash[],
  isWhole: boolean,
): { earlier: Hash; later: Hash } | undefined {
  if (earlierSize === laterSize) {
    const root = isWhole ? earlierRoot : path.pop();
    return root && { earlier: root, later: root };
  }
  const sibling = path.pop();
  if (!sibling) return undefined;
  const split = splitOf(laterSize);
  if (earlierSize <= split) {
    const roots = climbBoth(earlierRoot, earlierSize, split, path, isWhole);
    return roots && { earlier: roots.earlier, later: nodeHash(roots.later, sibling) };
  }
  const roots = climbBoth(earlierRoot, earlierSize - split, laterSize - split, path, false);
  return roots && { earlier: nodeHash(sibling, roots.earlier), later: nodeHash(sibling, roots.later) };
}
