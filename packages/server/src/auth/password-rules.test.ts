import { expect, test } from 'vitest';
import { isGuessable } from './password-rules.ts';

test.each([
  'password',
  'Password1',
  'P@ssw0rd',
  'passw0rd!',
  'password123',
  'Welcome2024!',
  'admin123',
  'Admin1234',
  'administrator1',
  '12345678',
  '123456789',
  '87654321',
  '11111111',
  'aaaaaaaa',
  'abcabcabc',
  'qwertyuiop',
  'qwerty123',
  'asdfghjkl',
  '1q2w3e4r',
  'abcdefgh',
  'letmein1',
  'iloveyou',
  'Summer2025',
  'changeme!',
  'mikrotik1',
  'testtest',
  'lastmile1',
  'anahorvat',
  'Ana-2024',
  'fastnet99',
  'fastnetadmin',
])('%s is refused', (password) => {
  expect(isGuessable(password, ['ana', 'Ana Horvat', 'FastNet'])).toBe(true);
});

test.each([
  'correct horse',
  'battery staple',
  'long enough',
  'blue kettle on the roof',
  'zR7!kq92Lm',
  'my dog eats clouds',
  'Tuesday we sail',
  '床前明月光疑是',
])('%s is taken', (password) => {
  expect(isGuessable(password, ['ana', 'Ana Horvat', 'FastNet'])).toBe(false);
});
