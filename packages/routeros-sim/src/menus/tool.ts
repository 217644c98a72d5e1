// /tool/ping, and what stands at the root: execute, export.

import { argumentsOf } from '../menu.ts';
import type { Call, Command, Menu, Router } from '../model.ts';
import { tick } from '../print.ts';
import { invalidValue, missingValues, refuse } from '../refusal.ts';

import { formatDuration, parseDurationMs, parseIp } from '../values.ts';
import { runExport } from './file.ts';

const pingArguments = argumentsOf(
  'address',
  'arp-ping',
  'as-value',
  'count',
  'do-not-fragment',
  'dscp',
  'interface',
  'interval',
  'proplist',
  '.proplist',
  'size',
  'src-address',
  'ttl',
);

/** Subscribers answer while they are online; every address that nobody was given is somewhere on the internet. */
function roundTripMs(router: Router, host: number, text: string): number | undefined {
  const isOurs = [...router.pools.values()].some((pool) => {
    return pool.ranges.some((range) => host >= range.first && host <= range.last);
  });
  const sessions = [...router.pppoeSessions.all(), ...router.hotspotSessions.all()];
  if (isOurs && !sessions.some((session) => session.address === text)) return undefined;
  // Different from host to host, the same every time.
  return isOurs ? 0.9 + (host % 37) / 10 : 11.612 + (host % 100) / 4;
}

interface Tally {
  sent: number;
  times: number[];
}

function ping(call: Call): void {
  const { attributes } = call.request;
  const text = attributes.get('address');
  if (text === undefined) throw missingValues(['address']);
  const isArp = attributes.get('arp-ping') === 'yes';
  if (isArp && !attributes.has('interface')) throw refuse('interface needs to be specified for arp ping');
  const host = parseIp(text);
  const intervalMs = parseDurationMs(attributes.get('interval') ?? '1s');
  if (host === undefined) throw invalidValue('address');
  if (intervalMs === undefined || intervalMs < 10 || intervalMs > 5000) throw invalidValue('interval');
  const count = Number(attributes.get('count') ?? Number.POSITIVE_INFINITY);
  const size = attributes.get('size') ?? '56';
  const tally: Tally = { sent: 0, times: [] };
  tick(call, intervalMs, () => {
    const timeMs = roundTripMs(call.router, host, text);
    tally.sent += 1;
    if (timeMs !== undefined) tally.times.push(timeMs);
    const seen =
      timeMs === undefined ? ['=status=timeout'] : [`=size=${size}`, '=ttl=64', `=time=${formatDuration(timeMs)}`];
    call.reply.row([`=seq=${tally.sent - 1}`, `=host=${text}`, ...seen, ...tallyWords(tally)]);
    return tally.sent >= count ? 'end' : undefined;
  });
}

function tallyWords({ sent, times }: Tally): string[] {
  const words = [
    `=sent=${sent}`,
    `=received=${times.length}`,
    `=packet-loss=${Math.round((1 - times.length / sent) * 100)}`,
  ];
  if (times.length === 0) return words;
  const average = times.reduce((sum, time) => sum + time, 0) / times.length;
  const shown = { min: Math.min(...times), avg: average, max: Math.max(...times) };
  return [...words, ...Object.entries(shown).map(([name, time]) => `=${name}-rtt=${formatDuration(time)}`)];
}

const pingCommand: Command = { policy: 'test', arguments: { ...pingArguments, vrf: { since: '7.0' } }, run: ping };

function execute({ router, request, reply }: Call): void {
  const script = request.attributes.get('script');
  if (script === undefined) throw missingValues(['script']);
  if (!request.attributes.has('as-string')) {
    // The job number; whatever goes wrong inside is lost.
    reply.done(`*${(router.nextJob++).toString(16).toUpperCase()}`);
    return;
  }
  const put = /^\s*:put\s+"?(.*?)"?\s*$/s.exec(script);
  reply.done(put ? put[1]! : '');
}

const toolMenu: Menu = { path: '/tool', kind: 'dir', fields: [], actions: { ping: pingCommand } };

const rootMenu: Menu = {
  path: '',
  kind: 'dir',
  fields: [],
  actions: {
    // The alias at the root is gone in 7.23.
    ping: { ...pingCommand, until: '7.22.3' },
    execute: { policy: 'write', arguments: { ...argumentsOf('script', 'file'), 'as-string': {} }, run: execute },
    export: {
      policy: 'ftp',
      arguments: {
        ...argumentsOf('compact', 'file', 'hide-sensitive', 'terse', 'verbose'),
        'show-sensitive': { since: '7.0' },
        path: { since: '7.23.3' },
      },
      run: runExport,
    },
  },
};

export const toolMenus: readonly Menu[] = [toolMenu, rootMenu];
