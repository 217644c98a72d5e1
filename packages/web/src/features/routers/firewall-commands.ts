// What a person pastes into a terminal of RouterOS for subscribers: what their service needs, and the walled garden.
// Menus and arguments as in v6.49 to v7.24. Lastmile itself never writes a rule of the firewall.

type Garden = { addressList: string; allowedPlaces: readonly string[]; pageAddress: string | null };

const chain = 'lastmile-garden';
const comment = 'comment="Lastmile"';

/** The list of the places that blocked subscribers may go to. */
function allowedList({ addressList }: Garden): string {
  return `${addressList}-allowed`;
}

/** Comes before all other rules that are not the router's own: those take no place before them. */
const firstOf = (of: string) => `place-before=[:pick [find chain=${of} !dynamic] 0]`;

export function allowedPlacesCommands(garden: Garden): string {
  const places = [...garden.allowedPlaces, ...(garden.pageAddress ? [garden.pageAddress] : [])];
  const entries = [...new Set(places)].map((place) => `add list=${allowedList(garden)} address=${place} ${comment}`);
  return ['/ip firewall address-list', ...entries].join('\n');
}

/** A chain of its own, so that one jump is all that stands among the rules of the owner. */
export function gardenFilterCommands(garden: Garden): string {
  return [
    '/ip firewall filter',
    `add chain=${chain} action=accept dst-address-list=${allowedList(garden)} ${comment}`,
    `add chain=${chain} action=accept protocol=udp dst-port=53 ${comment}`,
    `add chain=${chain} action=accept protocol=tcp dst-port=53 ${comment}`,
    `add chain=${chain} action=reject reject-with=icmp-admin-prohibited ${comment}`,
    `add chain=forward action=jump jump-target=${chain} src-address-list=${garden.addressList} ${comment} ${firstOf('forward')}`,
  ].join('\n');
}

/** Encrypted pages cannot be led elsewhere: their browser would refuse. */
export function gardenPageCommands(garden: Garden): string {
  return [
    '/ip firewall nat',
    `add chain=dstnat action=dst-nat to-addresses=${garden.pageAddress ?? '<page>'} to-ports=80 protocol=tcp dst-port=80 src-address-list=${garden.addressList} dst-address-list=!${allowedList(garden)} ${comment}`,
  ].join('\n');
}

/** Addresses of their own leave the router under its address, as those of all other subscribers do. */
export function gardenMasqueradeCommands(garden: Garden): string {
  return `/ip firewall nat add chain=srcnat action=masquerade src-address-list=${garden.addressList} dst-address-list=${allowedList(garden)} ${comment}`;
}

/** Who is not logged in at a hotspot is held by the hotspot itself, which has a garden of its own. */
export function hotspotGardenCommands(garden: Garden): string {
  const isName = (place: string) => /[a-z]/.test(place);
  const names = garden.allowedPlaces.filter(isName);
  const addresses = garden.allowedPlaces.filter((place) => !isName(place));
  return [
    ...names.map((name) => `/ip hotspot walled-garden add action=allow dst-host=${name} ${comment}`),
    // A name alone lets plain web pages through; by address its encrypted ones go, too.
    ...names.map((name) => `/ip hotspot walled-garden ip add action=accept dst-host=${name} ${comment}`),
    ...addresses.map((address) => `/ip hotspot walled-garden ip add action=accept dst-address=${address} ${comment}`),
  ].join('\n');
}

/** What takes it all away again. */
export function gardenRemovalCommands(garden: Garden): string {
  return [
    `/ip firewall filter remove [find jump-target=${chain}]`,
    `/ip firewall filter remove [find chain=${chain}]`,
    `/ip firewall nat remove [find src-address-list=${garden.addressList} ${comment}]`,
    `/ip firewall address-list remove [find list=${allowedList(garden)} !dynamic]`,
    `/ip hotspot walled-garden remove [find ${comment}]`,
    `/ip hotspot walled-garden ip remove [find ${comment}]`,
  ].join('\n');
}

export const serviceCommands = {
  /** Without pap: it sends passwords as they are. */
  pppoe:
    '/interface pppoe-server server add service-name=internet interface=<interface> authentication=chap,mschap2 one-session-per-host=yes keepalive-timeout=10 disabled=no',
  hotspot: '/ip hotspot setup',
  /** FastTracked packets pass the queues by, so nobody would be kept to his speed. */
  fasttrack: '/ip firewall filter disable [find action=fasttrack-connection]',
} as const;
