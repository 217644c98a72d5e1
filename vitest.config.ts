import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/**/*.test.ts', 'packages/**/*.test.tsx', 'scripts/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: ['packages/server/test/global-setup.ts'],
    // Real sockets and a real database on a busy machine: slow is not wrong, but a hang must end.
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
