// What the chain was, told outside of the database: its head and one line per day, in the folder `audit` beside it. Copy
// them elsewhere, too: an anchor is worth as much as its distance from whoever could change the log.
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { ClosedDay, Head } from './chain.ts';
import type { Anchor } from './chain-rules.ts';

export type AnchorFile = {
  readHead(): Promise<Head | undefined>;
  writeHead(head: Head): Promise<void>;
  addDays(days: readonly ClosedDay[]): Promise<void>;
  /** Everything that was told, as anchors to verify against. */
  readAnchors(): Promise<Anchor[]>;
};

/** Several installations may share a data folder: each log has its own files, named after its key. */
export function openAnchorFile(dataDir: string, signingKey: Buffer): AnchorFile {
  const folder = path.join(dataDir, 'audit');
  const log = createHash('sha256').update('lastmile audit log').update(signingKey).digest('hex').slice(0, 12);
  const headFile = path.join(folder, `${log}-head.json`);
  const daysFile = path.join(folder, `${log}-days.txt`);
  const readDays = async () => (await readText(daysFile)).split('\n').filter(Boolean);
  const readHead = async (): Promise<Head | undefined> => {
    const text = await readText(headFile);
    if (!text) return undefined;
    const { seq, hash } = JSON.parse(text) as { seq: string; hash: string };
    return { seq: BigInt(seq), hash: Buffer.from(hash, 'hex'), day: null };
  };
  return {
    readHead,
    async writeHead({ seq, hash }) {
      const text = JSON.stringify({ seq: String(seq), hash: hex(hash) });
      await fs.mkdir(folder, { recursive: true });
      const draft = `${headFile}.${process.pid}`;
      await fs.writeFile(draft, `${text}\n`);
      await fs.rename(draft, headFile);
    },
    async addDays(days) {
      const known = new Set((await readDays()).map((line) => line.split(' ')[0]));
      const lines = days
        .filter(({ day }) => !known.has(day.toString()))
        .map(({ day, lastSeq, head, root }) => `${day} ${lastSeq} ${hex(head)} ${hex(root)}\n`);
      if (lines.length === 0) return;
      await fs.mkdir(folder, { recursive: true });
      await fs.appendFile(daysFile, lines.join(''));
    },
    async readAnchors() {
      const head = await readHead();
      const days = (await readDays()).map((line) => {
        const [, seq = '0', hash = ''] = line.split(' ');
        return { seq: BigInt(seq), hash: Buffer.from(hash, 'hex') };
      });
      return head ? [...days, { seq: head.seq, hash: head.hash }] : days;
    },
  };
}

async function readText(file: string): Promise<string> {
  try {
    return await fs.readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
