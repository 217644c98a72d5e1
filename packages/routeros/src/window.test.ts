import { describe, expect, it } from 'vitest';
import { Window } from './window.ts';

/** Answers commands, a windowful after the other, as a router does that needs so long for the line and for each command. */
function afterWork(window: Window, windowfuls: number, lineMs: number, perCommandMs: number): number {
  for (let turn = 0; turn < windowfuls; turn += 1) {
    const { size } = window;
    for (let place = 1; place <= size; place += 1) window.answered(lineMs + perCommandMs * place);
  }
  return window.size;
}

describe('the window of commands in flight', () => {
  it('grows on a long line while the answers come as soon as before', () => {
    expect(afterWork(new Window(8, 320), 2, 30, 0)).toBe(320);
  });

  it('stays small at a router that is busy already', () => {
    expect(afterWork(new Window(8, 320), 20, 1, 20)).toBe(8);
  });

  it('shrinks when a router that answered a burst at once comes to its ceiling', () => {
    const window = new Window(8, 320);
    afterWork(window, 4, 30, 0);
    expect(afterWork(window, 10, 30, 20)).toBeLessThanOrEqual(16);
  });

  it('grows again when a line that became longer stays so', () => {
    const window = new Window(8, 320);
    afterWork(window, 3, 2, 0);
    expect(afterWork(window, 60, 60, 0)).toBe(320);
  });

  it('does not move where it may not grow', () => {
    expect(afterWork(new Window(8, 8), 20, 30, 0)).toBe(8);
  });
});
