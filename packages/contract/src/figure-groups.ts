// By what figures of the counters are grouped. Without zod, so that the web app can have it, too.

/** drawer: a person at a location on a day. */
export const figureGroups = ['day', 'location', 'staff', 'drawer', 'package', 'hour'] as const;

/** Between the day, the location and the person that name a drawer. */
export const drawerSeparator = '\u001f';
