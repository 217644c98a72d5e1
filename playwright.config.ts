import { defineConfig } from '@playwright/test';

// CHROMIUM_PATH is set by `npm test`, which finds or installs a browser.
const executablePath = process.env.CHROMIUM_PATH || undefined;

// See e2e/slow-machine.ts.
const isSlow = Boolean(process.env.SLOW_BROWSER);

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/global-setup.ts',
  // Each test file starts its own Lastmile and its own simulated routers, so that it can also kill them, beside another.
  workers: 2,
  // One second try, on a fresh installation: a browser on a crowded machine has its bad moments. Who needed it is named at the end of
  // the run, and is to be mended: it once was a form that forgot what was typed while its list was late.
  retries: isSlow ? 0 : 1,
  outputDir: 'node_modules/.cache/browser-tests',
  // All three only end what hangs: nothing passes or fails by how fast a machine is.
  timeout: isSlow ? 900_000 : 300_000,
  expect: { timeout: isSlow ? 60_000 : 30_000 },
  use: {
    actionTimeout: isSlow ? 120_000 : 60_000,
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: [
        // Chromium's sandbox refuses to run as root, which containers do.
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
