// npm start: the whole system on this machine.
import { greet } from './greeting.ts';
import { runUntilStopped } from './lifetime.ts';
import { buildWeb } from './web-build.ts';

export function run(): Promise<number> {
  return runUntilStopped(async () => {
    // The settings first: a wrong one should not wait for a build.
    const { readConfig } = await import('@lastmile/server/config.ts');
    const config = readConfig(process.env);
    const [{ startLastmile }] = await Promise.all([import('@lastmile/server/main.ts'), buildWeb()]);
    const lastmile = await startLastmile(config);
    greet(lastmile);
    return lastmile;
  });
}
