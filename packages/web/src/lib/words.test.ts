import { expect, test } from 'vitest';
import { ApiError } from './api.ts';
import { errorText } from './words.ts';

const refusal = (code: 'too_many_attempts', details: Record<string, unknown>) =>
  errorText(new ApiError(429, { code, message: 'too many attempts', fields: [], details, requestId: 'r' }));

test('who must wait is told how long', () => {
  expect(refusal('too_many_attempts', { retryAfterSeconds: 3 })).toMatch(/Try again in 3s\.$/);
  expect(refusal('too_many_attempts', { retryAfterSeconds: 14_368 })).toMatch(/Try again in 3h 59m\.$/);
});

test('a sentence that lacks a detail gives way to the words of the server', () => {
  expect(refusal('too_many_attempts', {})).toBe('too many attempts');
});
