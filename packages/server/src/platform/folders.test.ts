import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeFolder } from './folders.ts';

test('a folder is made with all that is missing above it, and again without harm', () => {
  const top = fs.mkdtempSync(path.join(os.tmpdir(), 'lastmile-folders-'));
  onTestFinished(() => fs.rmSync(top, { recursive: true }));
  const deep = path.join(top, 'a', 'b', 'c');
  makeFolder(deep);
  makeFolder(deep);
  expect(fs.statSync(deep).isDirectory()).toBe(true);
});

test('where no folder can be made it ends with words that name it', () => {
  const top = fs.mkdtempSync(path.join(os.tmpdir(), 'lastmile-folders-'));
  onTestFinished(() => fs.rmSync(top, { recursive: true }));
  fs.writeFileSync(path.join(top, 'file'), '');
  const inside = path.join(top, 'file', 'folder');
  expect(() => makeFolder(inside)).toThrow(`the folder ${inside} cannot be made`);
  if (fs.existsSync('/proc/self')) expect(() => makeFolder('/proc/lastmile/data')).toThrow('cannot be made');
});
