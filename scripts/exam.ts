// npm run exam -- FILE [--json]: asks the rules of billing the questions of a case file, and compares.
// On stdout one JSON line per case and then "N passed, N failed"; with --json that last line goes to stderr, so that stdout is
// JSON lines alone. Ends with 1 when a case failed, and with 2 when the file cannot be read.
import fs from 'node:fs';
import path from 'node:path';
import { answers } from './exam-answers.ts';
import { inJson, lineOf, type Verdict, verdictOn } from './exam-compare.ts';
import { Given, type Json, type JsonObject, parseJson, UnreadableCase } from './exam-given.ts';
import { root } from './programs.ts';

export type Outcome = Verdict & { id: string };

export async function run(args: string[]): Promise<number> {
  const [file, ...more] = args.filter((arg) => arg !== '--json');
  if (!file || more.length > 0 || file.startsWith('-')) {
    console.error('lastmile: exam wants one case file: npm run exam -- FILE [--json]');
    return 2;
  }
  let cases: Json[];
  try {
    cases = readCases(file);
  } catch (error) {
    console.error(`lastmile: ${file} is no case file: ${(error as Error).message.split('\n')[0]}`);
    return 2;
  }
  const outcomes = cases.map(examine);
  for (const { id, pass, got } of outcomes) console.log(lineOf({ id, pass, got }));
  const failed = outcomes.filter(({ pass }) => !pass).length;
  const summary = `${outcomes.length - failed} passed, ${failed} failed`;
  if (args.includes('--json')) console.error(summary);
  else console.log(summary);
  return failed === 0 ? 0 : 1;
}

/** The cases of a file: a list, or an object with a list of that name. */
export function readCases(file: string): Json[] {
  // npm starts us at the root; a person means the folder where he stands.
  const folders = [process.env.INIT_CWD ?? root, root];
  const found = folders.map((folder) => path.resolve(folder, file)).find((candidate) => fs.existsSync(candidate));
  if (!found) throw new Error('there is no such file');
  const parsed = parseJson(fs.readFileSync(found, 'utf8'));
  const cases = Array.isArray(parsed) ? parsed : (parsed as JsonObject | null)?.cases;
  if (!Array.isArray(cases) || cases.length === 0) throw new Error('it holds no list of cases');
  return cases;
}

export function examine(oneCase: Json, index: number): Outcome {
  const fields = (typeof oneCase === 'object' && oneCase !== null ? oneCase : {}) as JsonObject;
  const id = typeof fields.id === 'string' ? fields.id : `case ${index + 1}`;
  const answer = answerTo(fields);
  // Nothing to compare with: all that there is to say.
  if (fields.expect === undefined) return { id, pass: false, got: inJson(answer) };
  return { id, ...verdictOn(fields.expect, answer) };
}

function answerTo(fields: JsonObject): unknown {
  const op = String(fields.op);
  const answer = Object.hasOwn(answers, op) ? answers[op] : undefined;
  if (!answer) return { fault: `unknown op ${op}` };
  try {
    return answer(new Given(fields.given ?? {}));
  } catch (error) {
    // Rules and Temporal refuse a value that cannot be by a RangeError. Anything else is a fault of the case or of ours.
    if (error instanceof RangeError) return { accepted: false, valid: false, error: error.message };
    if (error instanceof UnreadableCase) return { fault: error.message };
    return { fault: String(error) };
  }
}
