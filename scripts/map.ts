// npm run map: the rooms and who calls whom, as a Mermaid drawing on standard output.
import { cruiserArguments } from './check.ts';
import { captureProgram } from './programs.ts';

const rooms = ['--include-only', '^packages/server/src/', '--collapse', '^packages/server/src/[^/]+'];

export async function run(): Promise<number> {
  const { code, output } = await captureProgram(process.execPath, [...cruiserArguments(['mermaid']), ...rooms]);
  console.log(output.trimEnd());
  return code;
}
