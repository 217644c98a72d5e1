import { afterEach, describe, expect, it } from 'vitest';
import { createVirtualClock, type RouterOptions, type SimulatedRouter, startRouter } from './simulator.ts';

const routers: SimulatedRouter[] = [];

async function start(options: RouterOptions = {}) {
  const clock = createVirtualClock();
  const router = await startRouter({ clock, ...options });
  routers.push(router);
  router.put('/ip/hotspot/user/profile', { name: 'hour', 'rate-limit': '1M/8M' });
  return { router, clock };
}

afterEach(async () => {
  for (const router of routers.splice(0)) await router.stop();
});

const mac = '02:00:00:00:00:09';

describe('a hotspot guest', () => {
  it('logs in and shows in active, hosts, cookies and queues', async () => {
    const { router, clock } = await start();
    router.put('/ip/hotspot/user', { name: 'v1', password: 'x', profile: 'hour' });
    expect(router.logInToHotspot('v1', 'x', { mac })).toMatchObject({ ok: true });
    clock.advance(10_000);
    expect(router.find('/ip/hotspot/active', { user: 'v1' })).toMatchObject({
      server: 'hotspot1',
      'mac-address': mac,
      'login-by': 'http-chap',
      uptime: '10s',
      'bytes-in': '1250000',
      'bytes-out': '10000000',
    });
    expect(router.find('/ip/hotspot/host', { 'mac-address': mac })).toMatchObject({ authorized: 'true' });
    expect(router.find('/ip/hotspot/cookie', { user: 'v1' })).toMatchObject({ 'expires-in': '2d23h59m50s' });
    expect(router.find('/queue/simple', { name: '<hotspot-v1>' })).toMatchObject({ 'max-limit': '1000000/8000000' });
  });

  it.each([
    ['nobody', 'x', 'invalid username or password'],
    ['v1', 'wrong', 'invalid username or password'],
  ])('is refused with the words of the login page: %s %s', async (name, password, reason) => {
    const { router } = await start();
    router.put('/ip/hotspot/user', { name: 'v1', password: 'x' });
    expect(router.logInToHotspot(name, password)).toEqual({ ok: false, reason });
  });

  it('is bound to a device when his user is', async () => {
    const { router } = await start();
    router.put('/ip/hotspot/user', { name: 'v1', password: 'x', 'mac-address': '02-00-00-00-00-aa' });
    expect(router.logInToHotspot('v1', 'x', { mac })).toEqual({
      ok: false,
      reason: 'user v1 is not allowed to log in from this MAC address',
    });
  });

  it('may be online as often as shared-users says', async () => {
    const { router } = await start();
    router.put('/ip/hotspot/user', { name: 'v1', password: 'x', profile: 'hour' });
    router.logInToHotspot('v1', 'x', { mac });
    expect(router.logInToHotspot('v1', 'x', { mac: '02:00:00:00:00:0A' })).toEqual({
      ok: false,
      reason: 'no more sessions are allowed for user v1',
    });
    router.edit('/ip/hotspot/user/profile', 'hour', { 'shared-users': 2 });
    expect(router.logInToHotspot('v1', 'x', { mac: '02:00:00:00:00:0A' })).toMatchObject({ ok: true });
  });

  it('is logged out at his uptime limit, stays out, and comes back after reset-counters', async () => {
    const { router, clock } = await start();
    router.put('/ip/hotspot/user', { name: 'v1', password: 'x', 'limit-uptime': '1h' });
    router.logInToHotspot('v1', 'x', { mac });
    expect(router.find('/ip/hotspot/active', { user: 'v1' })).toMatchObject({ 'session-time-left': '1h' });
    clock.advance(3_599_000);
    expect(router.count('/ip/hotspot/active')).toBe(1);
    clock.advance(1_001);
    expect(router.count('/ip/hotspot/active')).toBe(0);
    expect(router.find('/ip/hotspot/user', { name: 'v1' })).toMatchObject({ uptime: '1h' });
    expect(router.logInToHotspot('v1', 'x', { mac })).toEqual({
      ok: false,
      reason: 'user v1 has reached uptime limit',
    });
    router.edit('/ip/hotspot/user', router.find('/ip/hotspot/user', { name: 'v1' })!['.id']!, { 'limit-uptime': '2h' });
    expect(router.logInToHotspot('v1', 'x', { mac })).toMatchObject({ ok: true });
  });

  it('is logged out at his traffic limit; what remains shows in active', async () => {
    const { router, clock } = await start();
    router.put('/ip/hotspot/user', { name: 'v1', password: 'x', profile: 'hour', 'limit-bytes-total': 100_000_000 });
    router.logInToHotspot('v1', 'x', { mac, usage: { up: 0, down: 1 } });
    clock.advance(30_000);
    router.hangUp('v1');
    router.logInToHotspot('v1', 'x', { mac, usage: { up: 0, down: 1 } });
    expect(router.find('/ip/hotspot/active', { user: 'v1' })).toMatchObject({ 'limit-bytes-total': '70000000' });
    clock.advance(70_002);
    expect(router.count('/ip/hotspot/active')).toBe(0);
    expect(router.logInToHotspot('v1', 'x', { mac })).toEqual({
      ok: false,
      reason: 'user v1 has reached traffic limit',
    });
  });

  it('is logged out by session-timeout but may log in again', async () => {
    const { router, clock } = await start();
    router.put('/ip/hotspot/user/profile', { name: 'short', 'session-timeout': '5m' });
    router.put('/ip/hotspot/user', { name: 'v1', password: 'x', profile: 'short' });
    router.logInToHotspot('v1', 'x', { mac });
    clock.advance(300_001);
    expect(router.count('/ip/hotspot/active')).toBe(0);
    expect(router.logInToHotspot('v1', 'x', { mac })).toMatchObject({ ok: true });
  });
});

