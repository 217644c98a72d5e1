// The house rules that are about files and tables. Those about imports are in .dependency-cruiser.mjs.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');

// By a variable: the configuration is plain JavaScript and has no types.
const floorList = path.join(root, '.dependency-cruiser.mjs');
const { floors } = (await import(floorList)) as { floors: string[][] };

/** May only shrink: `path writes schema.table`, each with its reason beside it. */
const writesAllowedForNow = [
  // The simulated routers get other ports when DEMO_ROUTER_PORT changes, and no act changes a port without a connection test.
  'packages/demo/src/demo.ts writes routers.routers',
];

const serverSource = 'packages/server/src/';
const rooms = new Set(floors.flat());
const serverFiles = fs.globSync(`${serverSource}**/*`, { cwd: root, withFileTypes: false }).filter(isFile);
const rolledOutCode = fs
  .globSync(['packages/server/src/**/*.ts', 'packages/demo/src/**/*.ts'], { cwd: root })
  .filter((file) => !/\.test\.ts$/.test(file));

function isFile(file: string): boolean {
  return fs.statSync(path.join(root, file)).isFile();
}

function read(file: string): string {
  return fs.readFileSync(path.join(root, file), 'utf8');
}

function roomOf(file: string): string {
  const inside = file.startsWith(serverSource) ? file.slice(serverSource.length) : '';
  return inside.includes('/') ? (inside.split('/')[0] ?? '') : '';
}

test('every folder of the server is a known room', () => {
  const strangers = serverFiles.filter((file) => roomOf(file) !== '' && !rooms.has(roomOf(file)));
  expect(strangers).toEqual([]);
});

test('beside the rooms the server has only its roof and its settings', () => {
  const besides = serverFiles.filter((file) => roomOf(file) === '').map((file) => path.basename(file));
  // A test that goes through all rooms belongs to none of them.
  expect(besides.filter((name) => !/^(main|config|command-line)\.ts$|\.test\.ts$/.test(name))).toEqual([]);
});

test('a room holds TypeScript, at most one folder deep', () => {
  const isInPlace = /^packages\/server\/src\/([^/]+\/){0,2}[^/]+\.ts$/;
  expect(serverFiles.filter((file) => !isInPlace.test(file))).toEqual([]);
});

test('no file hides behind an empty name', () => {
  const empty = /\/(utils?|helpers?|common|misc|types|service|manager|base|index)\.tsx?$/;
  const sources = fs.globSync('packages/*/src/**/*.{ts,tsx}', { cwd: root });
  // An index route is TanStack Router's word for "/", and `/ip/service` is a menu of the router.
  const namedByOthers = /^packages\/(web\/src\/routes|routeros-sim\/src\/menus)\//;
  const vague = sources.filter((file) => empty.test(file) && !namedByOthers.test(file));
  expect(vague).toEqual([]);
});

test('file names are in kebab-case', () => {
  const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|test-support|gen|module|spec|bench|d))*\.[a-z]+$/;
  const sources = fs.globSync(['packages/*/{src,test,bench}/**/*', 'scripts/*', 'bench/*'], { cwd: root });
  // Routes spell the address: $customerId.tsx, __root.tsx, _app.tsx.
  const named = sources.filter((file) => isFile(file) && !file.startsWith('packages/web/src/routes/'));
  expect(named.filter((file) => !kebab.test(path.basename(file)) && !path.basename(file).startsWith('.'))).toEqual([]);
});

test('only the web app has components', () => {
  expect(fs.globSync('packages/!(web)/src/**/*.tsx', { cwd: root })).toEqual([]);
});

test('an import shows when it goes through a door', () => {
  const upAndOver = /^\s*(import|export)\b.*from '\.\.\//m;
  const files = serverFiles.filter((file) => !/\.test\.ts$/.test(file) && upAndOver.test(read(file)));
  expect(files).toEqual([]);
});

test('no package gathers itself into one barrel', () => {
  const barrel = /^export \* from/m;
  const sources = fs.globSync('packages/{server,contract,web,demo}/src/**/*.{ts,tsx}', { cwd: root });
  expect(sources.filter((file) => barrel.test(read(file)))).toEqual([]);
});

test('only the owning room writes a table', () => {
  const trespasses = rolledOutCode.flatMap((file) =>
    tablesWrittenBy(read(file))
      .filter((table) => table.split('.')[0] !== roomOf(file))
      .map((table) => `${file} writes ${table}`),
  );
  expect(trespasses.filter((trespass) => !writesAllowedForNow.includes(trespass))).toEqual([]);
  // An exception that is no longer needed goes.
  expect(writesAllowedForNow.filter((exception) => !trespasses.includes(exception))).toEqual([]);
});

/** Kysely's words and those of SQL. A schema is named for its room. */
function tablesWrittenBy(text: string): string[] {
  const kysely = /\.(?:insertInto|updateTable|deleteFrom|replaceInto|mergeInto)\(\s*['"`](\w+\.\w+)/g;
  const sql =
    /\b(?:insert\s+into|update|delete\s+from|truncate(?:\s+table)?|merge\s+into|copy)\s+(?:only\s+)?(\w+\.\w+)/gi;
  return [...text.matchAll(kysely), ...text.matchAll(sql)]
    .map((match) => (match[1] ?? '').toLowerCase())
    .filter((table) => rooms.has(table.split('.')[0] ?? ''));
}

test('the search for writes finds the ways to write', () => {
  const text = `
    db.insertInto('billing.invoices'); db
      .updateTable(
        'plans.plans as p',
      ); sql\`delete from only auth.sessions\`; sql\`INSERT INTO ledger.journals\`;
    // an update of billing, and update.this is not one
  `;
  expect(tablesWrittenBy(text)).toEqual(['billing.invoices', 'plans.plans', 'auth.sessions', 'ledger.journals']);
});

const places = [
  /^lastmile$/,
  /^(README|CONTRIBUTING|SECURITY|CHANGELOG)\.md$/,
  /^LICENSE$/,
  /^(package|package-lock|tsconfig|biome)\.json$/,
  /^(vitest|playwright)\.config\.ts$/,
  /^\.(gitignore|gitattributes|npmrc|editorconfig|env\.example|dockerignore)$/,
  /^(Dockerfile|compose\.yaml)$/,
  /^\.dependency-cruiser\.mjs$/,
  /^\.ci\/run$/,
  /^docs\//,
  /^scripts\/[^/]+\.(ts|mjs)$/,
  /^tools\/\.gitignore$/,
  /^tools\/[^/]+\/(package(-lock)?\.json|\.npmrc|[^/]+\.mjs)$/,
  /^(bench|e2e)\/.*\.ts$/,
  /^packages\/[^/]+\/(package\.json|README\.md)$/,
  /^packages\/[^/]+\/(src|test|bench)\//,
  /^packages\/server\/migrations\/\d{4}-[a-z0-9-]+\.sql$/,
  /^packages\/web\/(index\.html|vite\.config\.ts|public\/.*)$/,
];

test('no stray files', () => {
  const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root }).toString().split('\0').filter(Boolean);
  expect(tracked.filter((file) => !places.some((place) => place.test(file)))).toEqual([]);
});
