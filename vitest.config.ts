import { defineConfig } from 'vitest/config';

/** Tests of parts that start real processes, open sockets or count much work: not among the quick ones of `npm run check`. */
const SLOW_UNITS = [
  'test/unit/emulators/ram/assume-role.test.ts',
  'test/unit/emulators/fc/{instances,runtimes}/**',
  'test/unit/emulators/fc/service/{invocations/**,deployments.test.ts,reload.test.ts}',
  'test/unit/emulators/fc/wire/dialect.test.ts',
  'test/unit/emulators/fc/service/triggers.test.ts',
  'test/unit/emulators/oss/store/{embedded-store,recovery,versions,callback-key,packing,disk-full,crc64}.test.ts',
  'test/unit/emulators/oss/service/{bucket-stat,lifecycle-versions,run-lifecycle,seed}.test.ts',
  'test/unit/emulators/eventbridge/pattern/{pattern-index,pattern-index-growth,linear-time,published-alone}.test.ts',
  'test/unit/emulators/eventbridge/wire/{put-events-growth,event-streamings,control-plane,streaming-metrics}.test.ts',
  'test/unit/emulators/eventbridge/service/{streaming,gathering,delivery}.test.ts',
  'test/unit/emulators/eventbridge/targets/{http,api-destination}.test.ts',
  'test/unit/emulators/eventbridge/store/signing-key.test.ts',
  'test/unit/src/gateway/{server,send}.test.ts',
  'test/unit/src/signing/{signing-time,garbage}.test.ts',
  'test/unit/src/kernel/{database,database-file,data-folder,exact-json-growth,outbox,row-memory}.test.ts',
  'test/unit/src/cli/command.test.ts',
  'test/unit/sample-app/**',
];

/** Unit tests need no socket; conformance drives official SDKs; e2e and crash start real processes from dist/. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    // What was stripped of its types once is so in the next run too.
    experimental: { fsModuleCache: true },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/architecture/**/*.test.ts'],
          exclude: SLOW_UNITS,
          // They share no state but what modules keep: to load all of those anew for each file took more than half of the time.
          isolate: false,
        },
      },
      {
        test: {
          name: 'slow-unit',
          include: SLOW_UNITS.map((glob) => glob.replace(/\*\*$/, '**/*.test.ts')),
          testTimeout: 20_000,
        },
      },
      { test: { name: 'conformance', include: ['test/conformance/**/*.test.ts'], testTimeout: 30_000 } },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], testTimeout: 60_000, fileParallelism: false } },
      {
        test: {
          name: 'minio',
          include: ['test/minio/**/*.test.ts', 'test/conformance/ali-oss/**/*.test.ts'],
          env: { LOCALYUN_TEST_STORE: 'minio' },
          testTimeout: 180_000,
          // A server's folder holds many files.
          hookTimeout: 60_000,
        },
      },
      { test: { name: 'browser', include: ['test/browser/**/*.test.ts'], testTimeout: 60_000 } },
      { test: { name: 'python', include: ['test/python/**/*.test.ts'], testTimeout: 60_000 } },
      { test: { name: 'crash', include: ['test/crash/**/*.test.ts'], testTimeout: 240_000, fileParallelism: false } },
    ],
  },
});
