// npm run bench: lists the benchmarks; with a name it runs that one. With --json standard output carries one JSON document
// and nothing else, whatever a benchmark prints.
import fs from 'node:fs';
import path from 'node:path';
import type { Benchmark, Row } from '../bench/benchmark.ts';
import { endWhenToldTo, root } from './programs.ts';

const defaultRuns = 5;

type Wish = { name: string | undefined; isJson: boolean; runs: number };

export async function run(args: string[]): Promise<number> {
  endWhenToldTo();
  const wish = readWish(args);
  const benchmarks = await loadBenchmarks();
  if (!wish.name) return list(benchmarks, wish.isJson);
  const benchmark = benchmarks.find(({ name }) => name === wish.name);
  if (!benchmark) throw new Error(`there is no benchmark "${wish.name}". ${namesOf(benchmarks)}`);
  const toStandardOutput = wish.isJson ? keepStandardOutput() : (text: string) => process.stdout.write(text);
  const rows = await benchmark.run({ runs: wish.runs });
  const text = wish.isJson ? JSON.stringify({ bench: benchmark.name, rows }) : asTable(rows);
  toStandardOutput(`${text}\n`);
  return 0;
}

function readWish(args: string[]): Wish {
  const wish: Wish = { name: undefined, isJson: false, runs: defaultRuns };
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (arg === '--json') wish.isJson = true;
    else if (arg === '--runs') wish.runs = Number(args[++at]);
    else if (arg.startsWith('--runs=')) wish.runs = Number(arg.slice('--runs='.length));
    else if (arg.startsWith('-') || wish.name) throw new Error(`unknown argument "${arg}": NAME [--json] [--runs N]`);
    else wish.name = arg;
  }
  if (!Number.isInteger(wish.runs) || wish.runs < 1) throw new Error('--runs: must be a whole number from 1 upward');
  return wish;
}

async function loadBenchmarks(): Promise<Benchmark[]> {
  const files = fs.globSync(['bench/*.bench.ts', 'packages/*/bench/*.bench.ts'], { cwd: root }).sort();
  return Promise.all(files.map((file) => import(path.join(root, file)) as Promise<Benchmark>));
}

function list(benchmarks: Benchmark[], isJson: boolean): number {
  if (isJson) console.log(JSON.stringify(benchmarks.map(({ name, about }) => ({ name, about }))));
  else for (const { name, about } of benchmarks) console.log(`${name.padEnd(16)} ${about}`);
  return 0;
}

function namesOf(benchmarks: Benchmark[]): string {
  return `There are: ${benchmarks.map(({ name }) => name).join(', ')}`;
}

/** From here on all that is printed goes to standard error. Answers with the only way to standard output. */
function keepStandardOutput(): (text: string) => boolean {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);
  return (text) => write(text);
}

function asTable(rows: Row[]): string {
  const width = Math.max(...rows.map(({ id }) => id.length), 0);
  return rows
    .map(({ id, subject, value, unit }) => `${id.padEnd(width)}  ${subject.padEnd(12)} ${value} ${unit}`)
    .join('\n');
}
