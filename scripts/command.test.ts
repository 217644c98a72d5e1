// The command line as cron calls it: by its path, from another folder.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';

test('lastmile is one command, from any folder and by a link, and says which commands there are', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lastmile-command-'));
  const link = path.join(folder, 'lastmile');
  fs.symlinkSync(path.resolve(import.meta.dirname, '../lastmile'), link);
  const { status, stdout, stderr } = spawnSync(link, ['billing'], { cwd: folder, encoding: 'utf8', timeout: 60_000 });
  fs.rmSync(folder, { recursive: true });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/no command "billing"\. There are: start, .*billing:generate-invoices, .*billing:overdue/);
});
