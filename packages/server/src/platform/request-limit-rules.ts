// How many requests a minute are taken from one address, by what they cost and what guessing with them would bring.

/** A minute, from one address; far above a busy office, far below a flood. */
export const requestLimits = {
  /** Whoever has no session yet: each one costs a slow hash. Wrong passwords are slowed long before, per account and address. */
  sign_in: 100,
  /** Papers, tables to download, files to read in. */
  file: 120,
  /** Changes. */
  write: 1200,
  /** A page refetches on every change that it hears of. */
  read: 3000,
};

export type RequestClass = keyof typeof requestLimits;

const fileEnding = /[./](csv|pdf|receipt|export|export-with-passwords)$/;
const fileReaders = new Set(['/api/bank-imports', '/api/bank-imports/review', '/api/customer-imports']);

/** The `url` is the route's, with its parameters unfilled. */
export function requestClassOf(route: { method: string; url: string; permission: string | undefined }): RequestClass {
  const isReading = route.method === 'GET' || route.method === 'HEAD';
  // Signed, and refused without a slow hash: a payment provider tells of many at once.
  if (route.url.startsWith('/api/payment-gateways/')) return 'write';
  if (!isReading && route.permission === 'public') return 'sign_in';
  if (isReading ? fileEnding.test(route.url) : fileReaders.has(route.url)) return 'file';
  return isReading ? 'read' : 'write';
}
