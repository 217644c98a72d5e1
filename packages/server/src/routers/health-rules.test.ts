import { expect, test } from 'vitest';
import { clockOf, concernsOf, hottestSensor, memoryUsedPercent } from './health-rules.ts';

const well = { cpuLoadPercent: 20, memoryUsedPercent: 50, temperatureCelsius: 45, clockSkewSeconds: 1, latencyMs: 30 };

test.each([
  ['all is well', {}, []],
  ['nothing is known', { cpuLoadPercent: null, temperatureCelsius: null, latencyMs: null }, []],
  ['a busy processor', { cpuLoadPercent: 90 }, ['cpu_high']],
  ['one that is nearly busy', { cpuLoadPercent: 89 }, []],
  ['no memory left', { memoryUsedPercent: 97 }, ['memory_low']],
  ['heat', { temperatureCelsius: 80 }, ['hot']],
  ['a clock that is ahead', { clockSkewSeconds: 3600 }, ['clock_wrong']],
  ['a clock that is behind', { clockSkewSeconds: -3600 }, ['clock_wrong']],
  ['slow and hot', { latencyMs: 5000, temperatureCelsius: 90 }, ['hot', 'slow']],
])('%s', (_name, figures, concerns) => {
  expect(concernsOf({ ...well, ...figures })).toEqual(concerns);
});

test.each([
  [
    'v7 tells a list of sensors',
    [
      { name: 'voltage', value: '24.1' },
      { name: 'temperature', value: '39' },
      { name: 'cpu-temperature', value: '47.5' },
    ],
    47.5,
  ],
  ['v6 tells one row', [{ voltage: '24.1', temperature: '39', 'cpu-temperature': '41' }], 41],
  ['a virtual machine has none', [{ state: 'disabled' }], null],
  ['no row', [], null],
  ['a sensor without a reading', [{ name: 'temperature', value: '' }], null],
])('%s', (_name, rows, degrees) => {
  expect(hottestSensor(rows)).toBe(degrees);
});

test.each([
  [{ date: '2026-08-31', time: '03:58:22', 'gmt-offset': '+05:00' }, '2026-08-30T22:58:22Z'],
  [{ date: 'sep/02/2019', time: '09:54:33', 'gmt-offset': '-03:00' }, '2019-09-02T12:54:33Z'],
  [{ date: '2026-08-31', time: '03:58:22' }, '2026-08-31T03:58:22Z'],
  [{ date: 'foo/02/2019', time: '09:54:33' }, undefined],
  [{ time: '09:54:33' }, undefined],
  [undefined, undefined],
])('the clock %j reads %s', (row, instant) => {
  expect(clockOf(row)?.toString()).toBe(instant);
});

test('memory in use, and none known', () => {
  expect(memoryUsedPercent(25n, 100n)).toBe(75);
  expect(memoryUsedPercent(25n, 0n)).toBeNull();
  expect(memoryUsedPercent(null, 100n)).toBeNull();
});
