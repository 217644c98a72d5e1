// Runs other programs for the tasks. None of them outlives the task.
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import path from 'node:path';

export const root: string = path.resolve(import.meta.dirname, '..');

const children = new Set<ChildProcess>();

process.on('exit', () => {
  for (const child of children) child.kill('SIGTERM');
});

export function startProgram(command: string, args: string[], options: SpawnOptions = {}): ChildProcess {
  const env = { ...process.env, ...options.env };
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options, env });
  children.add(child);
  child.on('close', () => children.delete(child));
  return child;
}

export function endOfProgram(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** Runs to the end with our own output, and answers with the exit code. */
export function runProgram(command: string, args: string[], options: SpawnOptions = {}): Promise<number> {
  return endOfProgram(startProgram(command, args, options));
}

export type Captured = { code: number; output: string };

/** Runs to the end and answers with what it printed, on both ways, in order. */
export async function captureProgram(command: string, args: string[], options: SpawnOptions = {}): Promise<Captured> {
  const env = { ...options.env, NO_COLOR: '1', FORCE_COLOR: undefined };
  const child = startProgram(command, args, { ...options, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output += chunk;
    });
  }
  const code = await endOfProgram(child);
  return { code, output };
}

/** A task that runs programs one after the other must end between them, too. */
export function endWhenToldTo(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
  process.on('disconnect', () => process.exit(130));
}
