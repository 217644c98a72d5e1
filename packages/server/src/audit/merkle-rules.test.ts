import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isConsistent, isIncluded } from './merkle-checks.test-support.ts';
import { consistencyProof, inclusionProof, merkleRoot } from './merkle-rules.ts';

const hex = (hash: Uint8Array) => Buffer.from(hash).toString('hex');

// The leaves and roots that implementations of Certificate Transparency are tested with.
const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(
  (text) => new Uint8Array(Buffer.from(text, 'hex')),
);
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

test.each(roots.map((root, size) => [size, root] as const))('the tree of %d leaves has the root %s', (size, root) => {
  expect(hex(merkleRoot(leaves.slice(0, size)))).toBe(root);
});

describe('proofs', () => {
  test('a leaf of its own needs none', () => {
    expect(inclusionProof(leaves.slice(0, 1), 0)).toEqual([]);
    expect(consistencyProof(leaves, 8)).toEqual([]);
  });

  test('the known ones', () => {
    expect(inclusionProof(leaves, 5).map(hex)).toEqual([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    expect(consistencyProof(leaves, 6).map(hex)).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
  });

  test('there is none for what is not there', () => {
    expect(() => inclusionProof(leaves, 8)).toThrow(RangeError);
    expect(() => inclusionProof([], 0)).toThrow(RangeError);
    expect(() => consistencyProof(leaves, 0)).toThrow(RangeError);
    expect(() => consistencyProof(leaves, 9)).toThrow(RangeError);
  });

  const trees = fc.array(fc.uint8Array({ maxLength: 6 }), { minLength: 1, maxLength: 40 });
  const flip = (hash: Uint8Array) => Uint8Array.from(hash, (byte, index) => (index === 7 ? byte ^ 1 : byte));

  test('each leaf is shown to be in its tree, and nothing else is', () => {
    fc.assert(
      fc.property(trees, fc.nat(), fc.nat(), (tree, which, step) => {
        const index = which % tree.length;
        const [leaf, size, root, proof] = [tree[index]!, tree.length, merkleRoot(tree), inclusionProof(tree, index)];
        expect(isIncluded(leaf, index, size, proof, root)).toBe(true);
        expect(isIncluded(Uint8Array.of(...leaf, 1), index, size, proof, root)).toBe(false);
        expect(isIncluded(leaf, index, size, proof, flip(root))).toBe(false);
        expect(isIncluded(leaf, index, size, [...proof, root], root)).toBe(false);
        expect(isIncluded(leaf, size, size, proof, root)).toBe(false);
        if (proof.length === 0) return;
        const at = step % proof.length;
        expect(isIncluded(leaf, index, size, proof.with(at, flip(proof[at]!)), root)).toBe(false);
        expect(isIncluded(leaf, index, size, proof.slice(1), root)).toBe(false);
      }),
    );
  });

  test('a tree that grew is shown to have kept what it had, and one that was changed is not', () => {
    fc.assert(
      fc.property(trees, fc.nat(), fc.nat(), (tree, which, step) => {
        const size = (which % tree.length) + 1;
        const earlier = { size, root: merkleRoot(tree.slice(0, size)) };
        const later = { size: tree.length, root: merkleRoot(tree) };
        const proof = consistencyProof(tree, size);
        expect(isConsistent(earlier, later, proof)).toBe(true);
        expect(isConsistent({ ...earlier, root: flip(earlier.root) }, later, proof)).toBe(false);
        expect(isConsistent(earlier, { ...later, root: flip(later.root) }, proof)).toBe(false);
        expect(isConsistent(earlier, later, [...proof, later.root])).toBe(false);
        if (proof.length === 0) return;
        const at = step % proof.length;
        expect(isConsistent(earlier, later, proof.with(at, flip(proof[at]!)))).toBe(false);
      }),
    );
  });
});
