import { expect, test } from 'vitest';
import { searchOf } from './search-words.ts';

const nothing = { digits: undefined, id: undefined, mac: undefined, address: undefined };

test.each([
  ['ana', { patterns: ['%ana%'] }],
  ['an', { patterns: ['% an%'] }],
  ['Horvat  ana', { patterns: ['%Horvat%', '%ana%'] }],
  ['50%_\\', { patterns: ['%50\\%\\_\\\\%'] }],
  ['0712 345', { patterns: ['%0712%', '%345%'], digits: '%0712345%' }],
  ['+254 712', { patterns: ['%+254%', '%712%'], digits: '%254712%' }],
  ['0712345', { patterns: ['%0712345%'] }],
  ['#42', { patterns: ['%#42%'] }],
  ['aa:bb:cc', { patterns: ['%aa:bb:cc%'], mac: 'AA:BB:CC%' }],
  ['AA-BB-CC-00-11-22', { patterns: ['%AA-BB-CC-00-11-22%'], mac: 'AA:BB:CC:00:11:22%' }],
  ['aabb.cc00.1122', { patterns: ['%aabb.cc00.1122%'], mac: 'AA:BB:CC:00:11:22%' }],
  ['aabbcc001122', { patterns: ['%aabbcc001122%'], mac: 'AA:BB:CC:00:11:22%' }],
  ['facade', { patterns: ['%facade%'] }],
  ['10.20.', { patterns: ['%10.20.%'], address: '10.20.%' }],
  ['10.20.0.5', { patterns: ['%10.20.0.5%'], address: '10.20.0.5%' }],
  ['2001:DB8::1', { patterns: ['%2001:DB8::1%'], address: '2001:db8::1%' }],
  [
    '01890A5D-AC96-774B-BCCE-B302099A8057',
    {
      patterns: ['%01890A5D-AC96-774B-BCCE-B302099A8057%'],
      id: '01890a5d-ac96-774b-bcce-b302099a8057',
    },
  ],
])('%j is looked for as %j', (typed, search) => {
  expect(searchOf(typed)).toEqual({ ...nothing, ...search });
});

test.each([undefined, '', '   '])('%j looks for nothing', (typed) => {
  expect(searchOf(typed)).toBeUndefined();
});

test('more words than anybody types are cut', () => {
  expect(searchOf('a b c d e f g h i j k')?.patterns).toHaveLength(8);
});
