export const usage = {
  title: 'Data used',
  titleOf: 'Data used by {{account}}',
  of: '{{used}} of {{allowed}}, until {{until}}',
  free: '{{used}} used, and as much as he likes until {{until}}',
  noCap: '{{used}} used in this period, until {{until}}. The plan has no cap.',
  slowed: 'Slowed down',
  cut: 'Off',
  slowedSince:
    'Slowed down since {{since}}, because all data of the plan is used. Full speed comes back by itself on {{renewsOn}}.',
  cutSince: 'Off since {{since}}, because all data of the plan is used. It comes back by itself on {{renewsOn}}.',
  follows: {
    nothing: 'When all is used, nothing changes.',
    slow: 'When all is used, the connection is slowed down until {{until}}.',
    cut: 'When all is used, the connection is off until {{until}}.',
  },
  days: 'On each of the last 30 days',
  dayWords: '{{day}}: ↓ {{down}} ↑ {{up}}',
  doubted:
    '{{amount}} more were told by the router and are not counted: no line of this plan carries so much in the time. Either its counters jumped, or traffic passes the queue (FastTrack).',
  given: {
    bytes: '{{amount}} more, given by {{by}}, {{since}}: {{reason}}',
    free: 'Without a limit, given by {{by}}, {{since}}: {{reason}}',
  },
  give: {
    act: 'Give more data',
    title: 'More data for {{account}}',
    kind: 'How much',
    kinds: { amount: 'An amount', free: 'Without a limit' },
    amount: 'More data',
    amountNeeded: 'Write a size above zero.',
    reason: 'Reason',
    reasonHelp: 'It stands in the log beside your name.',
    reasonNeeded: 'Say why.',
    follows: {
      amount: 'It is for this period, until {{until}}. Who is slowed down or off comes back at once.',
      free: 'Nothing is slowed down or switched off for data until {{until}}. Who is so now comes back at once.',
    },
    submit: 'Give data',
    done: 'Data given',
  },
} as const;
