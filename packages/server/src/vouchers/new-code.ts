import { randomBytes } from 'node:crypto';
import { codeFromBytes } from './rules/code-rules.ts';

/** Three spare bytes for each letter: that too few of them are fair does not happen. */
export function newCode(length: number): string {
  for (;;) {
    const code = codeFromBytes(randomBytes(length * 3), length);
    if (code) return code;
  }
}
