// Ground truth beside the repository, for tests only. Absent on most machines: then the tests that need it say so and skip.

import { existsSync, readFileSync } from 'node:fs';

export function readShared(name: string): unknown {
  const url = new URL(`../../../../shared/data/${name}`, import.meta.url);
  if (!existsSync(url)) return undefined;
  return JSON.parse(readFileSync(url, 'utf8'));
}

export const absent = (name: string) => `skipped: ../shared/data/${name} is not on this machine`;
