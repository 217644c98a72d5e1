// What a stranger gets who installs the packages: no workspace, no TypeScript.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packAll } from './pack.ts';
import { root } from './programs.ts';

const runFile = promisify(execFile);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lastmile-pack-'));
const installed = path.join(folder, 'node_modules/@lastmile');

beforeAll(async () => {
  // As the tasks are started with: tsc is one of the workspace's.
  process.env.PATH = path.join(root, 'node_modules/.bin') + path.delimiter + process.env.PATH;
  const archives = await packAll(path.join(folder, 'packed'));
  for (const [index, name] of ['routeros', 'routeros-sim'].entries()) {
    const target = path.join(installed, name);
    fs.mkdirSync(target, { recursive: true });
    await runFile('tar', ['-xzf', archives[index] ?? '', '-C', target, '--strip-components=1']);
  }
}, 120_000);

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

function readManifest(name: string): Record<string, unknown> {
  return JSON.parse(fs.readFileSync(path.join(installed, name, 'package.json'), 'utf8'));
}

const story = `
import { connectRouter } from '@lastmile/routeros';
import { encodeSentence } from '@lastmile/routeros/codec.ts';
import { startRouter } from '@lastmile/routeros-sim';

const router = await startRouter({ identity: 'tower' });
const client = await connectRouter({ host: '127.0.0.1', port: router.port, username: 'lastmile', password: 'demo' });
await client.add('/ppp/secret', { name: 'anna', password: 'x', service: 'pppoe' });
const rows = await client.print('/ppp/secret', { proplist: ['name', 'service'] });
await client.close();
await router.stop();
console.log(JSON.stringify({ rows, bytes: encodeSentence(['/quit']).length }));
`;

test('client and simulator work outside the workspace', { timeout: 60_000 }, async () => {
  const file = path.join(folder, 'story.mjs');
  fs.writeFileSync(file, story);
  const { stdout } = await runFile(process.execPath, [file], { cwd: folder });
  expect(JSON.parse(stdout)).toEqual({ rows: [{ name: 'anna', service: 'pppoe' }], bytes: 7 });
});

test('lastmile-sim runs', { timeout: 60_000 }, async () => {
  const { bin } = readManifest('routeros-sim') as { bin: Record<string, string> };
  const program = path.join(installed, 'routeros-sim', bin['lastmile-sim'] ?? '');
  expect(fs.readFileSync(program, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  const { stdout } = await runFile(process.execPath, [program, '--help'], { cwd: folder });
  expect(stdout).toContain('--routers N');
});

test('a package holds what is used, and nothing that leads into our workspace', () => {
  for (const name of ['routeros', 'routeros-sim']) {
    const files = fs.globSync('**/*', { cwd: path.join(installed, name), withFileTypes: true });
    const paths = files.filter((file) => file.isFile()).map((file) => path.join(file.parentPath, file.name));
    const relative = paths.map((file) => path.relative(path.join(installed, name), file));
    expect(relative).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
    expect(relative.filter((file) => !/^(LICENSE|README\.md|package\.json|dist\/.*\.(js|d\.ts))$/.test(file))).toEqual(
      [],
    );
    expect(relative.filter((file) => /test/.test(file))).toEqual([]);
    const namesSource = /['"]\.[^'"\n]*(?<!\.d)\.ts['"]/;
    const leading = paths.filter((file) => {
      const text = fs.readFileSync(file, 'utf8');
      return text.includes(root) || (file.includes('/dist/') && namesSource.test(text));
    });
    expect(leading).toEqual([]);
    expect(readManifest(name)).not.toHaveProperty('private');
  }
  expect(readManifest('routeros-sim').dependencies).toEqual({ '@lastmile/routeros': '0.1.0' });
});

test('the declarations are whole', { timeout: 60_000 }, async () => {
  const mistake =
    '// @ts-expect-error: a port is a number\nvoid connectRouter({ host: "", port: "", username: "", password: "" });';
  fs.writeFileSync(path.join(folder, 'story.mts'), story + mistake);
  const types = path.join(root, 'node_modules/@types');
  const options = ['--strict', '--noEmit', '--target', 'es2022', '--module', 'nodenext'];
  const args = [...options, '--types', 'node', '--typeRoots', types, 'story.mts'];
  const { stdout } = await runFile('tsc', args, { cwd: folder }).catch((error: { stdout: string }) => error);
  expect(stdout).toBe('');
});
