import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bool,
  bytes,
  bytesPair,
  castRow,
  dateTime,
  durationMs,
  durationText,
  instantOf,
  integer,
  list,
  offsetMinutes,
  optional,
  orElse,
  rateBps,
  ratePair,
  ratePairText,
  required,
  text,
  version,
} from './values.ts';

describe('durations', () => {
  it.each([
    ['0s', 0],
    ['1w2d3h4m5s', 788_645_000],
    ['2d20h12m20s', 245_540_000],
    ['453us', 0.453],
    ['11ms612us', 11.612],
    ['1s500ms', 1_500],
    ['90m', 5_400_000],
    ['5:00:00', 18_000_000],
    ['01:22:53', 4_973_000],
    ['1d02:15:30', 94_530_000],
    ['1w1d00:00:01', 691_201_000],
    ['90', 90_000],
    ['-5s', -5_000],
  ])('%s', (written, ms) => {
    expect(durationMs(written)).toBeCloseTo(ms, 6);
  });

  it.each(['', 'never', 'none', '5x', 's', '1s1m', '1h-2m', 'infinity'])('%s is not guessed', (written) => {
    expect(() => durationMs(written)).toThrow(RangeError);
  });

  it('what is written is read back', () => {
    expect(durationText(788_645_000)).toBe('1w2d3h4m5s');
    expect(durationText(0)).toBe('0s');
    expect(durationText(11.612)).toBe('11ms612us');
    fc.assert(
      fc.property(fc.integer({ min: -4e12, max: 4e12 }), (us) => {
        expect(Math.round(durationMs(durationText(us / 1_000)) * 1_000)).toBe(us);
      }),
    );
  });
});

describe('numbers', () => {
  it('counters keep all of their 64 bits', () => {
    expect(bytes('18446744073709551615')).toBe(18_446_744_073_709_551_615n);
    expect(() => bytes('1.5M')).toThrow(RangeError);
    expect(() => bytes('')).toThrow(RangeError);
    expect(bytesPair('1/18446744073709551615').downloadBytes).toBe(18_446_744_073_709_551_615n);
  });

  it('an integer is safe or refused', () => {
    expect(integer('-12')).toBe(-12);
    for (const written of ['', '1e3', '9007199254740993', ' 1']) expect(() => integer(written)).toThrow(RangeError);
  });

  it('rates count in thousands, upload first', () => {
    expect(ratePair('5000000/10000000')).toEqual({ uploadBps: 5_000_000, downloadBps: 10_000_000 });
    expect(ratePair('512k/1M')).toEqual({ uploadBps: 512_000, downloadBps: 1_000_000 });
    expect(ratePair('1.5G')).toEqual({ uploadBps: 1_500_000_000, downloadBps: 1_500_000_000 });
    expect(ratePairText({ uploadBps: 512_000, downloadBps: 10_000_000 })).toBe('512k/10M');
    expect(ratePairText({ uploadBps: 0, downloadBps: 1_001 })).toBe('0/1001');
    for (const written of ['', '5m', '5M/', '1/2/3', '-1']) expect(() => ratePair(written)).toThrow(RangeError);
    fc.assert(
      fc.property(fc.nat(), (bps) => rateBps(ratePairText({ uploadBps: bps, downloadBps: 0 }).split('/')[0]!) === bps),
    );
  });
});

describe('dates', () => {
  const expected = { year: 2019, month: 9, day: 2, hour: 9, minute: 54, second: 33 };

  it('all three notations', () => {
    expect(dateTime('2019-09-02 09:54:33')).toEqual(expected);
    expect(dateTime('sep/02/2019 09:54:33')).toEqual(expected);
    expect(dateTime('09:54:33', { year: 2019, month: 9, day: 2 })).toEqual(expected);
    expect(dateTime('2019-09-02')).toEqual({ ...expected, hour: 0, minute: 0, second: 0 });
    expect(dateTime('Oct/18/2006').month).toBe(10);
  });

  it('what is no date is not guessed', () => {
    for (const written of [
      '',
      '2019-13-02',
      '2019-02-30',
      'xyz/02/2019',
      '2019-09-02 24:00:00',
      '2019-09-02T09:54:33Z',
    ]) {
      expect(() => dateTime(written)).toThrow(RangeError);
    }
    expect(() => dateTime('09:54:33')).toThrow('which day that is was not said');
  });

  it('the router says how far it is from UTC', () => {
    expect(offsetMinutes('+05:30')).toBe(330);
    expect(offsetMinutes('-03:00')).toBe(-180);
    expect(instantOf(expected, offsetMinutes('+05:00')).toISOString()).toBe('2019-09-02T04:54:33.000Z');
  });
});

describe('rows', () => {
  it('are cast as the caller says, and only so', () => {
    const row = {
      '.id': '*1',
      name: '007',
      disabled: 'false',
      uptime: '1h',
      'bytes-in': '9007199254740993',
      policy: 'a,b',
    };
    const user = castRow(row, {
      name: text,
      disabled: required(bool),
      uptime: orElse(durationMs, 0),
      'bytes-in': required(bytes),
      'limit-uptime': optional(durationMs),
      'limit-bytes-out': orElse(bytes, 0n),
      policy: required(list),
    });
    expect(user).toEqual({
      name: '007',
      disabled: false,
      uptime: 3_600_000,
      'bytes-in': 9_007_199_254_740_993n,
      'limit-uptime': undefined,
      'limit-bytes-out': 0n,
      policy: ['a', 'b'],
    });
  });

  it('say which property does not fit', () => {
    expect(() => castRow({ disabled: 'maybe' }, { disabled: required(bool) })).toThrow(
      'disabled of a row: "maybe" is not true',
    );
    expect(() => castRow({}, { name: text })).toThrow('the row has no name');
    expect(() => castRow({}, { constructor: text })).toThrow('the row has no constructor');
  });

  it('versions', () => {
    expect(version('7.11.2 (stable)')).toEqual({ major: 7, minor: 11, patch: 2 });
    expect(version('7.24beta3')).toEqual({ major: 7, minor: 24, patch: 0 });
    expect(() => version('seven')).toThrow(RangeError);
  });
});
