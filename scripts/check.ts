// npm run check: everything a machine can say about the code without running it. Every check is made, even after one failed.
import path from 'node:path';
import { captureProgram, endWhenToldTo, root } from './programs.ts';
import { outdatedTypes } from './types.ts';
import { buildWeb } from './web-build.ts';

export type Outcome = { name: string; state: 'passed' | 'failed' | 'skipped'; text: string };

type Check = {
  name: string;
  /** Answers with what is wrong: nothing when all is well. */
  findFault(): Promise<string>;
};

/** Thrown where a check cannot be made here, which is no fault of the code. */
class Skipped extends Error {}

// The build comes first: it writes the route tree, which the types need.
const ownChecks: Check[] = [
  { name: 'the web app builds', findFault: () => faultOf(buildWeb()) },
  { name: 'types', findFault: () => faultOfProgram('tsc', ['-p', '.']) },
  { name: 'lint and format', findFault: () => faultOfProgram('biome', ['check', '--error-on-warnings', '.']) },
  { name: 'floors and doors', findFault: () => faultOfProgram(process.execPath, cruiserArguments(['err'])) },
  { name: 'database types', findFault: outdatedTypes },
];

// `npm test` runs these within its vitest.
const ruleTests: Check = {
  name: 'house rules and seeds',
  findFault: () => faultOfProgram('vitest', ['run', 'scripts/house.test.ts', 'scripts/seeds.test.ts']),
};

// Not in `npm test`: a weakness published today must not turn yesterday's commit red.
const outsideChecks: Check = { name: 'known weaknesses', findFault: findWeaknesses };

export async function run(): Promise<number> {
  endWhenToldTo();
  const outcomes = await makeChecks([...ownChecks, ruleTests, outsideChecks]);
  const failed = outcomes.filter(({ state }) => state === 'failed');
  console.log(failed.length === 0 ? 'all is well' : `${failed.length} of ${outcomes.length} checks failed`);
  return failed.length === 0 ? 0 : 1;
}

/** The checks that count as tests. */
export function makeOwnChecks(): Promise<Outcome[]> {
  return makeChecks(ownChecks);
}

async function makeChecks(checks: Check[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const check of checks) {
    const began = performance.now();
    const outcome = await make(check);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(`${outcome.state.padEnd(7)} ${outcome.name} (${seconds} s)`);
    if (outcome.text) console.log(outcome.text.trimEnd().replace(/^/gm, '  '));
    outcomes.push(outcome);
  }
  return outcomes;
}

async function make({ name, findFault }: Check): Promise<Outcome> {
  try {
    const text = await findFault();
    return { name, state: text ? 'failed' : 'passed', text };
  } catch (error) {
    if (error instanceof Skipped) return { name, state: 'skipped', text: error.message };
    return { name, state: 'failed', text: (error as Error).message };
  }
}

async function faultOf(work: Promise<void>): Promise<string> {
  await work;
  return '';
}

async function faultOfProgram(command: string, args: string[]): Promise<string> {
  const { code, output } = await captureProgram(command, args);
  return code === 0 ? '' : output || `${command} ended with ${code} and said nothing`;
}

export function cruiserArguments(output: string[]): string[] {
  return [
    ...['--import', path.join(root, 'tools/cruiser/typescript-6.mjs')],
    path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
    ...['--config', '.dependency-cruiser.mjs', '--output-type', ...output],
    ...['packages', 'scripts'],
  ];
}

type Audit = { metadata?: { vulnerabilities?: Record<string, number> } };

async function findWeaknesses(): Promise<string> {
  const { output } = await captureProgram('npm', ['audit', '--json', '--loglevel=silent', '--fetch-retries=0']);
  const counts = parseAudit(output)?.metadata?.vulnerabilities;
  if (!counts) throw new Skipped('the registry did not answer');
  const high = (counts.high ?? 0) + (counts.critical ?? 0);
  return high === 0 ? '' : `${high} packages with a known weakness of high severity: npm audit --loglevel=warn`;
}

function parseAudit(output: string): Audit | undefined {
  try {
    return JSON.parse(output.slice(output.indexOf('{'))) as Audit;
  } catch {
    return undefined;
  }
}
