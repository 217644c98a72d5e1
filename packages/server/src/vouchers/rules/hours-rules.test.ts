import { expect, test } from 'vitest';
import { isWithinHours } from './hours-rules.ts';

test.each([
  ['08:00', '08:00', '18:00', true],
  ['17:59:59', '08:00', '18:00', true],
  ['18:00', '08:00', '18:00', false],
  ['07:59:59', '08:00', '18:00', false],
  ['23:30', '22:00', '06:00', true],
  ['05:59', '22:00', '06:00', true],
  ['06:00', '22:00', '06:00', false],
  ['12:00', '22:00', '06:00', false],
])('at %s a code of %s to %s works: %s', (time, from, until, works) => {
  expect(isWithinHours(Temporal.PlainTime.from(time), from, until)).toBe(works);
});
