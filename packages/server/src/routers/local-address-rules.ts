// Addresses at which no provider has a router, and at which this server or its cloud keeps what is nobody else's business.
import { BlockList, isIP } from 'node:net';

const networks = [
  // This machine itself, and "no address".
  '0.0.0.0/8',
  '127.0.0.0/8',
  '::/127',
  // Link-local: among them the clouds' metadata services.
  '169.254.0.0/16',
  'fe80::/10',
  // Multicast, reserved, broadcast.
  '224.0.0.0/3',
  'ff00::/8',
  // Metadata services that are elsewhere: Alibaba, Azure, Oracle, AWS.
  '100.100.100.200/32',
  '168.63.129.16/32',
  '192.0.0.192/32',
  'fd00:ec2::/32',
  // The first four again, by way of NAT64.
  '64:ff9b::/104',
  '64:ff9b::7f00:0/104',
  '64:ff9b::a9fe:0/112',
  '64:ff9b::e000:0/99',
];

const local = new BlockList();
for (const network of networks) {
  const [address = '', bits] = network.split('/');
  local.addSubnet(address, Number(bits), familyOf(address));
}

/** Of an IP address; an IPv4 one may be written as IPv6 (`::ffff:127.0.0.1`). */
export function isLocalAddress(address: string): boolean {
  return local.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
