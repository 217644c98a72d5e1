import fc from 'fast-check';
import { expect, test } from 'vitest';
import { safeReturn } from './search.ts';

test.each(['/', '/customers', '/customers?search=ana&page=2', '/routers/7#health', '/a//b'])(
  'after signing in a person comes back to %s',
  (path) => {
    expect(safeReturn(path)).toBe(path);
  },
);

test.each([
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/\r\\evil.example',
  'javascript:alert(1)',
  ' //evil.example',
  'customers',
  '',
  7,
  ['/customers'],
  undefined,
])('a link cannot send whoever signs in to another site: %j', (value) => {
  expect(safeReturn(value)).toBeUndefined();
});

test('whatever the link says, the browser stays on this site', () => {
  const site = 'https://isp.example';
  const odd = fc.string({ unit: fc.constantFrom('/', '\\', '\t', '\n', '\r', ' ', '@', ':', '.', 'a', '?', '#') });
  fc.assert(
    fc.property(odd, (text) => {
      const path = safeReturn(`/${text}`);
      if (path !== undefined) expect(new URL(path, site).origin).toBe(site);
    }),
  );
});
