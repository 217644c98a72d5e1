// Our client, its ceiling and its rivals against one fast router on loopback. Every measurement is a process of its own.
import { type ChildProcess, execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';

export const name = 'routeros';
export const about = 'the RouterOS client against other clients and the bare loop: rows/s, adds/s, memory';

export type Row = { id: string; subject: string; value: number; unit: string };

const packageFolder = path.resolve(import.meta.dirname, '..');
const dataFolder = path.resolve(packageFolder, '../../data/bench/routeros');
const rivalsFolder = path.join(dataFolder, 'rivals');
const builtFolder = path.join(dataFolder, 'built');
// For the benchmark only, never a dependency.
const rivalPackages = ['node-routeros@1.6.9', 'routeros-client@1.1.2', 'routeros-api@1.0.2', 'mikro-routeros@1.0.4'];
const rows = 100_000;
const latencyMs = 30;
// Beyond this a subject hangs.
const longestMs = 120_000;

const ours = ['lastmile', 'raw-decode'];
const fromNpm = ['node-routeros', 'routeros-client', 'routeros-api', 'mikro-routeros'];
const python = 'python3-librouteros';

interface Measurement {
  id: string;
  /** What the child is told to do, where it is not the id. */
  deed?: string;
  unit: string;
  subjects: readonly string[];
  /** The subject in the report, where it is not the child's. */
  reportedAs?: string;
}

const measurements: readonly Measurement[] = [
  { id: 'print-100k', unit: 'rows/s', subjects: [...ours, ...fromNpm, python] },
  { id: 'print-100k-memory', unit: 'MiB peak', subjects: [...ours, ...fromNpm, python] },
  { id: 'add-sequential', unit: 'operations/s', subjects: [...ours, ...fromNpm, python] },
  // mikro-routeros and librouteros send one command at a time: 64 in flight cannot be asked of them.
  { id: 'add-30ms', unit: 'operations/s', subjects: [...ours, 'node-routeros', 'routeros-client', 'routeros-api'] },
  {
    id: 'add-30ms',
    deed: 'connection-per-operation',
    unit: 'operations/s',
    subjects: ['lastmile'],
    reportedAs: 'connection-per-operation',
  },
  { id: 'idle-500', unit: 'KiB per connection', subjects: [...ours, ...fromNpm, python] },
];

export async function run({ runs }: { runs: number }): Promise<Row[]> {
  build();
  const absent = new Set<string>();
  if (!installRivals()) for (const subject of fromNpm) absent.add(subject);
  if (!hasLibrouteros()) absent.add(python);
  const router = await startRouter();
  try {
    const result: Row[] = [];
    for (const measurement of measurements) result.push(...(await measure(measurement, router, runs, absent)));
    return [...result, ...derivedRows(result)];
  } finally {
    router.process.kill();
  }
}

// On the wire, an average over the 100,000 rows that the fake router sends.
const bytesPerRow = 254;

/** The same prints as megabytes a second, and our share of the bare loop's rate. */
function derivedRows(measured: readonly Row[]): Row[] {
  const prints = measured.filter(({ id }) => id === 'print-100k');
  const rateOf = (subject: string): number | undefined => prints.find((row) => row.subject === subject)?.value;
  const [own, ceiling] = [rateOf('lastmile'), rateOf('raw-decode')];
  const throughput = prints.map(({ subject, value }) => ({
    id: 'print-100k-bytes',
    subject,
    value: Number(((value * bytesPerRow) / 1e6).toFixed(1)),
    unit: 'MB/s',
  }));
  if (own === undefined || ceiling === undefined) return throughput;
  const share = Number(((100 * own) / ceiling).toFixed(1));
  return [...throughput, { id: 'print-100k-share', subject: 'lastmile', value: share, unit: '% of raw-decode' }];
}

/** One after another, in turns, so that a slow minute of the machine falls on all. */
async function measure(
  measurement: Measurement,
  router: Router,
  runs: number,
  absent: ReadonlySet<string>,
): Promise<Row[]> {
  const values = new Map<string, number[]>();
  const failed = new Set(absent);
  for (let count = 0; count < runs; count += 1) {
    for (const subject of measurement.subjects) {
      if (failed.has(subject)) continue;
      try {
        const value = await measureOnce(measurement, subject, router);
        values.set(subject, [...(values.get(subject) ?? []), value]);
      } catch (error) {
        failed.add(subject);
        values.delete(subject);
        say(`${measurement.id}: ${subject} is left out: ${reasonOf(error)}`);
      }
    }
    say(
      `${measurement.id}: run ${count + 1} of ${runs}: ${[...values].map(([subject, all]) => `${subject} ${Math.round(all.at(-1)!)}`).join(', ')}`,
    );
  }
  return [...values].map(([subject, all]) => ({
    id: measurement.id,
    subject: measurement.reportedAs ?? subject,
    value: Number(median(all).toFixed(1)),
    unit: measurement.unit,
  }));
}

async function measureOnce(measurement: Measurement, subject: string, router: Router): Promise<number> {
  const deed = measurement.deed ?? measurement.id;
  const ports = [String(router.fast), String(router.slow)];
  const [command, args] =
    subject === python
      ? ['/usr/bin/python3', [path.join(packageFolder, 'bench/librouteros-subject.py'), deed, ...ports]]
      : [
          process.execPath,
          ['--expose-gc', path.join(builtFolder, 'bench/subject.mjs'), subject, deed, ...ports, rivalsFolder],
        ];
  const { stdout } = await promisify(execFile)(command as string, args as string[], {
    timeout: longestMs,
    killSignal: 'SIGKILL',
    maxBuffer: 64 * 1024 * 1024,
  });
  const { value } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { value: number };
  if (!Number.isFinite(value)) throw new Error('it measured nothing');
  return value;
}

function reasonOf(error: unknown): string {
  const { stderr, killed, message } = error as { stderr?: string; killed?: boolean; message: string };
  if (killed) return `no end in ${longestMs / 1_000} s`;
  const lines = (stderr ?? '').split('\n').filter((line) => /^\w*(Error|Exception)\b|^it gave/.test(line));
  return (lines[0] ?? message.split('\n')[0] ?? '').trim().slice(0, 300);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)]!;
  return sorted.length % 2 === 1 ? upper : (sorted[sorted.length / 2 - 1]! + upper) / 2;
}

