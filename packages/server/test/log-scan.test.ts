import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import { findSecretsInLogs, logFileOf, noteSecrets, secretsIn, sessionsIn } from './log-scan.test-support.ts';
import { startTestLastmile } from './running.ts';

function makeFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lastmile-log-scan-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('a secret in a log is found with its file and line, a password as well as a token, a cookie and what an app scans', () => {
  const folder = makeFolder();
  const token = 'aB3_'.repeat(11);
  noteSecrets(folder, secretsIn({ uri: 'otpauth://totp/ana?secret=JBSWY3DPEHPK3PXP&issuer=x' }));
  noteSecrets(folder, secretsIn({ staff: { password: 'tower "bridge"' }, items: [{ token }], name: 'harmless name' }));
  logFileOf(folder, 'clean').write('{"msg":"harmless name, tower bridge"}\n');
  const log = logFileOf(folder, 'leaky');
  log.write('{"msg":"started"}\n');
  log.write(`${JSON.stringify({ msg: `asked for /plans?token=${token}&page=2` })}\n`);
  log.write(`${JSON.stringify({ body: 'tower "bridge"' })}\n`);
  log.write('{"msg":"scanned JBSWY3DPEHPK3PXP"}\n');
  const cookie = 'lastmile_session=cookie-of-somebody; Path=/; HttpOnly';
  noteSecrets(folder, sessionsIn(new Headers([['set-cookie', cookie]])));
  log.write('{"cookie":"cookie-of-somebody"}\n');
  const leaky = path.join(folder, 'leaky.log');
  expect(findSecretsInLogs(folder)).toEqual([`${leaky}:2`, `${leaky}:3`, `${leaky}:4`, `${leaky}:5`]);
});

test('the log of every test’s server is kept for the scan, with its requests, and without what stands behind their ?', async () => {
  const running = await startTestLastmile();
  await running.call('GET /api/customers?search=a-name-that-is-nobodys');
  const folder = inject('logFolder');
  const log = fs.readFileSync(path.join(folder, `${new URL(running.databaseUrl).pathname.slice(1)}.log`), 'utf8');
  expect(log).toContain('"path":"/api/customers"');
  expect(log).not.toContain('a-name-that-is-nobodys');
  expect(fs.readFileSync(path.join(folder, 'secrets'), 'utf8')).toContain('correct horse');
});
