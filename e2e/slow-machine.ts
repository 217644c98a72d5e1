// The `test` of every browser test. With SLOW_BROWSER=yes it runs as on a slow machine, by rule and not by luck: every answer of
// the API is late, each by another time, and the browser computes at a quarter of its speed. SLOW_BROWSER=7 repeats the times of seed 7.
import { type BrowserContext, test as base } from '@playwright/test';

const wish = process.env.SLOW_BROWSER;

/** Answers in another order than they were asked for, and long enough for a person or a test to be faster. */
const late = { leastMs: 300, mostMs: 1500 };
const slowerTimes = 4;

export const test = base.extend<object, { slowMachine: undefined }>({
  slowMachine: [
    async ({ browser }, use) => {
      if (wish) {
        const seed = Number(wish) || Date.now() % 100_000;
        console.log(`SLOW_BROWSER=${seed}`);
        const random = randomFrom(seed);
        browser.on('context', (context) => slowDown(context, random));
      }
      await use(undefined);
    },
    { scope: 'worker', auto: true },
  ],
});

function slowDown(context: BrowserContext, random: () => number): void {
  context.on('page', (page) => {
    const slowing = async () => {
      const session = await context.newCDPSession(page);
      await session.send('Emulation.setCPUThrottlingRate', { rate: slowerTimes });
    };
    slowing().catch(ignoreClosed);
  });
  const routing = context.route('**/api/**', async (route) => {
    const lateByMs = late.leastMs + random() * (late.mostMs - late.leastMs);
    try {
      // Held on its way back: what it says may be old when it comes.
      const answer = await route.fetch({ maxRedirects: 0, timeout: 0 });
      await new Promise((resolve) => setTimeout(resolve, lateByMs));
      await route.fulfill({ response: answer });
    } catch {
      await route.abort().catch(ignoreClosed);
    }
  });
  routing.catch(ignoreClosed);
}

/** A page may go while it is being slowed down. */
function ignoreClosed(): void {}

/** The same numbers from 0 to 1 for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
