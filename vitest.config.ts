import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/**/*.test.ts', 'packages/**/*.test.tsx', 'scripts/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: ['packages/server/test/global-setup.ts'],
    // A process for each file costs more than most files' tests. So files share one: none may leave anything behind in it.
    isolate: false,
    // Vitest's own choice leaves one core free. Most tests wait for a database or a socket, not for us.
    maxWorkers: 2,
    // Real sockets and a real database on a busy machine: slow is not wrong, but a hang must end. Only what runs longer says so itself.
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
