// docs/seeds.md: for every row of the seeds, which test or decision answers it.
// `node scripts/run.mjs seeds` makes the table, adds rows that are missing and keeps what is written.
import fs from 'node:fs';
import path from 'node:path';
import { root } from './programs.ts';

export type SeedRow = { id: string; answers: string[]; note: string };

const table = path.join(root, 'docs/seeds.md');

/** The list lies beside the project where we develop; a clone has only our table. */
const list = path.join(root, '../shared/docs/seed-rows.md');

const opening = `# What answers the seeds

Lastmile grew out of five descriptions, the seeds. Each row of theirs is answered by a test, named exactly as it is in the
code, or by a decision that puts something better in its place. Several answers are parted by a semicolon and a space:

    test: a payment lifts only the overdue block; decision: 0001

\`npm run check\` fails where a named test or decision does not exist.

| id | answered by | note |
|---|---|---|
`;

export async function run(): Promise<number> {
  const ids = listedIds();
  if (!ids) {
    console.error('lastmile: the list of seeds is not here');
    return 1;
  }
  const known = new Map(readSeeds().map((row) => [row.id, row]));
  const rows = ids.map((id) => known.get(id) ?? { id, answers: [], note: '' });
  fs.writeFileSync(table, opening + rows.map(line).join(''));
  console.log(`docs/seeds.md: ${rows.length} rows, ${rows.filter((row) => row.answers.length > 0).length} answered`);
  return 0;
}

function line({ id, answers, note }: SeedRow): string {
  return `| ${id} | ${answers.join('; ')} | ${note} |\n`;
}

/** Undefined where the list is not at hand. */
export function listedIds(): string[] | undefined {
  if (!fs.existsSync(list)) return undefined;
  return rowsOf(fs.readFileSync(list, 'utf8')).map(([id = '']) => id);
}

export function readSeeds(): SeedRow[] {
  if (!fs.existsSync(table)) return [];
  return rowsOf(fs.readFileSync(table, 'utf8')).map(([id = '', answeredBy = '', note = '']) => ({
    id,
    answers: answeredBy === '' ? [] : answeredBy.split('; '),
    note,
  }));
}

/** The cells of each row of the tables in a Markdown text. A bar within a cell is written \\|. */
function rowsOf(markdown: string): string[][] {
  const rows = markdown.split('\n').filter((text) => /^\| [A-Z]+\d+ \|/.test(text));
  return rows.map((row) =>
    row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** What is wrong with one answer: nothing when the named test or decision exists. */
export function faultOfAnswer(answer: string, testText: string, decisions: string[]): string {
  const [, kind, name = ''] = /^(test|decision): (.+)$/.exec(answer) ?? [];
  if (kind === 'test') return testText.includes(name.replaceAll('\\|', '|')) ? '' : `there is no test "${name}"`;
  if (kind === 'decision') {
    const isThere = /^\d{4}$/.test(name) && decisions.some((file) => file.startsWith(`${name}-`));
    return isThere ? '' : `there is no decision ${name}`;
  }
  return `"${answer}" is neither "test: its name" nor "decision: 0001"`;
}
