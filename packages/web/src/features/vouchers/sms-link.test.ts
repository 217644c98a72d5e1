import { expect, test } from 'vitest';
import { smsLink } from './sms-link.ts';

test.each([
  ['+254 700-123 456', 'sms:+254700123456?body=Code%20AB%26CD'],
  ['(0700) 123.456', 'sms:0700123456?body=Code%20AB%26CD'],
  [null, 'sms:?body=Code%20AB%26CD'],
])('a message to %s goes to %s', (phone, link) => {
  expect(smsLink(phone, 'Code AB&CD')).toBe(link);
});
