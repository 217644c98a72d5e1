// /queue/simple. Order matters: the first match wins, hence place-before and move.

import { custom, flag, integer, pair, ratePair, reference, shown, shownFlag, text } from '../fields.ts';
import { argumentsOf } from '../menu.ts';
import { packetsOf, printCounter } from '../meter.ts';
import type { Menu, Router } from '../model.ts';
import { invalidValue, refuse } from '../refusal.ts';
import type { Row } from '../rows.ts';

import { setUsage } from '../sessions.ts';

import { formatDuration, parseDurationMs, parseRate, parseRatePair } from '../values.ts';
import { namedRows } from '../verbs.ts';

const counterBase = new WeakMap<Row, { up: number; down: number }>();

function readBytes(router: Router, row: Row): { up: number; down: number } {
  if (row.session === undefined) return { up: 0, down: 0 };
  const nowMs = router.clock.now();
  const base = counterBase.get(row) ?? { up: 0, down: 0 };
  return { up: row.session.up.bytes(nowMs) - base.up, down: row.session.down.bytes(nowMs) - base.down };
}

function resetQueue(router: Router, row: Row): void {
  if (row.session === undefined) return;
  const nowMs = router.clock.now();
  counterBase.set(row, { up: row.session.up.bytes(nowMs), down: row.session.down.bytes(nowMs) });
}

function liveQueue(router: Router, row: Row): Record<string, string | undefined> {
  const { up, down } = readBytes(router, row);
  const both = (one: number, other: number) => {
    return `${printCounter(one, router.faults.bigCounters)}/${printCounter(other, router.faults.bigCounters)}`;
  };
  const rate = { up: row.session?.up.bitsPerSecond ?? 0, down: row.session?.down.bitsPerSecond ?? 0 };
  return {
    bytes: both(up, down),
    packets: both(packetsOf(up), packetsOf(down)),
    rate: `${rate.up}/${rate.down}`,
    'packet-rate': `${packetsOf(rate.up / 8)}/${packetsOf(rate.down / 8)}`,
  };
}

const parseTime = (input: string) => {
  const ms = parseDurationMs(input);
  return ms === undefined ? undefined : formatDuration(ms);
};
const parsePriority = (input: string) => (/^[1-8]$/.test(input) ? input : undefined);
const parseBucket = (input: string) => (/^\d+(\.\d+)?$/.test(input) && Number(input) <= 10 ? input : undefined);
const parseQueueType = (input: string) => (input === '' ? undefined : input);

function parseOneRate(name: string) {
  return (input: string) => {
    const rate = parseRate(input);
    if (rate === undefined) throw invalidValue(name);
    return String(rate);
  };
}

const simpleMenu: Menu = {
  path: '/queue/simple',
  kind: 'list',
  fields: [
    text('name', { min: 1 }),
    text('target', { canUnset: true }),
    text('dst', { canUnset: true, emptyClears: true }),
    reference('parent', '/queue/simple', { words: ['none'], initial: 'none' }),
    text('packet-marks', { initial: '' }),
    pair('priority', parsePriority, { initial: '8/8' }),
    pair('queue', parseQueueType, { initial: 'default-small/default-small' }),
    ratePair('limit-at'),
    ratePair('max-limit'),
    ratePair('burst-limit'),
    ratePair('burst-threshold'),
    pair('burst-time', parseTime, { initial: '0s/0s' }),
    pair('bucket-size', parseBucket, { initial: '0.1/0.1' }),
    text('time', { canUnset: true, emptyClears: true }),
    ...['total-limit-at', 'total-max-limit', 'total-burst-limit', 'total-burst-threshold'].map((name) =>
      custom(name, parseOneRate(name)),
    ),
    custom('total-burst-time', (input) => parseTime(input) ?? input),
    custom('total-bucket-size', (input) => parseBucket(input) ?? input),
    integer('total-priority', { min: 1, max: 8 }),
    text('total-queue', { emptyClears: true }),
    shown('bytes'),
    shown('total-bytes', { initial: '0' }),
    shown('packets'),
    shown('total-packets', { initial: '0' }),
    shown('dropped', { initial: '0/0' }),
    shown('total-dropped', { initial: '0' }),
    shown('rate'),
    shown('total-rate', { initial: '0' }),
    shown('packet-rate'),
    shown('total-packet-rate', { initial: '0' }),
    shown('queued-packets', { initial: '0/0' }),
    shown('total-queued-packets', { initial: '0' }),
    shown('queued-bytes', { initial: '0/0' }),
    shown('total-queued-bytes', { initial: '0' }),
    shownFlag('invalid', { initial: 'false' }),
    shownFlag('dynamic', { initial: 'false' }),
    flag('disabled', { initial: 'false' }),
    text('comment', { emptyClears: true }),
  ],
  verbs: { add: {}, set: {}, remove: {}, enable: {}, disable: {}, comment: {}, unset: {}, move: {} },
  printArguments: argumentsOf('stats', 'bytes', 'packets', 'rate', 'oid'),
  unique: { by: ['name'], refusal: () => refuse('failure: already have such name') },
  check(router, proposed, row) {
    if (row === undefined && proposed.target === undefined) throw refuse('missing value(s) of argument(s) target');
    proposed.name ??= freeQueueName(router);
  },
  protect(router, row, verb) {
    if (row.isDynamic && verb === 'set') throw refuse(router.assumptions.dynamicRow);
  },
  removed: liftLimit,
  live: liveQueue,
  actions: {
    'reset-counters': {
      policy: 'write',
      arguments: argumentsOf('.id', 'numbers'),
      run(call) {
        for (const row of namedRows(call)) resetQueue(call.router, row);
        call.reply.done();
      },
    },
    'reset-counters-all': {
      policy: 'write',
      arguments: {},
      run({ router, reply }) {
        for (const row of router.table('/queue/simple').all()) resetQueue(router, row);
        reply.done();
      },
    },
  },
};

function freeQueueName(router: Router): string {
  const table = router.table('/queue/simple');
  let number = 1;
  while (table.findByName(`queue${number}`) !== undefined) number += 1;
  return `queue${number}`;
}

// Without its queue a session runs at the speed of the line.
function liftLimit(router: Router, row: Row): void {
  const limit = parseRatePair(row.values['max-limit'] ?? '');
  if (row.session === undefined || row.session.hasEnded || limit === undefined) return;
  row.session.rate = { up: 20_000_000, down: 100_000_000 };
  setUsage(router, row.session, row.session.usage);
}

export const queueMenus: readonly Menu[] = [simpleMenu];
