import { defineConfig } from '@playwright/test';

// CHROMIUM_PATH is set by `npm test`, which finds or installs a browser.
const executablePath = process.env.CHROMIUM_PATH || undefined;

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/global-setup.ts',
  // Each test file starts its own Lastmile and its own simulated routers, so that it can also kill them, beside another.
  workers: 2,
  // One second try, on a fresh installation: a browser on a crowded machine has its bad moments. Who needed it is named at the end of
  // the run, and is to be mended: it once was a form that forgot what was typed while its list was late.
  retries: 1,
  outputDir: 'node_modules/.cache/browser-tests',
  timeout: 90_000,
  expect: { timeout: 15_000 },
  use: {
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
