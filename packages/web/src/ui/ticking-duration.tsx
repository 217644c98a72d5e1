import { useSyncExternalStore } from 'react';
import { useFormat } from '../lib/session.ts';

/** How long something lasts already: "12m 30s", counting on. */
export function TickingDuration({ since }: { since: string }) {
  const format = useFormat();
  const now = useSyncExternalStore(watchSeconds, () => second);
  return (
    <time dateTime={since} title={format.exactTime(since)}>
      {format.duration((now - new Date(since).getTime()) / 1000)}
    </time>
  );
}

// One clock for all of them: a table of two hundred changes once a second, not two hundred times.
let second = Date.now();
let clock: ReturnType<typeof setInterval> | undefined;
const watchers = new Set<() => void>();

function watchSeconds(watcher: () => void): () => void {
  watchers.add(watcher);
  clock ??= setInterval(tick, 1000);
  return () => {
    watchers.delete(watcher);
    if (watchers.size > 0) return;
    clearInterval(clock);
    clock = undefined;
  };
}

function tick(): void {
  second = Date.now();
  for (const watcher of watchers) watcher();
}
