export const blockedAccess = {
  mode: 'What a suspended customer gets',
  modes: { disable: 'Disabled', walled_garden: 'Walled garden' },
  modeHelp: {
    disable: 'The account is disabled on the router and the session is dropped. This needs no rules.',
    walled_garden:
      'The account may still dial in, slowly and only to the places below: to see why, and to pay. The rules for that are pasted into each router once.',
  },
  changes_one: '{{number}} account is blocked now: its session is dropped and it gets what you chose.',
  changes_other: '{{number}} accounts are blocked now: their sessions are dropped and they get what you chose.',
  addressList: 'Address list',
  addressListHelp: 'Holds the address of each blocked subscriber while he is online. The rules below go by it.',
  addressListNeeded: 'Give the list a name.',
  addressPool: 'Address pool (PPPoE)',
  addressPoolHelp: 'The name of a pool that is on the routers. Empty: the addresses of the plan.',
  addressRangeHelp: 'Instead of a pool: one with these addresses is made on each router.',
  allowedPlaces: 'Places that stay open',
  allowedPlacesHelp: 'Host names, addresses or networks: your payment page, the bank’s, your portal. Enter after each.',
  pageAddress: 'Page to show instead of others',
  pageAddressHelp:
    'The address of a web server of yours. Unencrypted pages lead to it; encrypted ones cannot be led anywhere.',
  rules: 'Rules to paste into each router',
  rulesText:
    'Into a terminal of the router (WinBox, New Terminal), once. Lastmile itself never writes a rule of the firewall. They are for exactly what stands above, also before it is saved.',
  noPlaces: 'No place stays open yet: a blocked subscriber reaches nothing but name servers.',
  steps: {
    places: 'The places that stay open',
    filter: 'Blocked subscribers reach those places and name servers, and nothing else',
    page: 'Their other unencrypted web pages lead to yours',
    masquerade: 'Only if the router hides subscribers behind its address by their own addresses',
    hotspot: 'Only with a hotspot: who is not logged in reaches those places, too',
    removal: 'To take all of this away again',
  },
  ipv6: 'These rules are about IPv4. Where subscribers have IPv6, do the same in /ipv6 firewall. If the chain “forward” holds no rule yet, leave out place-before and what follows it.',
} as const;
