// npm test: the static checks, then unit and integration tests, then the browser. Its last line is for machines.
import fs from 'node:fs';
import path from 'node:path';
import { ensureBrowser } from './browser.ts';
import { makeOwnChecks } from './check.ts';
import { endWhenToldTo, root, runProgram } from './programs.ts';
import { buildWeb } from './web-build.ts';

type Counts = { passed: number; failed: number; skipped: number };

const reports = path.join(root, 'node_modules/.cache/test-reports');

/** With a pattern only the test files whose path contains it, and no static checks. */
export async function run(patterns: string[]): Promise<number> {
  endWhenToldTo();
  fs.rmSync(reports, { recursive: true, force: true });
  fs.mkdirSync(reports, { recursive: true });
  const parts = patterns.length > 0 ? [runVitest, runBrowserTests] : [runChecks, runVitest, runBrowserTests];
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const part of parts) add(total, await part(patterns));
  // Nothing run is nothing shown.
  if (total.passed + total.failed === 0) {
    console.error('no test was run');
    total.failed = 1;
  }
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return total.failed === 0 ? 0 : 1;
}

function add(total: Counts, { passed, failed, skipped }: Counts): void {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
}

async function runChecks(): Promise<Counts> {
  const outcomes = await makeOwnChecks();
  const count = (state: string) => outcomes.filter((outcome) => outcome.state === state).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
}

type VitestReport = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
};

async function runVitest(patterns: string[]): Promise<Counts> {
  const file = path.join(reports, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const lenient = patterns.length > 0 ? ['--passWithNoTests'] : [];
  const code = await runProgram('vitest', ['run', ...reporters, ...lenient, ...patterns]);
  const report = readReport<VitestReport>(file);
  if (!report) return noReport('vitest');
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = report;
  return atLeastOneFailure(code, {
    passed: numPassedTests,
    failed: numFailedTests,
    skipped: numPendingTests + numTodoTests,
  });
}

type BrowserReport = { stats: { expected: number; unexpected: number; flaky: number; skipped: number } };

async function runBrowserTests(patterns: string[]): Promise<Counts> {
  const files = browserTestFiles().filter((file) => patterns.some((pattern) => file.includes(pattern)));
  if (patterns.length > 0 && files.length === 0) return { passed: 0, failed: 0, skipped: 0 };
  const [browser] = await Promise.all([ensureBrowser(), buildWeb()]);
  const file = path.join(reports, 'browser.json');
  const env = { CHROMIUM_PATH: browser, PLAYWRIGHT_JSON_OUTPUT_FILE: file, PLAYWRIGHT_JSON_OUTPUT_NAME: file };
  const code = await runProgram('playwright', ['test', '--reporter=list,json', ...files], { env });
  const report = readReport<BrowserReport>(file);
  if (!report) return noReport('playwright');
  const { expected, unexpected, flaky, skipped } = report.stats;
  if (flaky > 0) console.log(`${flaky} of the browser tests passed at the second try only (listed above as flaky)`);
  return atLeastOneFailure(code, { passed: expected + flaky, failed: unexpected, skipped });
}

function browserTestFiles(): string[] {
  return fs.globSync('e2e/**/*.spec.ts', { cwd: root });
}

/** A file that cannot be loaded, an error outside any test: the program fails, though no test of it did. */
function atLeastOneFailure(code: number, counts: Counts): Counts {
  if (code === 0 || counts.failed > 0) return counts;
  return { ...counts, failed: 1 };
}

function noReport(program: string): Counts {
  console.error(`${program} left no report`);
  return { passed: 0, failed: 1, skipped: 0 };
}

function readReport<T>(file: string): T | undefined {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as T;
  } catch {
    return undefined;
  }
}
