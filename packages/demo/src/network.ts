// Three simulated routers, and customers' devices that come and go.
import { type SimulatedRouter, startRouter } from '@lastmile/routeros-sim';
import { createDice } from './people.ts';

const sites = [
  { label: 'Hilltop tower', identity: 'hilltop', version: '7.18', board: 'RouterBOARD' },
  { label: 'Market square', identity: 'market', version: '6.49', board: 'RouterBOARD' },
  { label: 'Data centre CHR', identity: 'core-chr', version: '7.24', board: 'CHR' },
] as const;

export const siteLabels: readonly string[] = sites.map(({ label }) => label);

/** On every router, with addresses of its own at each. */
export const demoPool = 'pppoe-pool';

export const demoLogin = { name: 'lastmile', password: 'demo', counterPassword: 'demo1234' };

export type DemoNetwork = {
  /** In the order of `siteLabels`. */
  ports: readonly number[];
  /** Puts a device at a site that keeps dialling in. */
  connect(site: number, account: { name: string; password: string }): void;
  /** A guest of a hotspot who logs in as soon as his code is there. */
  visit(site: number, code: string): void;
  /** Lets lines drop and habits change, now and then. */
  live(): void;
  stop(): Promise<void>;
};

const restlessMs = 4000;
// The cafés fill in the first minute, while somebody looks at them.
const guestsAtOnce = 4;

export async function startDemoNetwork(firstPort: number): Promise<DemoNetwork> {
  const routers: SimulatedRouter[] = [];
  try {
    for (const [index, { identity, version, board }] of sites.entries()) {
      const router = await startRouter({ port: firstPort + index, identity, version, board, users: [demoLogin] });
      routers.push(router);
      furnish(router, index);
    }
  } catch (error) {
    await Promise.all(routers.map((router) => router.stop()));
    throw error;
  }
  const dice = createDice(7);
  const devices: { router: SimulatedRouter; name: string }[] = [];
  const guests: { router: SimulatedRouter; code: string }[] = [];
  let guestCount = 0;
  let restless: NodeJS.Timeout | undefined;
  return {
    ports: routers.map(({ port }) => port),
    connect(site, { name, password }) {
      const router = routers[site % routers.length];
      if (!router) return;
      // Most people read, some watch films, a few fill their line.
      const usage = { down: dice() ** 4 * 0.8, up: dice() ** 5 * 0.3 };
      const redialMs = 3000 + Math.floor(dice() * 60_000);
      router.addSubscriber({ name, password, usage, redialMs, callerId: macOf(devices.length) });
      devices.push({ router, name });
    },
    visit(site, code) {
      const router = routers[site];
      if (router) guests.push({ router, code });
    },
    live() {
      restless = setInterval(() => {
        for (const guest of guests.splice(0, guestsAtOnce)) {
          const mac = macOf(50_000 + guestCount++);
          // Who is not let in yet tries again.
          if (!guest.router.logInToHotspot(guest.code, guest.code, { mac }).ok) guests.push(guest);
        }
        const device = devices[Math.floor(dice() * devices.length)];
        if (!device) return;
        if (dice() < 0.5) device.router.hangUp(device.name);
        else device.router.setUsage(device.name, { down: dice() ** 3, up: dice() ** 5 * 0.4 });
      }, restlessMs);
    },
    async stop() {
      clearInterval(restless);
      await Promise.all(routers.map((router) => router.stop()));
    },
  };
}

/** Devices of one maker, each with an address that no other has, on whichever router. */
function macOf(device: number): string {
  const digits = (device * 7919 + 0x1a2b3c).toString(16).padStart(6, '0').slice(-6);
  return `48:A9:8A:${digits.match(/../g)?.join(':').toUpperCase()}`;
}

/** What an owner made there himself: Lastmile must leave it alone. */
function furnish(router: SimulatedRouter, site: number): void {
  router.put('/ip/pool', { name: demoPool, ranges: `10.${20 + site}.0.2-10.${20 + site}.3.254` });
  // And what he should not have made: a user that nobody sold.
  if (site === 2) router.put('/ip/hotspot/user', { name: 'cousin', password: 'free', comment: 'for the family' });
  router.put('/ppp/secret', { name: 'office-camera', password: 'not-ours', service: 'pppoe', comment: 'made by hand' });
}
