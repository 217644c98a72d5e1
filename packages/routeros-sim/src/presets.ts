// Routers with something in them.

import { type RouterOptions, type SimulatedRouter, startRouter } from './simulator.ts';
import { macFromNumber } from './values.ts';

export const presetNames = ['empty', 'small', 'cafe', 'large'] as const;
export type PresetName = (typeof presetNames)[number];

export async function startPreset(name: PresetName, options: RouterOptions = {}): Promise<SimulatedRouter> {
  const router = await startRouter(options);
  furnish[name](router);
  return router;
}

const furnish: Record<PresetName, (router: SimulatedRouter) => void> = {
  empty: () => {},
  small: (router) => furnishProvider(router, { customers: 25, ranges: '10.10.0.2-10.10.0.254' }),
  cafe: furnishCafe,
  large: (router) => furnishProvider(router, { customers: 10_000, ranges: '10.64.0.2-10.64.255.254' }),
};

const plans = [
  { name: 'basic', 'rate-limit': '5M/5M' },
  { name: 'standard', 'rate-limit': '10M/10M' },
  { name: 'premium', 'rate-limit': '20M/20M' },
];

/** PPPoE customers on three plans; every tenth is switched off, every second device is at home. */
function furnishProvider(router: SimulatedRouter, size: { customers: number; ranges: string }): void {
  router.put('/ip/pool', { name: 'customers', ranges: size.ranges });
  for (const plan of plans) {
    router.put('/ppp/profile', { ...plan, 'local-address': '10.0.0.1', 'remote-address': 'customers' });
  }
  for (let number = 1; number <= size.customers; number++) {
    const name = `customer${number}`;
    const password = `pass${number}`;
    const { name: profile } = plans[number % plans.length]!;
    router.put('/ppp/secret', { name, password, profile, service: 'pppoe', disabled: number % 10 === 0 });
    const usage = { up: ((number * 7) % 10) / 40, down: ((number * 3) % 10) / 20 };
    if (number % 2 === 1) router.addSubscriber({ name, password, usage });
  }
}

/** A hotspot with vouchers of one hour and of one gigabyte. */
function furnishCafe(router: SimulatedRouter): void {
  router.put('/ip/pool', { name: 'guests', ranges: '10.5.50.2-10.5.50.254' });
  router.put('/ip/hotspot/user/profile', { name: 'hour', 'rate-limit': '1M/4M', 'address-pool': 'guests' });
  router.put('/ip/hotspot/user/profile', { name: 'gigabyte', 'rate-limit': '2M/8M', 'address-pool': 'guests' });
  for (let number = 1; number <= 40; number++) {
    const name = `v${String(number).padStart(4, '0')}`;
    const limit = number % 2 === 1 ? { profile: 'hour', 'limit-uptime': '1h' } : gigabyte;
    router.put('/ip/hotspot/user', { name, password: name, ...limit, comment: 'voucher' });
    const callerId = macFromNumber(0x20000000 + number);
    if (number <= 12) router.addSubscriber({ name, password: name, kind: 'hotspot', callerId, usage: 0.2 });
  }
}

const gigabyte = { profile: 'gigabyte', 'limit-bytes-total': 1_000_000_000 };
