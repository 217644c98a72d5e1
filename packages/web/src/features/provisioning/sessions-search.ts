// What stands in the address bar of the list of sessions.
export const sessionSorts = ['newest', 'oldest', 'data', 'rate'] as const;

export type SessionsSearch = {
  search?: string;
  routerId?: string;
  locationId?: string;
  planId?: string;
  service?: 'pppoe' | 'hotspot';
  state?: 'live' | 'last_seen';
  sort?: (typeof sessionSorts)[number];
  after?: string;
};
