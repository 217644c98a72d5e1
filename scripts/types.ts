// node scripts/run.mjs types: writes the types of the database's tables, as the migrations make them.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { captureProgram, root, startProgram } from './programs.ts';

const committed = path.join(root, 'packages/server/src/platform/tables.ts');

const header = '// Generated from the migrations by `node scripts/run.mjs types`: never edited by hand.\n\n';

// How the parsers of platform/db.ts hand the values over.
const typeMapping = { int8: 'bigint', date: 'Temporal.PlainDate', timestamptz: 'Temporal.Instant' };

// Not ours to write queries for: the queue's own tables and the migrations' list.
const notOurs = '{pgboss.*,public.*,schema_migrations}';

export async function run(): Promise<number> {
  fs.writeFileSync(committed, await generateTypes());
  console.log(`wrote ${path.relative(root, committed)}`);
  return 0;
}

/** Empty where the committed file is what the migrations make, else what to do. */
export async function outdatedTypes(): Promise<string> {
  const isSame = fs.existsSync(committed) && fs.readFileSync(committed, 'utf8') === (await generateTypes());
  return isSame ? '' : `${path.relative(root, committed)} is not what the migrations make: node scripts/run.mjs types`;
}

async function generateTypes(): Promise<string> {
  return withMigratedDatabase(async (url) => {
    const generated = await runGenerator(url);
    const withoutItsHeader = generated.replace(/^\/\*\*[\s\S]*?\*\/\s*/, '');
    return format(header + withoutItsHeader);
  });
}

async function withMigratedDatabase<T>(use: (url: string) => Promise<T>): Promise<T> {
  const { startEmbeddedPostgres } = await import('@lastmile/server/platform/embedded-postgres.ts');
  const { migrate } = await import('@lastmile/server/platform/migrate.ts');
  const { default: pg } = await import('pg');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lastmile-types-'));
  fs.chmodSync(folder, 0o711);
  const postgres = await startEmbeddedPostgres(folder, { isTemporary: true });
  try {
    const pool = new pg.Pool({ connectionString: postgres.url });
    await migrate(pool);
    await pool.end();
    return await use(postgres.url);
  } finally {
    await postgres.stop();
  }
}

async function runGenerator(url: string): Promise<string> {
  const outFile = path.join(os.tmpdir(), `lastmile-tables-${process.pid}.ts`);
  const args = ['--dialect', 'postgres', '--url', url, '--out-file', outFile];
  const options = ['--type-mapping', JSON.stringify(typeMapping), '--exclude-pattern', notOurs];
  try {
    const { code, output } = await captureProgram('kysely-codegen', [...args, ...options]);
    if (code !== 0) throw new Error(`kysely-codegen failed: ${output}`);
    return fs.readFileSync(outFile, 'utf8');
  } finally {
    fs.rmSync(outFile, { force: true });
  }
}

async function format(text: string): Promise<string> {
  const args = ['format', `--stdin-file-path=${committed}`];
  const child = startProgram('biome', args, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin?.end(text);
  const chunks = (await child.stdout?.toArray()) ?? [];
  return chunks.join('');
}
