import { defineConfig } from 'vitest/config';

/** Unit tests need no socket; conformance drives official SDKs; e2e and crash start real processes from dist/. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts', 'test/architecture/**/*.test.ts'] } },
      { test: { name: 'conformance', include: ['test/conformance/**/*.test.ts'], testTimeout: 30_000 } },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], testTimeout: 60_000, fileParallelism: false } },
      { test: { name: 'python', include: ['test/python/**/*.test.ts'], testTimeout: 60_000 } },
      { test: { name: 'crash', include: ['test/crash/**/*.test.ts'], testTimeout: 240_000, fileParallelism: false } },
    ],
  },
});
