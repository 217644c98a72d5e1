import { expect, test } from 'vitest';
import { api } from './api.ts';
import type { Endpoint } from './endpoint.ts';
import { errorStatus } from './errors.ts';
import { type Permission, permissions, rolePermissions, widePermissions } from './permissions.ts';

const changing = permissions.filter((permission) => !permission.endsWith(':read'));

test('an auditor reads everything and changes nothing', () => {
  expect(rolePermissions.auditor.filter((permission) => changing.includes(permission))).toEqual([]);
  expect(rolePermissions.auditor).toEqual(permissions.filter((permission) => permission.endsWith(':read')));
});

test('the owner may do everything', () => {
  expect(rolePermissions.super_admin).toEqual(permissions);
});

test('the office sees and disconnects sessions and touches neither routers nor plans nor settings', () => {
  expect(rolePermissions.office).toEqual(expect.arrayContaining(['session:read', 'session:disconnect']));
  for (const permission of ['router:write', 'plan:write', 'settings:write', 'customer:write', 'account:reveal'])
    expect(rolePermissions.office).not.toContain(permission);
});

test('every permission is asked for by an endpoint', () => {
  const asked = new Set<string>(Object.values(api).map(({ permission }) => permission));
  expect(permissions.filter((permission) => !asked.has(permission))).toEqual([]);
});

test('what a wide permission opens is closed to who is limited to locations', () => {
  const narrow = Object.entries(api as Record<string, Endpoint>).filter(
    ([, { permission, needsEverywhere }]) => widePermissions.includes(permission as Permission) && !needsEverywhere,
  );
  expect(narrow.map(([route]) => route)).toEqual([]);
});

test('no two endpoints have one name', () => {
  const names = Object.values(api).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

// A GET with the permission to change, each for its reason.
const allowed = [
  // Shows the lines of a file as they were sent, whatever stands in them.
  'GET /api/customer-imports/:importId',
  // Changes data: seed E writes it as a GET.
  'GET /invoices/generate',
];

test('an endpoint that reads changes nothing', () => {
  const odd = Object.entries(api).filter(
    ([route, { permission }]) =>
      route.startsWith('GET ') && !/:read$/.test(permission) && !['public', 'signed_in'].includes(permission),
  );
  expect(odd.map(([route]) => route).toSorted()).toEqual(allowed.toSorted());
});

test('every refusal has a status of HTTP', () => {
  for (const [code, status] of Object.entries(errorStatus)) {
    expect(code).toMatch(/^[a-z_]+$/);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
  }
});
