/** Runs the test suites and says at the end, in one line, how many passed and failed, and what could not be run. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const VITEST = join(import.meta.dirname, '..', 'node_modules', 'vitest', 'vitest.mjs');
const ALL = process.argv.includes('--all');
const STRICT = process.env.CI === 'true';

/** Needs npm and Node, nothing else. */
const BASE = [
  {
    name: 'unit, conformance, e2e, crash',
    command: [process.execPath],
    projects: ['unit', 'slow-unit', 'conformance', 'e2e', 'crash'],
  },
];

/** Each needs something more; `missing` says what, or nothing when it is there. */
const MORE = [
  {
    name: 'the long runs: 200 times kill -9, 100,000 reads during overwrites, five times the fuzz, ten times the model of the store',
    command: [process.execPath],
    projects: ['crash', 'conformance', 'slow-unit'],
    files: [
      'test/crash',
      'test/conformance/fuzz',
      'test/conformance/load',
      'test/unit/emulators/oss/store/versions.test.ts',
    ],
    env: { LOCALYUN_THOROUGH: 'true' },
  },
  {
    name: 'unit and conformance on Node 24',
    command: ['npx', '-y', 'node@24'],
    projects: ['unit', 'slow-unit', 'conformance'],
    missing: () =>
      runs('npx', ['-y', 'node@24', '--version']) ? undefined : 'Node 24 from the npm registry (npx -y node@24)',
  },
  {
    name: 'oss2, alibabacloud-oss-v2 and the EventBridge clients (Python)',
    command: [process.execPath],
    projects: ['python'],
    missing: () =>
      runs('python3', [
        '-c',
        'import oss2, alibabacloud_oss_v2, alibabacloud_eventbridge, alibabacloud_eventbridge20200401',
      ])
        ? undefined
        : 'Python 3 with the packages of test/python/requirements.txt (pip install -r test/python/requirements.txt)',
  },
  {
    name: 'web pages in Chromium',
    command: [process.execPath],
    projects: ['browser'],
    missing: () =>
      runs(process.env.LOCALYUN_TEST_CHROMIUM || 'chromium', ['--version'])
        ? undefined
        : 'Chromium (`chromium` on the PATH or its path in LOCALYUN_TEST_CHROMIUM; apt install chromium)',
  },
  {
    name: 'objects kept in MinIO',
    command: [process.execPath],
    projects: ['minio'],
    missing: () =>
      runs(process.env.LOCALYUN_TEST_MINIO || 'minio', ['--version'])
        ? undefined
        : 'a MinIO server (`minio` on the PATH or its path in LOCALYUN_TEST_MINIO; go install github.com/minio/minio@latest)',
  },
];

const totals = { passed: 0, failed: 0 };
let reports = 0;
const notRun = [];
const folder = mkdtempSync(join(tmpdir(), 'localyun-test-'));
try {
  for (const suite of ALL ? MORE : BASE) await runSuite(suite);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

if (!ALL)
  console.log(`Not part of npm test: ${MORE.map(({ name }) => name).join('; ')}. They run with npm run test:all.`);
for (const line of notRun) console.log(`NOT RUN: ${line}`);
if (STRICT) totals.failed += notRun.length;
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed === 0 && totals.passed > 0 ? 0 : 1;

async function runSuite({ name, command, projects, files = [], env = {}, missing }) {
  const what = missing?.();
  if (what) {
    notRun.push(`${name}: needs ${what}`);
    return;
  }
  console.log(`\n== ${name}`);
  const report = join(folder, `${reports++}.json`);
  const args = [
    ...command.slice(1),
    VITEST,
    'run',
    ...files,
    ...projects.flatMap((project) => ['--project', project]),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  const code = await finished(spawn(command[0], args, { stdio: 'inherit', env: { ...process.env, ...env } }));
  const counts = readCounts(report);
  totals.passed += counts.numPassedTests;
  totals.failed += counts.numFailedTests;
  if (counts.numPendingTests > 0) notRun.push(`${name}: ${counts.numPendingTests} tests were skipped`);
  // A file that could not be loaded fails no test, but it is a failure all the same.
  if (code !== 0 && counts.numFailedTests === 0) totals.failed += 1;
}

function readCounts(report) {
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    // vitest ended before it could write a report: the exit code tells the rest.
    return { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0 };
  }
}

function finished(child) {
  return new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
}

function runs(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
