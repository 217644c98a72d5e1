export const sessions = {
  title: 'Sessions',
  count_one: '{{number}} subscriber is online now',
  count_other: '{{number}} subscribers are online now',
  counting: 'Who is online now, on all routers',
  search: 'Name, account, address or MAC',
  routerFilter: 'Router',
  allRouters: 'All routers',
  noRouterFound: 'No router has this label.',
  showAll: 'Show all sessions',
  columns: {
    customer: 'Customer and account',
    router: 'Router',
    address: 'Address and MAC',
    uptime: 'Uptime',
    data: 'Data ↓ ↑',
    rate: 'Rate ↓ ↑',
  },
  stale_one:
    '{{router}} does not answer since {{since}}: its {{number}} session is shown as it was then and may be over.',
  stale_other:
    '{{router}} does not answer since {{since}}: its {{number}} sessions are shown as they were then and may be over.',
  down: 'Download',
  up: 'Upload',
  downUp: '↓ {{down}} ↑ {{up}}',
  noCustomer: 'No customer',
  disconnect: 'Disconnect',
  disconnectTitle: 'Disconnect {{name}}?',
  disconnectText:
    'The session of {{account}} on {{router}} ends now. The account stays as it is: the subscriber may dial in again at once.',
  disconnectAct: 'Disconnect',
  disconnected: '{{name}} disconnected',
  empty: {
    title: 'Nobody is online',
    text: 'Sessions appear here within seconds, as soon as a subscriber dials in on one of the routers.',
    narrowedTitle: 'No such session',
    narrowedText: 'Nobody who is online now matches the search and the router.',
  },
} as const;
