// npm run format: Biome's format, import order and safe fixes.
import { runProgram } from './programs.ts';

export function run(args: string[]): Promise<number> {
  return runProgram('biome', ['check', '--write', ...(args.length > 0 ? args : ['.'])]);
}
