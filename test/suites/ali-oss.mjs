/** The test suite of ali-oss for Node: its own host names lead here, so it runs as it would against the cloud. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exec } from './support/processes.mjs';
import { isWanted } from './support/suite-folder.mjs';

const NAMES = join(import.meta.dirname, 'support/aliyuncs-names.cjs');
const ROLE = 'ali-oss-test';
const STS_BUCKET = 'ali-oss-sts-bucket';

export const suite = {
  name: 'ali-oss',
  title: 'ali-oss (JavaScript), test/node; each of its files runs with V4 and with V1 signatures by itself',
  fetch: [
    'git clone https://github.com/ali-sdk/ali-oss FOLDER && cd FOLDER',
    'npm install --ignore-scripts && npx tsc -b tsconfig.json tsconfig-cjs.json',
  ],
  variants: ['v1 and v4'],
  version: (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version,
  missing(folder) {
    if (!existsSync(join(folder, 'test/node/object.test.js'))) return 'test/node is not there.';
    if (!existsSync(join(folder, 'node_modules/mocha'))) return 'its dependencies are not installed.';
    if (!existsSync(join(folder, 'lib/common/client/getReqUrl.js'))) return 'its TypeScript sources are not compiled.';
    return undefined;
  },
  settings: () => ({
    logLevel: 'error',
    buckets: [{ name: STS_BUCKET }],
    roles: [{ name: ROLE, assumeRolePolicyDocument: TRUST, policies: ['everything'] }],
    policies: [
      { name: 'everything', document: { Version: '1', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } },
    ],
  }),
  async run({ folder, only, stack }) {
    const files = readdirSync(join(folder, 'test/node'))
      .filter((name) => name.endsWith('.test.js') && isWanted(name, only))
      .map((name) => join('test/node', name));
    const cases = [];
    for (const file of files) cases.push(...(await runFile(folder, file, environment(stack))));
    return cases;
  },
  misses: [
    {
      kind: 'planned',
      reason: 'Live channels are not served.',
      cases: [/^rtmp\.test\.js::/],
      message: /The operation \w*LiveChannel is not served yet/,
    },
    {
      kind: 'planned',
      reason: 'Images are not processed: `x-oss-process` is refused.',
      cases: [/^object\.test\.js::.*(image|with options contains other parameters)/],
    },
    {
      kind: 'off-machine',
      reason: 'Asks Resource Management, another service, for its groups.',
      cases: [/^bucket\.test\.js::.* should list buckets by group id$/],
      message: /ListResourceGroups/,
    },
    {
      kind: 'difference',
      reason: "A bucket names the address it can be reached at here, not the cloud's.",
      cases: [/^bucket\.test\.js::.* it should return correct bucketInfo when bucket exist$/],
    },
  ],
};

const TRUST = {
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: ['acs:ram::1234567890123456:root'] } }],
};

function environment({ endpoint, region, accountId, accessKeyId, accessKeySecret }) {
  return {
    ALI_SDK_OSS_ID: accessKeyId,
    ALI_SDK_OSS_SECRET: accessKeySecret,
    ALI_SDK_OSS_REGION: `oss-${region}`,
    ALI_SDK_STS_ID: accessKeyId,
    ALI_SDK_STS_SECRET: accessKeySecret,
    ALI_SDK_STS_ROLE: `acs:ram::${accountId}:role/${ROLE}`,
    ALI_SDK_STS_BUCKET: STS_BUCKET,
    LOCALYUN_ENDPOINT: endpoint,
    NODE_OPTIONS: `--require ${NAMES}`,
  };
}

async function runFile(folder, file, env) {
  const name = file.split('/').at(-1);
  const mocha = ['node_modules/mocha/bin/mocha', '-t', '120000', '-r', 'should', '-r', 'dotenv/config', '--exit'];
  const { code, stdout, stderr } = await exec(process.execPath, [...mocha, '--reporter', 'json', file], {
    cwd: folder,
    env,
    timeoutMs: 900_000,
  });
  const report = readReport(stdout);
  if (!report)
    return [
      { file: name, name: 'whole file', result: 'failed', message: `ended with code ${code}: ${stderr.slice(-2000)}` },
    ];
  const result = (result) => (one) => ({ file: name, name: one.fullTitle, result, message: one.err?.message });
  return [
    ...report.passes.map(result('passed')),
    ...report.failures.map(result('failed')),
    ...report.pending.map(result('skipped')),
  ];
}

/** Tests print to stdout, too; mocha's report comes last and starts a line of its own. */
function readReport(stdout) {
  const start = stdout.lastIndexOf('\n{\n  "stats"');
  try {
    return JSON.parse(stdout.slice(start < 0 ? stdout.indexOf('{\n  "stats"') : start));
  } catch {
    // It ended before it could report; the caller says so.
    return undefined;
  }
}
