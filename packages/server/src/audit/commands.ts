// The log at the command line: for who holds the machine, and for who only came to look at the books.
import fs from 'node:fs/promises';
import type { CommandContext, Commands } from '#platform/commands.ts';
import { openAnchorFile } from './anchor-file.ts';
import type { Anchor } from './chain-rules.ts';
import { getProof } from './proofs.ts';
import { loadSigningKey } from './signing-key.ts';
import { type Problem, type Verification, verifyLog } from './verify.ts';

export const auditCommands: Commands = {
  'audit:verify': {
    summary: 'Read the audit log again and say what is not as it was written. Ends with 1 where something is.',
    options: {
      since: 'only from this day on, such as 2026-03-01',
      anchor: 'SEQ:HASH as it was told in a mail or on a report',
    },
    run: verify,
  },
  'audit:proof': {
    summary: 'Write the proof of one entry (its id) to a file, for scripts/check-audit-proof.mjs.',
    options: {
      entry: 'the id of the entry, as the audit page shows it',
      out: 'the file to write; proof.json if not given',
    },
    run: prove,
  },
};

async function verify(
  { database, sealer, config, say }: CommandContext,
  options: Record<string, string>,
): Promise<number> {
  const signing = await loadSigningKey(database, sealer);
  const told = await openAnchorFile(config.dataDir, signing.key).readAnchors();
  const given = options.anchor ? [parseAnchor(options.anchor)] : [];
  const since = options.since ? Temporal.PlainDate.from(options.since) : undefined;
  const found = await verifyLog(database.db, { signing, anchors: [...told, ...given], since });
  for (const line of linesOf(found, told.length + given.length)) say(line);
  return found.isSound ? 0 : 1;
}

function parseAnchor(text: string): Anchor {
  const [, seq, hash] = /^(\d{1,18}):([0-9a-f]{64})$/i.exec(text) ?? [];
  if (!seq || !hash) throw new Error(`--anchor must be SEQ:HASH, such as 1234:9f86d0..., and is "${text}"`);
  return { seq: BigInt(seq), hash: Buffer.from(hash, 'hex') };
}

function linesOf(found: Verification, anchorCount: number): string[] {
  const { head, count, firstSeq, problems, waiting } = found;
  const end = `${head.seq}:${Buffer.from(head.hash).toString('hex')}`;
  const last = [
    ...(waiting > 0 ? [`${waiting} entries of the last moment wait for their place`] : []),
    `the log ends at ${end}`,
  ];
  if (found.isSound)
    return [`sound: ${count} records from ${firstSeq} on, held against ${anchorCount} anchors`, ...last];
  return [`NOT SOUND: ${problems.length} places in ${count} records`, ...problems.map(lineOf), ...last];
}

const meaning: Record<Problem['kind'], string> = {
  changed: 'was changed after it was written',
  removed: 'was removed',
  reordered: 'stands in another place than it did',
  inserted: 'was not written by this program',
  rewritten: 'was chained anew',
  truncated: 'and what follows was cut off',
  day_differs: 'begins a day whose root no longer fits',
};

function lineOf({ kind, seq, entryId, at, action, actor }: Problem): string {
  const what = [at, actor, action].filter(Boolean).join(' ');
  const place = seq === null ? `entry ${entryId}, outside of the chain,` : `record ${seq}`;
  return `  ${place} ${meaning[kind]}${what ? ` (${what})` : ''}`;
}

async function prove({ database, say }: CommandContext, options: Record<string, string>): Promise<number> {
  if (!options.entry) throw new Error('--entry must name an entry by its id');
  const { day, ...proof } = await getProof(database.db, options.entry);
  const file = options.out ?? 'proof.json';
  await fs.writeFile(file, `${JSON.stringify({ ...proof, day: day.toString() }, null, 1)}\n`);
  say(`wrote ${file}: check it with  node scripts/check-audit-proof.mjs ${file} ${proof.root}`);
  return 0;
}
