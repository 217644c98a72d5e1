// Names on a router are one to a kind: who has which, who is to have it, and what keeps him from it.
import type { Named, Obstacle } from './object-rules.ts';
import type { ServiceKind } from './profile-rules.ts';

/** Who has which name at the router, and who is to have it. */
export type NameSight<W, O> = {
  wantedById: ReadonlyMap<string, W>;
  /** What is ours there, by the id in its mark. */
  own: ReadonlyMap<string, O>;
  /** All that carries a mark, copies too. */
  marked: ReadonlyMap<string | undefined, readonly O[]>;
  byName: ReadonlyMap<string, readonly O[]>;
  /** What is removed before anything takes its name. */
  freed: Set<string>;
  /** What will be removed, but not yet. */
  going: Set<string>;
  /** Stays as it is for another reason than its name. */
  isStuck: (wanted: W) => boolean;
};

export function lookAtNames<W extends { id: string; name: string }, O extends Named>(
  wanted: readonly W[],
  observed: readonly O[],
  givenNames: (wanted: W) => readonly (string | null)[],
): NameSight<W, O> {
  const marked = Map.groupBy(observed, ({ ownerId }) => ownerId);
  const own = wanted.flatMap((one) => {
    const candidates = marked.get(one.id) ?? [];
    // Who copies an object at the router copies its mark with it: ours is the one under a name that we gave.
    const named = givenNames(one).map((name) => candidates.find((candidate) => candidate.name === name));
    const found = named.find((candidate) => candidate !== undefined) ?? candidates[0];
    return found ? [[one.id, found] as const] : [];
  });
  return {
    wantedById: new Map(wanted.map((one) => [one.id, one])),
    own: new Map(own),
    marked,
    byName: Map.groupBy(observed, ({ name }) => name),
    freed: new Set(),
    going: new Set(),
    isStuck: () => false,
  };
}

/**
 * What has the name that something is to get, where it is not itself and does not go. A hotspot has one name for each of its servers,
 * so something of ours may share its name with a stranger.
 */
export function findHolder<W extends { id: string; name: string }, O extends Named>(
  wanted: W,
  sight: NameSight<W, O>,
): O | undefined {
  return (sight.byName.get(wanted.name) ?? []).find(
    ({ ref, ownerId }) => ownerId !== wanted.id && !sight.freed.has(ref),
  );
}

/** The holder of the name that something is to get, where it is ours and about to get another name. */
export function findLeaving<W extends { id: string; name: string }, O extends Named>(
  wanted: W,
  sight: NameSight<W, O>,
): { wanted: W; observed: O } | undefined {
  const observed = findHolder(wanted, sight);
  const leaver = sight.wantedById.get(observed?.ownerId ?? '');
  if (!observed || !leaver || leaver.name === observed.name || sight.own.get(leaver.id) !== observed) return undefined;
  return { wanted: leaver, observed };
}

/**
 * What keeps something from ever getting its name by itself. A name comes free only when its holder finds his own new one free:
 * along the chain, and around the ring.
 */
export function findBlocker<W extends { id: string; name: string }, O extends Named>(
  wanted: W,
  sight: NameSight<W, O>,
): O | undefined {
  const asked = new Set<string>();
  for (let next = wanted; !asked.has(next.id); ) {
    asked.add(next.id);
    const holder = findHolder(next, sight);
    if (!holder || sight.going.has(holder.ref)) return undefined;
    const leaving = findLeaving(next, sight);
    if (!leaving || sight.isStuck(leaving.wanted)) return holder;
    next = leaving.wanted;
  }
  return undefined;
}

export function obstacleOf<W extends { service: ServiceKind; name: string }, O extends Named>(
  code: Obstacle['code'],
  { service, name }: W,
  { ownerId }: O,
  sight: NameSight<W, O>,
): Obstacle {
  const mayBeOurs = ownerId !== undefined && !sight.wantedById.has(ownerId);
  return { code, service, name, ...(mayBeOurs ? { mayBeOurs } : {}) };
}

/** A name for the moment between two names. */
export function passing(leaving: { wanted: { id: string }; observed: Named }): { ref: string; name: string } {
  return { ref: leaving.observed.ref, name: `lm-${leaving.wanted.id}` };
}
