// Whoever may add a router must not make this server knock at its own doors, or at its cloud's.
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { fieldError } from '#platform/errors.ts';
import { isLocalAddress } from './local-address-rules.ts';

export const refusedHostWords =
  'is an address of this server itself, or one where no router is (link-local, multicast, a cloud’s metadata): for a simulator, ALLOW_LOCAL_ROUTERS=yes in the environment allows it';

const lookupTimeoutMs = 5000;

/** Says so at the field. A name that cannot be looked up now passes: each connection looks again. */
export async function refuseLocalHost(host: string): Promise<void> {
  const addresses = isIP(host) ? [host] : await addressesOf(host);
  if (addresses.some(isLocalAddress)) throw fieldError('router_host_refused', 'host', refusedHostWords);
}

async function addressesOf(host: string): Promise<string[]> {
  const late = new Promise<[]>((resolve) => setTimeout(resolve, lookupTimeoutMs, []).unref());
  const found = await Promise.race([lookup(host, { all: true }), late]).catch(() => []);
  return found.map(({ address }) => address);
}
