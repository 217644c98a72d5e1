// Of many locations the few that matter come first, and those where nothing happens take little room.
import type { LocationCounters } from './queries.ts';

type Location = Pick<
  LocationCounters,
  'alertCount' | 'silentCount' | 'soldCount' | 'onlineCount' | 'countedMinor' | 'unsignedMinor' | 'varianceMinor'
> & { openCounters: readonly unknown[] };

/** What somebody must look at, then what is open, then the rest; else as they came, by name. */
export function byNeed<T extends Location>(locations: readonly T[]): T[] {
  return locations.toSorted((one, other) => rankOf(one) - rankOf(other));
}

function rankOf(location: Location): number {
  if (location.alertCount > 0 || location.silentCount > 0) return 0;
  return isQuiet(location) ? 2 : 1;
}

/** Nobody sells there, nothing came in today, and no cash waits. */
export function isQuiet(location: Location): boolean {
  const { openCounters, soldCount, onlineCount, countedMinor, unsignedMinor, varianceMinor } = location;
  const hasMoney = [countedMinor, unsignedMinor, varianceMinor].some((minor) => minor !== '0');
  return openCounters.length === 0 && soldCount === 0 && onlineCount === 0 && !hasMoney;
}
