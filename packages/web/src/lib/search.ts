// What stands in the address bar. Values are plain words there: `?search=0171` must not become the number 171.
export function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

export function stringifySearch(search: Record<string, unknown>): string {
  const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const words = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return words && `?${words}`;
}

/** For `validateSearch`: the text, or undefined. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, 500) : undefined;
}

/** For `validateSearch`: one of the choices, or undefined. */
export function oneOf<const T extends string>(value: unknown, choices: readonly T[]): T | undefined {
  return choices.find((choice) => choice === value);
}

/** For `validateSearch`: a day as "2026-01-31", or undefined. */
export function dayOf(value: unknown): string | undefined {
  const day = textOf(value);
  return day && /^\d{4}-\d\d-\d\d$/.test(day) ? day : undefined;
}

/** Where to go after signing in: only ever a path of this site. */
export function safeReturn(value: unknown): string | undefined {
  const path = textOf(value);
  // Browsers leave out tabs and line ends: what is behind one might be the second slash.
  return path && /^\/(?![/\\])\P{Cc}*$/u.test(path) ? path : undefined;
}
