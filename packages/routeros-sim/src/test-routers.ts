// Routers for tests, stopped when the test is over.

import { afterEach } from 'vitest';
import { createVirtualClock, type RouterOptions, type SimulatedRouter, startRouter } from './simulator.ts';
import { connectTo, logInTo, type TestClient } from './test-client.ts';

export function createTestRouters() {
  const routers: SimulatedRouter[] = [];
  const clients: TestClient[] = [];

  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    for (const router of routers.splice(0)) await router.stop();
  });

  const keep = (client: TestClient) => {
    clients.push(client);
    return client;
  };

  return {
    async start(options: RouterOptions = {}) {
      const clock = createVirtualClock();
      const router = await startRouter({ clock, ...options });
      routers.push(router);
      return { router, clock };
    },
    async connect(router: SimulatedRouter): Promise<TestClient> {
      return keep(await connectTo(router.port));
    },
    async logIn(router: SimulatedRouter, name?: string, password?: string): Promise<TestClient> {
      return keep(await logInTo(router.port, name, password));
    },
  };
}
