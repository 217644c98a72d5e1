import { createCipheriv, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { addSecret, openKeyRing, readOrCreateSecrets } from './key-file.ts';
import { createSealer, hashPassword, isPasswordRight, keyFromSecret } from './secrets.ts';

const sealer = createSealer(keyFromSecret('a secret for the tests'));

test('what is sealed opens again, whatever it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, context) => {
      expect(sealer.open(sealer.seal(text, context), context)).toBe(text);
    }),
  );
});

test('the same text is sealed differently each time, and does not show', () => {
  const first = sealer.seal('hunter2', 'r1');
  expect(first.equals(sealer.seal('hunter2', 'r1'))).toBe(false);
  expect(first.includes('hunter2')).toBe(false);
});

test('a sealed text that was moved to another row does not open', () => {
  expect(() => sealer.open(sealer.seal('hunter2', 'router 1'), 'router 2')).toThrow();
});

test('a sealed text of which one bit was changed does not open', () => {
  const sealed = sealer.seal('hunter2', 'r1');
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => sealer.open(changed, 'r1')).toThrow();
  }
});

test('a sealed text that is cut short does not open', () => {
  const sealed = sealer.seal('hunter2', 'r1');
  for (let length = 0; length < sealed.length; length++)
    expect(() => sealer.open(sealed.subarray(0, length), 'r1')).toThrow();
});

test('another key opens nothing', () => {
  const stranger = createSealer(keyFromSecret('another secret'));
  expect(() => stranger.open(sealer.seal('hunter2', 'r1'), 'r1')).toThrow();
});

test('a password is hashed with argon2id, with its parameters beside it', async () => {
  const hash = await hashPassword('correct horse');
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(await isPasswordRight('correct horse', hash)).toBe(true);
  expect(await isPasswordRight('correct horsf', hash)).toBe(false);
  expect(await isPasswordRight('', hash)).toBe(false);
});

test('two hashes of one password differ', async () => {
  expect(await hashPassword('correct horse')).not.toBe(await hashPassword('correct horse'));
});

// From the tests of the reference implementation (P-H-C/phc-winner-argon2, src/test.c).
test('a hash of the reference implementation is understood', async () => {
  const phc = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
  expect(await isPasswordRight('password', phc)).toBe(true);
  expect(await isPasswordRight('Password', phc)).toBe(false);
});

test('a hash of another kind is an error, not a wrong password', async () => {
  await expect(isPasswordRight('x', '$2b$12$abcdefghijklmnopqrstuv')).rejects.toThrow(/unknown format/);
});

test('the secret of an installation is made once, and only its owner reads it', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lastmile-secret-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true }));
  const [secret = ''] = readOrCreateSecrets(folder);
  expect(secret.length).toBeGreaterThanOrEqual(43);
  expect(readOrCreateSecrets(folder)).toEqual([secret]);
  expect(fs.readdirSync(folder)).toEqual(['secret.key']);
  expect(fs.statSync(path.join(folder, 'secret.key')).mode & 0o777).toBe(0o600);
});

test('a key that was put in the place of another while the program runs seals at once, and the former still opens', () => {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'lastmile-secret-'));
  onTestFinished(() => fs.rmSync(dataDir, { recursive: true }));
  const open = () => createSealer(openKeyRing({ dataDir, secretKey: undefined, oldSecretKey: undefined }));
  const [one, other] = [open(), open()];
  const before = one.seal('hunter2', 'r1');
  addSecret(dataDir, readOrCreateSecrets(dataDir));
  const after = other.seal('hunter3', 'r1');
  expect(after.subarray(0, 5).equals(before.subarray(0, 5))).toBe(false);
  expect([one.open(after, 'r1'), other.open(before, 'r1')]).toEqual(['hunter3', 'hunter2']);
});

test('a text of the format without the name of its key opens by any of the keys', () => {
  const key = keyFromSecret('an old secret');
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from('r1'));
  const body = Buffer.concat([cipher.update('hunter2', 'utf8'), cipher.final()]);
  const sealed = Buffer.concat([Buffer.from([1]), nonce, cipher.getAuthTag(), body]);
  const ring = { keys: () => [keyFromSecret('a new secret'), key] };
  expect(createSealer(ring).open(sealed, 'r1')).toBe('hunter2');
  expect(() => sealer.open(sealed, 'r1')).toThrow();
});

test('a plain text of an import is taken where one may stand, and nowhere else (D35)', () => {
  expect(sealer.openOrPlain(Buffer.from('hunter2'), 'r1')).toBe('hunter2');
  expect(sealer.openOrPlain(sealer.seal('hunter2', 'r1'), 'r1')).toBe('hunter2');
  expect(() => sealer.open(Buffer.from('hunter2'), 'r1')).toThrow(/unknown format/);
});

test('keys from different secrets differ', () => {
  const secret = randomBytes(16).toString('hex');
  expect(keyFromSecret(secret).equals(keyFromSecret(`${secret} `))).toBe(false);
  expect(keyFromSecret(secret)).toHaveLength(32);
});
