import { describe, expect, it } from 'vitest';
import { Faults } from './faults.ts';
import { Pace } from './pace.ts';
import { realCeiling } from './simulator.ts';

function faultsWith(values: Partial<Faults>): Faults {
  return Object.assign(new Faults({ reachabilityChanged: () => {}, connectionsDied: () => {} }), values);
}

const delays = (faults: Faults, commands: number, pace = new Pace()) =>
  Array.from({ length: commands }, () => Math.round(pace.delayMs(1000, faults)));

describe('the pace of a router', () => {
  it('is immediate on a good day', () => {
    expect(delays(faultsWith({}), 3)).toEqual([0, 0, 0]);
  });

  it('with latency delays every command alike', () => {
    expect(delays(faultsWith({ latencyMs: 30 }), 3)).toEqual([30, 30, 30]);
  });

  it('when slow works on one command after the other', () => {
    expect(delays(faultsWith({ slowMs: 10, latencyMs: 5 }), 3)).toEqual([15, 25, 35]);
  });

  it('under the ceiling of a real router passes a burst and then one command per 20 ms', () => {
    const waits = delays(faultsWith({ ceiling: realCeiling }), 155);
    expect(waits.slice(0, 150)).toEqual(Array.from({ length: 150 }, () => 0));
    expect(waits.slice(150)).toEqual([20, 40, 60, 80, 100]);
  });

  it('recovers while nobody asks', () => {
    const pace = new Pace();
    const faults = faultsWith({ ceiling: { perSecond: 50, burst: 2 } });
    delays(faults, 10, pace);
    expect(pace.delayMs(5000, faults)).toBe(0);
  });
});
