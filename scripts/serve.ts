// The server alone, without building the web app: what `npm run dev` restarts and what tests start.
import { greet } from './greeting.ts';
import { runUntilStopped } from './lifetime.ts';

export function run(): Promise<number> {
  return runUntilStopped(async () => {
    const { readConfig } = await import('@lastmile/server/config.ts');
    const { startLastmile } = await import('@lastmile/server/main.ts');
    const lastmile = await startLastmile(readConfig(process.env));
    greet(lastmile);
    return lastmile;
  });
}
