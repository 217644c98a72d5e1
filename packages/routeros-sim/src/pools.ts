// Addresses from /ip/pool. Each pool hands out the next free address in turn, so a returned one rests for a while.

import type { PoolState, Router } from './model.ts';
import { formatIp, parseIpRange } from './values.ts';

export function poolState(router: Router, name: string): PoolState | undefined {
  const row = router.table('/ip/pool').findByName(name);
  if (row === undefined) return undefined;
  const rangesText = row.values.ranges ?? '';
  let state = router.pools.get(row.id);
  if (state === undefined || state.rangesText !== rangesText) {
    const ranges = rangesText.split(',').flatMap((part) => parseIpRange(part) ?? []);
    const total = ranges.reduce((sum, range) => sum + range.last - range.first + 1, 0);
    // Sessions that run keep their addresses when the ranges change.
    state = { rangesText, ranges, total, next: 0, used: state?.used ?? new Set() };
    router.pools.set(row.id, state);
  }
  return state;
}

/** An address for somebody, from the pool or the pools that follow it; undefined when all are taken. */
export function takeAddress(
  router: Router,
  poolName: string,
): { address: string; pool: string; release(): void } | undefined {
  const visited = new Set<string>();
  for (let name = poolName; name !== 'none' && !visited.has(name); ) {
    visited.add(name);
    const state = poolState(router, name);
    if (state === undefined) return undefined;
    const free = nextFree(state);
    if (free !== undefined) {
      state.used.add(free);
      return { address: formatIp(free), pool: name, release: () => state.used.delete(free) };
    }
    name = router.table('/ip/pool').findByName(name)?.values['next-pool'] ?? 'none';
  }
  return undefined;
}

function nextFree(state: PoolState): number | undefined {
  for (let tries = 0; tries < state.total; tries++) {
    const address = addressAt(state, state.next);
    state.next = (state.next + 1) % state.total;
    if (!state.used.has(address)) return address;
  }
  return undefined;
}

function addressAt(state: PoolState, index: number): number {
  let rest = index;
  for (const range of state.ranges) {
    const size = range.last - range.first + 1;
    if (rest < size) return range.first + rest;
    rest -= size;
  }
  return state.ranges[0]!.first;
}
