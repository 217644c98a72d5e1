#!/usr/bin/env node
// lastmile-sim: a simulated router to point your own tooling at.

import { parseArgs } from 'node:util';
import { type PresetName, presetNames, startPreset } from './presets.ts';
import type { RouterOptions, SimulatedRouter, Version } from './simulator.ts';

const help = `lastmile-sim: a MikroTik router on a real socket, simulated

  --port N          API port (8728); further routers take the next ports
  --tls-port N      encrypted API port; without --certificate anonymous DH, as a router does it
  --certificate     a self-signed certificate for the encrypted port; its fingerprint is printed
  --host ADDRESS    address to listen on (127.0.0.1)
  --routers N       how many routers (1)
  --preset NAME     ${presetNames.join(', ')} (small)
  --ros VERSION     RouterOS: 6.42, 6.49, 7.16, 7.18, 7.24 (7.18)
  --board NAME      RouterBOARD or CHR (RouterBOARD)
  --identity NAME   /system/identity
  --user NAME       API user (lastmile)
  --password TEXT   his password (demo)
  --latency MS      delay of every command
`;

function readArguments() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8728' },
      'tls-port': { type: 'string' },
      certificate: { type: 'boolean', default: false },
      host: { type: 'string', default: '127.0.0.1' },
      routers: { type: 'string', default: '1' },
      preset: { type: 'string', default: 'small' },
      ros: { type: 'string', default: '7.18' },
      board: { type: 'string', default: 'RouterBOARD' },
      identity: { type: 'string', default: 'MikroTik' },
      user: { type: 'string', default: 'lastmile' },
      password: { type: 'string', default: 'demo' },
      latency: { type: 'string', default: '0' },
      help: { type: 'boolean', default: false },
    },
  });
  return values;
}

type Arguments = ReturnType<typeof readArguments>;

function oneOf<T extends string>(name: string, value: string, known: readonly T[]): T {
  const found = known.find((one) => one === value);
  if (found === undefined) throw new Error(`--${name} ${value}: expected one of ${known.join(', ')}`);
  return found;
}

function count(name: string, value: string, most: number): number {
  if (!/^\d+$/.test(value) || Number(value) > most) throw new Error(`--${name} ${value}: expected 0 to ${most}`);
  return Number(value);
}

/** The first of as many ports as there are routers; 0 takes any free ones. */
function firstPort(name: 'port' | 'tls-port', value: string, routers: number): number {
  const first = count(name, value, 65535);
  const last = first + routers - 1;
  if (first > 0 && last > 65535) {
    throw new Error(
      `--${name} ${first} with --routers ${routers}: the last would be on port ${last}, and 65535 is the highest`,
    );
  }
  return first;
}

function optionsFor(given: Arguments, index: number, routers: number): RouterOptions {
  const port = firstPort('port', given.port, routers);
  const tlsPort = given['tls-port'] === undefined ? undefined : firstPort('tls-port', given['tls-port'], routers);
  const certificate = given.certificate ? 'self-signed' : 'none';
  return {
    port: port === 0 ? 0 : port + index,
    host: given.host,
    version: oneOf<Version>('ros', given.ros, ['6.42', '6.49', '7.16', '7.18', '7.24']),
    board: oneOf('board', given.board, ['RouterBOARD', 'CHR'] as const),
    identity: index === 0 ? given.identity : `${given.identity}-${index + 1}`,
    users: [{ name: given.user, password: given.password }],
    tls: tlsPort === undefined ? undefined : { port: tlsPort === 0 ? 0 : tlsPort + index, certificate },
  };
}

/** All or none: one that listens would keep the process alive after the error. */
async function startAll(preset: PresetName, options: readonly RouterOptions[]): Promise<SimulatedRouter[]> {
  const outcomes = await Promise.allSettled(options.map((one) => startPreset(preset, one)));
  const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (!failed) return started;
  await Promise.all(started.map((router) => router.stop()));
  throw new Error(explain(failed.reason));
}

function explain(error: unknown): string {
  const { code, address, port, message } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  if (code === 'EADDRINUSE') return `something listens on ${address}:${port} already: stop it, or choose another port`;
  return message ?? String(error);
}

async function main(): Promise<void> {
  const given = readArguments();
  if (given.help) {
    process.stdout.write(help);
    return;
  }
  const preset: PresetName = oneOf('preset', given.preset, presetNames);
  const latencyMs = count('latency', given.latency, 600_000);
  const howMany = count('routers', given.routers, 1000);
  const options = Array.from({ length: howMany }, (_, index) => optionsFor(given, index, howMany));
  const routers = await startAll(preset, options);
  for (const router of routers) {
    router.faults.latencyMs = latencyMs;
    const tls =
      given['tls-port'] === undefined ? '' : `, TLS ${router.tlsPort} ${router.fingerprint ?? 'anonymous DH'}`;
    console.log(`${router.identity}: RouterOS ${router.version} on ${given.host}:${router.port}${tls}`);
  }
  console.log(`user ${given.user}, password ${given.password}; Ctrl-C stops`);
  // A router that reboots has no socket open meanwhile, and the process must not take that for the end.
  const stay = setInterval(() => {}, 2 ** 30);
  const stop = () => {
    clearInterval(stay);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, stop);
    void Promise.all(routers.map((router) => router.stop()));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
