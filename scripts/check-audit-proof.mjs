// Checks a proof from Lastmile's audit log, and needs nothing of Lastmile: any Node.js will do.
//   node check-audit-proof.mjs proof.json [ROOT]
// ROOT is the root of that day as you were told it: in a mail, on a printed report, in audit-days.txt. Without it the
// script shows only that the entry fits the root that the file itself brings.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const leafHash = (leaf) => sha256(Buffer.of(0), leaf);
const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);

/** The root of the tree of RFC 6962 that a leaf and its path lead to. */
function rootFrom(leaf, index, size, path) {
  if (!(Number.isInteger(index) && index >= 0 && index < size)) throw new Error('the place is outside of the tree');
  let [hash, at, last] = [leafHash(leaf), index, size - 1];
  for (const sibling of path) {
    if (last === 0) throw new Error('the path is too long');
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sibling, hash);
      while (at % 2 === 0 && at > 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else hash = nodeHash(hash, sibling);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  if (last !== 0) throw new Error('the path is too short');
  return hash;
}

function main([file, told]) {
  if (!file) {
    console.error('usage: node check-audit-proof.mjs proof.json [ROOT]');
    return 2;
  }
  const proof = JSON.parse(readFileSync(file, 'utf8'));
  if (proof.format !== 'lastmile-audit-proof-1') throw new Error(`unknown format ${proof.format}`);
  const path = proof.path.map((hash) => Buffer.from(hash, 'hex'));
  const root = rootFrom(Buffer.from(proof.payload, 'utf8'), proof.index, proof.size, path).toString('hex');
  const wanted = (told ?? proof.root).toLowerCase();
  if (root !== wanted) {
    console.error(`NOT PROVED: this entry leads to the root ${root}, and the day has ${wanted}`);
    return 1;
  }
  const entry = JSON.parse(proof.payload);
  console.log(`PROVED: record ${proof.seq} is one of the ${proof.size} records of ${proof.day}`);
  console.log(`  ${entry.at}  ${entry.actor.name}  ${entry.action}`);
  console.log(`  root ${root}${told ? '' : ' (as the file itself says: compare it with what you were told)'}`);
  return 0;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  console.error(`NOT PROVED: ${error.message}`);
  process.exitCode = 1;
}
