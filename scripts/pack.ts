// npm run pack: makes the packages that stand on their own ready for a registry. Node.js runs TypeScript as it is, but not inside
// node_modules: whoever installs them needs JavaScript.
import fs from 'node:fs';
import path from 'node:path';
import { captureProgram, endWhenToldTo, root } from './programs.ts';

type Manifest = {
  name: string;
  version: string;
  description: string;
  license: string;
  type: string;
  exports: Record<string, string>;
  bin?: Record<string, string>;
  dependencies?: Record<string, string>;
};

/** In the order of their dependencies. */
const names = ['routeros', 'routeros-sim'];

export async function run(): Promise<number> {
  endWhenToldTo();
  for (const file of await packAll(path.join(root, 'data/pack'))) console.log(path.relative(root, file));
  return 0;
}

/** Answers with the archives. */
export async function packAll(folder: string): Promise<string[]> {
  const archives: string[] = [];
  for (const name of names) archives.push(await pack(name, path.join(folder, name)));
  return archives;
}

async function pack(name: string, target: string): Promise<string> {
  const source = path.join(root, 'packages', name);
  const manifest = JSON.parse(fs.readFileSync(path.join(source, 'package.json'), 'utf8')) as Manifest;
  fs.rmSync(target, { recursive: true, force: true });
  fs.mkdirSync(target, { recursive: true });
  await compile(path.join(source, 'src'), path.join(target, 'dist'));
  const published = publishedManifest(manifest);
  fs.writeFileSync(path.join(target, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
  fs.copyFileSync(path.join(source, 'README.md'), path.join(target, 'README.md'));
  fs.copyFileSync(path.join(root, 'LICENSE'), path.join(target, 'LICENSE'));
  await runOrThrow('npm', ['pack', '--offline', '--ignore-scripts', '--loglevel=error'], target);
  return path.join(target, `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`);
}

async function compile(source: string, outDir: string): Promise<void> {
  // Beside the workspace's node_modules, so that the types of Node.js and the other package are found.
  const cache = path.join(root, 'node_modules/.cache');
  fs.mkdirSync(cache, { recursive: true });
  const folder = fs.mkdtempSync(path.join(cache, 'pack-'));
  try {
    const config = path.join(folder, 'tsconfig.json');
    fs.writeFileSync(config, JSON.stringify(compilerSettings(source, outDir)));
    await runOrThrow('tsc', ['-p', config], root);
    nameBuiltFiles(outDir);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** tsc rewrites the imports of the JavaScript only; in declarations `./x.ts` names a file that is not there. */
function nameBuiltFiles(outDir: string): void {
  for (const file of fs.globSync('**/*.d.ts', { cwd: outDir })) {
    const text = fs.readFileSync(path.join(outDir, file), 'utf8');
    const named = text.replace(/((?:from|import) ?\(?['"]\.[^'"]*)\.ts(?=['"])/g, '$1.js');
    fs.writeFileSync(path.join(outDir, file), named);
  }
}

function compilerSettings(source: string, outDir: string): object {
  return {
    extends: path.join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      // What Node.js 20, the oldest that we promise, runs.
      target: 'es2022',
      lib: ['es2023'],
      types: ['node'],
      typeRoots: [path.join(root, 'node_modules/@types')],
      rootDir: source,
      outDir,
      declaration: true,
      rewriteRelativeImportExtensions: true,
    },
    files: sourceFiles(source),
    include: [],
  };
}

/** All that the package does by itself: no tests and nothing that only tests import. */
function sourceFiles(source: string): string[] {
  const files = fs.globSync('**/*.ts', { cwd: source });
  const isForTests = /\.test\.ts$|\.test-support\.ts$|(^|\/)test-[^/]*\.ts$/;
  return files.filter((file) => !isForTests.test(file)).map((file) => path.join(source, file));
}

function publishedManifest(manifest: Manifest): object {
  const { name, version, description, license, type, exports, bin, dependencies } = manifest;
  return {
    name,
    version,
    description,
    license,
    type,
    engines: { node: '>=20' },
    exports: mapValues(exports, (file) => ({ types: built(file, '.d.ts'), default: built(file, '.js') })),
    ...(bin ? { bin: mapValues(bin, (file) => built(file, '.js').slice(2)) } : {}),
    files: ['dist'],
    ...(dependencies ? { dependencies } : {}),
  };
}

/** `./src/cli.ts` is `./dist/cli.js` there. */
function built(file: string, extension: string): string {
  return file.replace(/^\.\/src\//, './dist/').replace(/\.ts$/, extension);
}

function mapValues<A, B>(record: Record<string, A>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

async function runOrThrow(command: string, args: string[], cwd: string): Promise<void> {
  const { code, output } = await captureProgram(command, args, { cwd });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${output.trim()}`);
}