describe('a phone that comes back by itself', () => {
  it('uses its cookie, even one whose password was changed meanwhile', async () => {
    const { router, clock } = await start();
    router.put('/ip/hotspot/user', { name: 'v1', password: 'x' });
    router.addSubscriber({ name: 'v1', password: 'x', kind: 'hotspot', callerId: mac, redialMs: 1000 });
    router.edit('/ip/hotspot/user', '*2', { password: 'new' });
    router.drop('/ip/hotspot/active', router.find('/ip/hotspot/active', { user: 'v1' })!['.id']!);
    clock.advance(1001);
    expect(router.find('/ip/hotspot/active', { user: 'v1' })).toMatchObject({ 'login-by': 'mac-cookie' });
  });

  it('is locked out for good by disabling the user, removing active and removing the cookie', async () => {
    const { router, clock } = await start();
    router.put('/ip/hotspot/user', { name: 'v1', password: 'x' });
    router.addSubscriber({ name: 'v1', password: 'x', kind: 'hotspot', callerId: mac, redialMs: 1000 });
    router.edit('/ip/hotspot/user', '*2', { disabled: true });
    expect(router.count('/ip/hotspot/active')).toBe(1);
    router.drop('/ip/hotspot/active', router.rows('/ip/hotspot/active')[0]!['.id']!);
    router.drop('/ip/hotspot/cookie', router.rows('/ip/hotspot/cookie')[0]!['.id']!);
    clock.advance(60_000);
    expect(router.count('/ip/hotspot/active')).toBe(0);
  });
});

describe('a hotspot profile', () => {
  it.each([
    [false, '1000000/8000000'],
    [true, '2000000/16000000'],
  ])('changes its speed for running sessions only where assumed (%s)', async (hotspotRateAppliesAtOnce, limit) => {
    const { router } = await start({ assumptions: { hotspotRateAppliesAtOnce } });
    router.put('/ip/hotspot/user', { name: 'v1', password: 'x', profile: 'hour' });
    router.logInToHotspot('v1', 'x', { mac });
    router.edit('/ip/hotspot/user/profile', 'hour', { 'rate-limit': '2M/16M' });
    expect(router.find('/queue/simple', { name: '<hotspot-v1>' })).toMatchObject({ 'max-limit': limit });
  });

  it('has neither comment nor disabled, and a user has no rate-limit', async () => {
    const { router } = await start();
    expect(() => router.put('/ip/hotspot/user/profile', { name: 'a', comment: 'x' })).toThrow(
      'unknown parameter comment',
    );
    expect(() => router.put('/ip/hotspot/user', { name: 'a', 'rate-limit': '1M' })).toThrow(
      'unknown parameter rate-limit',
    );
  });
});
