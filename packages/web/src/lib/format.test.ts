import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, bytesFromGb, createFormat, gbFromBytes, parseMoney } from './format.ts';

const us = createFormat({ locale: 'en-US', timeZone: 'Europe/Berlin', currency: 'USD' });
const de = createFormat({ locale: 'en-DE', timeZone: 'Europe/Berlin', currency: 'EUR' });

describe('money', () => {
  it('shows minor units with the decimals of the currency', () => {
    expect(us.money('2999')).toBe('$29.99');
    expect(us.money('-5')).toBe('-$0.05');
    expect(us.money('2999', 'JPY')).toBe('¥2,999');
    expect(us.money('2999', 'KWD').replace('\u00a0', ' ')).toBe('KWD 2.999');
  });

  it('rounds where many stand side by side', () => {
    expect(us.roundMoney('1224717')).toBe('$12.2K');
    expect(us.roundMoney('0', 'JPY')).toBe('¥0');
  });

  it('loses no cent where a float would', () => {
    expect(us.money('900719925474099')).toBe('$9,007,199,254,740.99');
  });

  it.each([
    ['29.99', '2999'],
    ['29,99', '2999'],
    ['1,234.5', '123450'],
    ['1.234,50', '123450'],
    ['1 234,50', '123450'],
    ['1,234', '123400'],
    ['1,234,567', '123456700'],
    ['0', '0'],
    ['007', '700'],
    ['-3', '-300'],
  ])('takes %s in the US as %s', (typed, minor) => {
    expect(us.parseMoney(typed)).toEqual({ minor });
  });

  it.each([
    ['1.234', 'ambiguous'],
    ['1234,567', 'ambiguous'],
    ['29.999', 'ambiguous'],
    ['0.999', 'tooManyDecimals'],
    ['1,234.567', 'tooManyDecimals'],
    ['1,23,456', 'notAnAmount'],
    ['', 'notAnAmount'],
    ['12 USD', 'notAnAmount'],
    ['1e3', 'notAnAmount'],
    ['99999999999999', 'tooLarge'],
  ])('asks again for %s: %s', (typed, trouble) => {
    expect(us.parseMoney(typed)).toEqual({ trouble });
  });

  it('reads a point as thousands where the country does', () => {
    expect(de.parseMoney('1.234')).toEqual({ minor: '123400' });
    expect(de.parseMoney('1,234')).toEqual({ trouble: 'ambiguous' });
  });

  it('takes back every amount that it shows in an input', () => {
    const amounts = fc.bigInt(-999_999_999_999_999n, 999_999_999_999_999n).map(String);
    const places = fc.constantFrom('en-US', 'en-DE', 'en-CH', 'en-IN', 'en-FR');
    const currencies = fc.constantFrom('USD', 'JPY', 'KWD', 'EUR');
    fc.assert(
      fc.property(amounts, places, currencies, (minor, locale, currency) => {
        const { amount } = createFormat({ locale, timeZone: 'UTC', currency });
        expect(parseMoney(amount(minor), currency, locale)).toEqual({ minor });
      }),
    );
  });
});

describe('days and times', () => {
  it('knows the day where the provider is', () => {
    expect(us.today(new Date('2026-01-31T23:30:00Z'))).toBe('2026-02-01');
  });

  it('shows a civil day as it is, whatever the time zone', () => {
    const far = createFormat({ locale: 'en-US', timeZone: 'Pacific/Honolulu', currency: 'USD' });
    expect(far.day('2026-01-31')).toBe('Jan 31, 2026');
  });

  it('counts civil days over a change of the clocks and a leap day', () => {
    expect(addDays('2026-03-28', 2)).toBe('2026-03-30');
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
  });

  it('says how long ago', () => {
    const now = Date.parse('2026-01-31T12:00:00Z');
    expect(us.relative('2026-01-31T11:55:00Z', now)).toBe('5 min. ago');
    expect(us.relative('2026-01-31T12:00:10Z', now)).toBe('now');
  });

  it('shows the two largest units of a duration', () => {
    expect(us.duration(3 * 86_400 + 4 * 3600 + 59)).toBe('3d 4h');
    expect(us.duration(75)).toBe('1m 15s');
    expect(us.duration(0)).toBe('0s');
  });
});

describe('sizes and rates', () => {
  it('counts sizes by 1024, and measured rates in the Mbps that are sold: a full line of 5 Mbps is 5 Mbps', () => {
    expect(us.bytes('1610612736')).toBe('1.5 GB');
    expect(us.rate(10_240)).toBe('10 Mbps');
    expect(us.rate(512)).toBe('512 kbps');
    expect(us.rate(2253)).toBe('2.2 Mbps');
    expect(us.rate(5000)).toBe('5,000 kbps');
    expect(us.rate(3000)).toBe('3,000 kbps');
    expect(us.rate(32_000)).toBe('32,000 kbps');
    expect(us.bitRate(5_120_000)).toBe('5 Mbps');
    expect(us.bitRate(512_000)).toBe('512 kbps');
    expect(us.bitRate(999_400)).toBe('999 kbps');
    expect(us.bitRate(999)).toBe('999 bps');
    expect(us.bitRate(0)).toBe('0 bps');
  });

  it('tells no measured figure with four digits: what rounds to 1,024 kbps is 1 Mbps', () => {
    expect(us.bitRate(1_023_999)).toBe('1 Mbps');
    expect(us.bitRate(1_024_000)).toBe('1 Mbps');
    expect(us.bitRate(1_000_000)).toBe('1 Mbps');
    expect(us.bitRate(1_500_000_000)).toBe('1.4 Gbps');
    expect(us.bytes(1023 * 1024 ** 2)).toBe('1 GB');
    expect(us.bytes(5000 * 1024 ** 5)).toBe('5,000 PB');
  });

  it('keeps a data cap through the form', () => {
    expect(bytesFromGb(100)).toBe('107374182400');
    expect(gbFromBytes('107374182400')).toBe(100);
    expect(gbFromBytes(bytesFromGb(0.5))).toBe(0.5);
  });
});

describe('a period', () => {
  it('is told with its last day, for people call that its end', () => {
    expect(us.days('2026-02-01', '2026-03-01')).toBe('Feb 1, 2026 – Feb 28, 2026');
  });
});
