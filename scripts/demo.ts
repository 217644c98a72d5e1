// npm run demo: the same system with simulated routers and customers, and its own data folder.
import { greetToDemo } from './greeting.ts';
import { runUntilStopped } from './lifetime.ts';
import { buildWeb } from './web-build.ts';

export function run(): Promise<number> {
  return runUntilStopped(async () => {
    const [{ startDemo }] = await Promise.all([import('@lastmile/demo/src/demo.ts'), buildWeb()]);
    const demo = await startDemo(process.env);
    greetToDemo(demo);
    return demo;
  });
}
