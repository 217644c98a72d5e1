// ./lastmile sim: a simulated router to try things on, under the pinned Node.js whatever the machine has.
import path from 'node:path';
import { endWhenToldTo, root, runProgram } from './programs.ts';

export function run(args: string[]): Promise<number> {
  endWhenToldTo();
  return runProgram(process.execPath, [path.join(root, 'packages/routeros-sim/src/cli.ts'), ...args]);
}
