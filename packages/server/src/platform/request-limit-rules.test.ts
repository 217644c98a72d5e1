import { expect, test } from 'vitest';
import { requestClassOf } from './request-limit-rules.ts';

test.each([
  ['POST', '/api/auth/signin', 'public', 'sign_in'],
  ['POST', '/auth/register', 'public', 'sign_in'],
  ['GET', '/api/auth/session', 'public', 'read'],
  ['GET', '/api/invoices/:id/pdf', 'invoice:read', 'file'],
  ['GET', '/api/invoices.csv', 'invoice:read', 'file'],
  ['GET', '/api/payments/:id/receipt', 'invoice:read', 'file'],
  ['POST', '/api/customer-imports', 'customer:write', 'file'],
  ['GET', '/api/customer-imports/:importId', 'customer:write', 'read'],
  ['GET', '/api/customers', 'customer:read', 'read'],
  ['HEAD', '/api/customers', 'customer:read', 'read'],
  ['PUT', '/api/plans/:planId', 'plan:write', 'write'],
  ['DELETE', '/api/nowhere', undefined, 'write'],
])('%s %s is counted among the %4$s requests', (method, url, permission, expected) => {
  expect(requestClassOf({ method, url, permission })).toBe(expected);
});
