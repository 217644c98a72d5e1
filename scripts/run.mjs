// Runs on any Node.js >= 18 and without dependencies: installs the pinned Node.js, then the workspace, and hands over to
// tasks.ts under the pinned one. So a machine needs only some Node.js and npm.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const runtimeFolder = path.join(root, 'tools', 'runtime');
const lockFile = path.join(root, 'tools', '.install.lock');

// A cold install takes a minute or two; whoever waits longer than this waits for a process that hangs.
const longestInstallMs = 15 * 60_000;

/** An end that needs one line and no stack. */
class Refusal extends Error {}

/** The npm or the task that runs just now: what a signal to us is meant for. */
let running;
let isStopping = false;

watchSignals();
watchParents();
try {
  await installWhatIsMissing();
  process.exitCode = await handOver(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  say(error.message);
  process.exitCode = 1;
}
process.exit();

function say(text) {
  process.stderr.write(`lastmile: ${text}\n`);
}

// ---- installing

async function installWhatIsMissing() {
  if (isInstalled(runtimeFolder) && isInstalled(root)) return;
  const release = await takeLock();
  try {
    // Whoever held the lock before us may have installed it all.
    if (!isInstalled(runtimeFolder)) await install(runtimeFolder, process.execPath, 'the pinned Node.js');
    if (!isInstalled(root)) await install(root, pinnedNode(), 'the packages');
  } finally {
    release();
  }
}

function stampOf(folder) {
  return path.join(folder, 'node_modules', '.lastmile-stamp');
}

function isInstalled(folder) {
  return readOr(stampOf(folder), '') === wantedStamp(folder);
}

/** Changes with anything that changes what npm would install. */
function wantedStamp(folder) {
  const hash = createHash('sha256');
  hash.update(`${process.platform} ${process.arch}`);
  for (const file of [
    path.join(folder, 'package-lock.json'),
    path.join(folder, 'package.json'),
    ...manifests(folder),
  ]) {
    hash.update(fs.readFileSync(file));
  }
  return hash.digest('hex');
}

function manifests(folder) {
  const packages = path.join(folder, 'packages');
  if (!fs.existsSync(packages)) return [];
  const files = fs.readdirSync(packages).map((name) => path.join(packages, name, 'package.json'));
  return files.sort().filter((file) => fs.existsSync(file));
}

async function install(folder, node, what) {
  say(`installing ${what} ...`);
  const began = Date.now();
  // Without the stamp a killed install cannot pass for a whole one.
  fs.rmSync(stampOf(folder), { force: true });
  // NODE_ENV=production or a person's own omit=... must not leave out what building and starting need.
  const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  const { code, output } = await runNpm(node, [...args, '--loglevel=error'], folder);
  if (isStopping) throw new Refusal('stopped; the next start installs again');
  if (code !== 0) throw new Refusal(explainNpm(output));
  const [missing] = missingPrograms(folder);
  if (missing)
    throw new Refusal(`cannot install: ${missing} could not be fetched. Is this machine online? Then start again`);
  fs.writeFileSync(stampOf(folder), wantedStamp(folder));
  say(`installed ${what} in ${Math.round((Date.now() - began) / 1000)} s`);
}

/**
 * What is made for this machine (Node.js, PostgreSQL, the bundler) is "optional" to npm: without a network it leaves it out,
 * and says nothing.
 */
function missingPrograms(folder) {
  const { packages } = JSON.parse(fs.readFileSync(path.join(folder, 'package-lock.json'), 'utf8'));
  const names = Object.keys(packages).filter((name) => packages[name].optional && isMadeForThisMachine(packages[name]));
  const missing = names.filter((name) => !fs.existsSync(path.join(folder, name, 'package.json')));
  return missing.map((name) => name.replace(/^.*node_modules\//, ''));
}

function isMadeForThisMachine({ os: systems, cpu: processors, libc }) {
  const isFor = (wanted, here) => wanted !== undefined && [wanted].flat().includes(here);
  // The pinned Node.js is made for glibc, and so is all that it loads.
  const isForOtherLibrary = libc !== undefined && ![libc].flat().includes('glibc');
  return isFor(systems, process.platform) && isFor(processors, process.arch) && !isForOtherLibrary;
}

/** npm runs under the given Node.js, which then is the one that judges the packages' `engines`. */
async function runNpm(node, args, cwd) {
  const cli = findNpmCli();
  const [command, all] = cli ? [node, [cli, ...args]] : ['npm', args];
  const env = npmEnvironment(path.dirname(node));
  const child = spawn(command, all, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
  // Were we killed, this npm would go on: so it is named in the lock, and the next start waits for it.
  fs.writeFileSync(lockFile, `${process.pid} ${child.pid ?? ''}`);
  let output = '';
  child.stderr.on('data', (chunk) => {
    output = (output + chunk).slice(-20_000);
  });
  const code = await endOf(child, () => {
    throw new Refusal('npm was not found: install Node.js together with npm');
  });
  return { code, output };
}

/** The npm that started us, else the one on the PATH; undefined where that is a wrapper we can only call by its name. */
function findNpmCli() {
  const started = process.env.npm_execpath;
  if (started && path.basename(started) === 'npm-cli.js') return started;
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    const npm = path.join(folder, 'npm');
    if (!fs.existsSync(npm)) continue;
    const real = fs.realpathSync(npm);
    return path.basename(real) === 'npm-cli.js' ? real : undefined;
  }
  return undefined;
}

/** npm hands its own settings to what it runs; of those only the ways to the registry are right for another npm. */
function npmEnvironment(nodeFolder) {
  const wayToRegistry = /registry|cache|cafile|certfile|keyfile|proxy|userconfig|globalconfig|strict_ssl|fetch_|_auth/i;
  const kept = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name) || wayToRegistry.test(name));
  const PATH = nodeFolder + path.delimiter + (process.env.PATH ?? '');
  return { ...Object.fromEntries(kept), PATH };
}

function explainNpm(output) {
  const lines = output.split('\n').map((line) => line.replace(/^npm error\s*/, '').trim());
  const said = lines.filter((line) => line !== '');
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT/.test(output)
  ) {
    return 'cannot install: no answer from the package registry. Is this machine online (proxy)? Then start again';
  }
  if (/ENOSPC/.test(output)) return `cannot install: the disk that holds ${root} is full`;
  if (/EACCES|EPERM|EROFS/.test(output)) {
    return `cannot install: ${os.userInfo().username} may not write in ${root}. Start as its owner, or give it to this user`;
  }
  if (/EUSAGE/.test(output)) {
    const differences = said.filter((line) => /^(Missing|Invalid):/.test(line));
    return `cannot install: package.json and package-lock.json disagree: ${differences.join('; ')}`;
  }
  return `cannot install: npm ci failed\n${said.slice(0, 12).join('\n')}`;
}

function pinnedNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const program = process.platform === 'win32' ? 'node.exe' : 'node';
  for (const name of [`node-${platform}-${process.arch}`, `node-bin-${platform}-${process.arch}`]) {
    const file = path.join(runtimeFolder, 'node_modules', name, 'bin', program);
    if (fs.existsSync(file)) return file;
  }
  if (Number(process.versions.node.split('.')[0]) >= 26) return process.execPath;
  const here = `${process.platform}-${process.arch}`;
  throw new Refusal(`there is no pinned Node.js for ${here}: install Node.js 26 or newer yourself and start again`);
}

// ---- one install at a time

/** Waits until no other process installs here. Returns what gives the lock back. */
async function takeLock() {
  const deadline = Date.now() + longestInstallMs;
  let hasSaid = false;
  while (!createLock()) {
    if (isStopping) throw new Refusal('stopped');
    if (Date.now() > deadline)
      throw new Refusal(`another start has been installing for very long: end it, or remove ${lockFile}`);
    if (isLockStale()) discardStaleLock();
    else if (!hasSaid) say('another start is installing here: waiting for it');
    hasSaid = true;
    await sleep(200);
  }
  return () => fs.rmSync(lockFile, { force: true });
}

function createLock() {
  try {
    fs.writeFileSync(lockFile, `${process.pid}`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw new Refusal(`cannot install in ${root}: ${error.message}`);
  }
}

/** Nobody whom the lock names is alive. An empty one is just being written, unless it has been empty for long. */
function isLockStale() {
  const pids = readOr(lockFile, 'gone')
    .split(' ')
    .map(Number)
    .filter((pid) => pid > 0);
  if (pids.length > 0) return !pids.some(isAlive);
  const written = fs.statSync(lockFile, { throwIfNoEntry: false })?.mtimeMs;
  return written !== undefined && Date.now() - written > 10_000;
}

/** Renamed before it is removed: of two that found the same stale lock only one gets it, and the other's new lock is put back. */
function discardStaleLock() {
  const aside = `${lockFile}.${process.pid}`;
  const before = readOr(lockFile, '');
  try {
    fs.renameSync(lockFile, aside);
    if (readOr(aside, '') !== before) fs.linkSync(aside, lockFile);
  } catch {
    // Somebody was faster. We look again.
  } finally {
    fs.rmSync(aside, { force: true });
  }
}

// ---- handing over

async function handOver(args) {
  const node = pinnedNode();
  const PATH = [path.dirname(node), path.join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(
    path.delimiter,
  );
  // The tasks look at paths from the root; where the person stood is only of interest for paths that he names.
  const env = { ...process.env, PATH };
  // The channel closes when we die in whatever way, which the task takes as a word to stop.
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc'];
  const child = spawn(node, ['--enable-source-maps', path.join(root, 'scripts', 'tasks.ts'), ...args], {
    cwd: root,
    env,
    stdio,
  });
  return endOf(child, (error) => {
    throw new Refusal(`the pinned Node.js does not run here (${error.code}): it needs glibc, which Alpine has not`);
  });
}

function endOf(child, explain) {
  running = child;
  return new Promise((resolve, reject) => {
    child.on('error', (error) => {
      try {
        explain(error);
      } catch (refusal) {
        reject(refusal);
      }
    });
    child.on('close', (code, signal) => resolve(code ?? 128 + (os.constants.signals[signal] ?? 0)));
  }).finally(() => {
    running = undefined;
  });
}

function watchSignals() {
  // Ctrl-C in a terminal reaches the child by itself. Where only we got it (kill -INT), the child has not answered by then;
  // and as it may only be busy, it is asked in the way that does not count as a second, impatient Ctrl-C.
  process.on('SIGINT', () => {
    isStopping = true;
    const child = running;
    let hasHeard = false;
    child?.once('message', () => {
      hasHeard = true;
    });
    setTimeout(() => hasHeard || child?.kill('SIGTERM'), 300).unref();
  });
  process.on('SIGTERM', stopChild);
}

function stopChild() {
  isStopping = true;
  running?.kill('SIGTERM');
}

/** npm does not pass SIGTERM through its shell, and may be killed itself: we go when the npm that started us is gone. */
function watchParents() {
  if (!process.env.npm_lifecycle_event) return;
  const before = parents();
  const timer = setInterval(() => {
    if (parents() !== before) stopChild();
  }, 500);
  timer.unref();
}

/** Our parent is npm's shell, and npm is the parent of that. */
function parents() {
  const shell = process.ppid;
  const npm = /^PPid:\s*(\d+)$/m.exec(readOr(`/proc/${shell}/status`, ''))?.[1];
  return `${shell} ${npm ?? ''}`;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function readOr(file, otherwise) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}
