import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { faultOfAnswer, listedIds, readSeeds } from './seeds.ts';

const root = path.resolve(import.meta.dirname, '..');

// This file's own examples must not answer anything.
const testFiles = fs
  .globSync(['packages/**/*.test.{ts,tsx}', 'scripts/*.test.ts', 'e2e/**/*.spec.ts'], {
    cwd: root,
    exclude: (name) => name === 'node_modules',
  })
  .filter((file) => file !== 'scripts/seeds.test.ts');

test('docs/seeds.md has all 306 rows, each once', () => {
  const ids = readSeeds().map(({ id }) => id);
  expect(ids.length).toBe(306);
  expect(new Set(ids).size).toBe(306);
});

test.skipIf(listedIds() === undefined)('docs/seeds.md has the rows of the list', () => {
  expect(readSeeds().map(({ id }) => id)).toEqual(listedIds());
});

const testText = testFiles.map((file) => fs.readFileSync(path.join(root, file), 'utf8')).join('\n');

test('every test and decision that docs/seeds.md names exists', () => {
  const decisions = fs.globSync('docs/decisions/*.md', { cwd: root }).map((file) => path.basename(file));
  const faults = readSeeds().flatMap(({ id, answers }) =>
    answers.map((answer) => ({ id, fault: faultOfAnswer(answer, testText, decisions) })),
  );
  expect(faults.filter(({ fault }) => fault !== '')).toEqual([]);
});

test('docs/pains.md has every pain once, and each test and decision that it names exists', () => {
  const text = fs.readFileSync(path.join(root, 'docs/pains.md'), 'utf8');
  const rows = [...text.matchAll(/^\| (\d+) \|[^|]*\|([^|]*)\|/gm)];
  expect(rows.map(([, pain]) => Number(pain))).toEqual(Array.from({ length: 28 }, (_, index) => index + 1));
  const decisions = fs.globSync('docs/decisions/*.md', { cwd: root }).map((file) => path.basename(file));
  const faults = rows.flatMap(([, pain, answers = '']) =>
    // A name may have the two signs in it that part the others.
    answers
      .trim()
      .split(/; (?=test: |decision: )/)
      .filter((answer) => answer !== '')
      .map((answer) => ({ pain, fault: faultOfAnswer(answer, testText, decisions) })),
  );
  expect(faults.filter(({ fault }) => fault !== '')).toEqual([]);
  expect(faults.length).toBeGreaterThan(60);
});

test('every test that docs/security.md names exists', () => {
  const text = fs.readFileSync(path.join(root, 'docs/security.md'), 'utf8');
  const answers = [...text.matchAll(/test: [^|;]+/g)].map(([answer]) => answer.trim());
  expect(answers.length).toBeGreaterThan(20);
  expect(answers.filter((answer) => faultOfAnswer(answer, testText, []) !== '')).toEqual([]);
});

test('an answer that names nothing is found out', () => {
  const text = `test('a payment lifts only the overdue block', ...)`;
  const decisions = ['0001-rooms-and-floors.md'];
  expect(faultOfAnswer('test: a payment lifts only the overdue block', text, decisions)).toBe('');
  expect(faultOfAnswer('test: a payment lifts every block', text, decisions)).not.toBe('');
  expect(faultOfAnswer('decision: 0001', text, decisions)).toBe('');
  expect(faultOfAnswer('decision: 0002', text, decisions)).not.toBe('');
  expect(faultOfAnswer('decision: 000', text, decisions)).not.toBe('');
  expect(faultOfAnswer('yes', text, decisions)).not.toBe('');
});
