import fs from 'node:fs';
import path from 'node:path';

/**
 * Makes a folder and those above it. Step by step, because Node's own recursive mkdir never ends where a parent can hold no
 * folders (such as /proc) and answers ENOENT for ever (Node 26.10).
 */
export function makeFolder(folder: string): void {
  const missing: string[] = [];
  for (let at = path.resolve(folder); !fs.existsSync(at); at = path.dirname(at)) missing.unshift(at);
  for (const step of missing) {
    try {
      fs.mkdirSync(step);
    } catch (error) {
      // Somebody else made it at the same moment.
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') continue;
      throw new Error(`the folder ${folder} cannot be made: ${(error as Error).message}`, { cause: error });
    }
  }
}
