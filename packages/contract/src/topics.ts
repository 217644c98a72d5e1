// What may be announced after a commit. A topic names what changed, never how: the listener looks for himself.
export const topics = [
  'account',
  'audit',
  'bulk',
  'customer',
  'emergency',
  'event',
  'invoice',
  'message',
  'plan',
  'router',
  'sessions',
  'settings',
  'subscription',
  'voucher',
  'staff',
] as const;

export type Topic = (typeof topics)[number];

/** Sent over Socket.IO as the event `changed`. */
export type Announcement = { topic: Topic; id: string };
