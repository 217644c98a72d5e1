import { describe, expect, it } from 'vitest';
import { FairQueue } from './queue.ts';

describe('the fair queue', () => {
  it('lets lanes take turns and keeps the order inside each', () => {
    const queue = new FairQueue<string>();
    for (const item of ['a1', 'a2', 'a3', 'a4']) queue.push('a', item);
    queue.push('b', 'b1');
    queue.push('b', 'b2');
    const order = Array.from({ length: 6 }, () => queue.shift());
    expect(order).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'a4']);
    expect(queue.shift()).toBeUndefined();
  });

  it('forgets what is removed', () => {
    const queue = new FairQueue<string>();
    queue.push('a', 'a1');
    queue.push('a', 'a2');
    expect(queue.remove('a', 'a1')).toBe(true);
    expect(queue.remove('a', 'a1')).toBe(false);
    expect(queue.remove('b', 'a2')).toBe(false);
    expect([queue.shift(), queue.shift(), queue.size]).toEqual(['a2', undefined, 0]);
  });

  it('a long lane is emptied to the last item', () => {
    const queue = new FairQueue<number>();
    for (let item = 0; item < 5_000; item += 1) queue.push('a', item);
    for (let item = 0; item < 3_000; item += 1) expect(queue.shift()).toBe(item);
    expect(queue.drain()).toEqual(Array.from({ length: 2_000 }, (_, index) => index + 3_000));
    expect(queue.size).toBe(0);
  });
});