function say(text: string): void {
  console.error(`routeros: ${text}`);
}

/** All subjects run as JavaScript: Node's own removal of types costs memory that would be counted as ours. */
function build(): void {
  fs.rmSync(builtFolder, { recursive: true, force: true });
  for (const folder of ['src', 'bench']) {
    fs.mkdirSync(path.join(builtFolder, folder), { recursive: true });
    for (const file of fs.readdirSync(path.join(packageFolder, folder))) {
      if (!file.endsWith('.ts') || /\.(test|test-support|bench)\.ts$/.test(file)) continue;
      const source = stripTypeScriptTypes(fs.readFileSync(path.join(packageFolder, folder, file), 'utf8'));
      const target = path.join(builtFolder, folder, file.replace(/\.ts$/, '.mjs'));
      fs.writeFileSync(target, source.replaceAll(/(from '\.[^']*)\.ts'/g, "$1.mjs'"));
    }
  }
}

function installRivals(): boolean {
  fs.mkdirSync(rivalsFolder, { recursive: true });
  const manifest = path.join(rivalsFolder, 'package.json');
  if (!fs.existsSync(manifest)) fs.writeFileSync(manifest, '{ "name": "rivals", "private": true }\n');
  const isThere = rivalPackages.every((wanted) => {
    const at = wanted.lastIndexOf('@');
    const file = path.join(rivalsFolder, 'node_modules', wanted.slice(0, at), 'package.json');
    return fs.existsSync(file) && JSON.parse(fs.readFileSync(file, 'utf8')).version === wanted.slice(at + 1);
  });
  if (isThere) return true;
  try {
    const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--save-exact', ...rivalPackages];
    execFileSync('npm', args, { cwd: rivalsFolder, stdio: ['ignore', 2, 2], timeout: 300_000 });
    return true;
  } catch (error) {
    say(`the rivals from npm are left out: they could not be installed (${reasonOf(error)})`);
    return false;
  }
}

function hasLibrouteros(): boolean {
  const canImport = (): boolean => spawnSync('/usr/bin/python3', ['-c', 'import librouteros']).status === 0;
  if (canImport()) return true;
  if (process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0) {
    const args = ['install', '-y', '--no-install-recommends', 'python3-librouteros'];
    spawnSync('apt-get', args, { stdio: ['ignore', 2, 2], timeout: 300_000 });
  }
  if (canImport()) return true;
  say(
    `${python} is left out: the system's python3 has no librouteros, and it could not be installed (needs root and apt-get)`,
  );
  return false;
}

interface Router {
  process: ChildProcess;
  fast: number;
  slow: number;
}

function startRouter(): Promise<Router> {
  const child = spawn(
    process.execPath,
    [path.join(builtFolder, 'bench/fake-router.mjs'), String(rows), String(latencyMs)],
    {
      stdio: ['ignore', 'pipe', 2],
    },
  );
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the fake router ended with ${code}`)));
    child.stdout!.once('data', (line: Buffer) => {
      const ports = JSON.parse(line.toString()) as { fast: number; slow: number };
      resolve({ process: child, ...ports });
    });
  });
}
