// Routers in a process of their own, so that a benchmark counts only its own time: many-routers.ts COUNT LATENCY_MS. Started by
// fork(): it sends the ports, and a count of all commands to whoever asks; it ends with its parent.
import { startRouter } from '../src/simulator.ts';

const [count, latencyMs] = process.argv.slice(2).map(Number);

const routers = await Promise.all(Array.from({ length: count ?? 1 }, () => startRouter()));
for (const router of routers) router.faults.latencyMs = latencyMs ?? 0;

process.on('message', () => {
  process.send?.({
    commands: routers.reduce((sum, router) => sum + router.commands, 0),
    secrets: routers.reduce((sum, router) => sum + router.count('/ppp/secret'), 0),
  });
});
process.on('disconnect', () => process.exit());
process.send?.({ ports: routers.map(({ port }) => port) });
