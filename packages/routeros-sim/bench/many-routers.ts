// Routers in a process of their own, so that a benchmark counts only its own time: many-routers.ts COUNT LATENCY_MS. Started by
// fork(): it sends the ports, answers a count of all commands to whoever asks, and has subscribers dial; it ends with its parent.
import { startRouter } from '../src/simulator.ts';

/** `from` to `to`: which of a router's accounts dial, as the benchmark of the network names them. */
type Dial = { place: number; from: number; to: number };

const [count, latencyMs] = process.argv.slice(2).map(Number);

const routers = await Promise.all(Array.from({ length: count ?? 1 }, () => startRouter()));
for (const router of routers) router.faults.latencyMs = latencyMs ?? 0;

process.on('message', (asked: 'count' | Dial) => {
  if (asked !== 'count') return dial(asked);
  process.send?.({
    commands: routers.reduce((sum, router) => sum + router.commands, 0),
    secrets: routers.reduce((sum, router) => sum + router.count('/ppp/secret'), 0),
  });
});
process.on('disconnect', () => process.exit());
process.send?.({ ports: routers.map(({ port }) => port) });

function dial({ place, from, to }: Dial): void {
  for (let at = from; at < to; at++) {
    const attempt = routers[place]?.dial(`customer-${at}`, `secret-${at}`);
    if (!attempt?.ok) throw new Error(`customer-${at} was not let in`);
  }
}
