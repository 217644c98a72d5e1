import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isLocalAddress } from './local-address-rules.ts';

test.each([
  ['127.0.0.1', true],
  ['127.255.255.254', true],
  ['0.0.0.0', true],
  ['169.254.169.254', true],
  ['224.0.0.1', true],
  ['255.255.255.255', true],
  ['100.100.100.200', true],
  ['168.63.129.16', true],
  ['::', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['::ffff:7f00:1', true],
  ['::ffff:a9fe:a9fe', true],
  ['64:ff9b::127.0.0.1', true],
  ['64:ff9b::169.254.169.254', true],
  ['fe80::1', true],
  ['febf::1', true],
  ['ff02::1', true],
  ['fd00:ec2::254', true],
  ['10.0.0.1', false],
  ['192.168.88.1', false],
  ['172.16.0.1', false],
  ['100.64.0.7', false],
  ['203.0.113.9', false],
  ['126.255.255.255', false],
  ['128.0.0.1', false],
  ['169.253.255.255', false],
  ['223.255.255.255', false],
  ['::ffff:192.168.88.1', false],
  ['64:ff9b::192.168.88.1', false],
  ['2001:db8::1', false],
  ['fd12:3456::1', false],
  ['fec0::1', false],
])('%s is at or around this server itself: %s', (address, isLocal) => {
  expect(isLocalAddress(address)).toBe(isLocal);
});

test('an IPv4 address is judged alike, however IPv6 carries it', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      expect(isLocalAddress(`::ffff:${address}`)).toBe(isLocalAddress(address));
    }),
  );
});
