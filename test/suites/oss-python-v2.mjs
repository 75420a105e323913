/** The integration tests of alibabacloud-oss-v2 (Python): tests/integration, as they run against the cloud. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pytest } from './support/pytest.mjs';
import { isWanted, missingModules, pythonOf } from './support/suite-folder.mjs';

const TESTS = 'tests/integration';
const NAMES = join(import.meta.dirname, 'support/python-names');
const ROLE = 'python-v2-test';
const MODULES = ['alibabacloud_oss_v2', 'pytest', 'requests', 'aiohttp', 'crcmod', 'Crypto'];

/** Tests of two other services, with endpoints and signatures of their own: OSS Vectors and OSS Tables. */
const OTHER_SERVICES = ['vector', 'tables'];

export const suite = {
  name: 'oss-python-v2',
  title: 'alibabacloud-oss-v2 (Python), tests/integration; each test says itself whether it signs with V4 or V1',
  fetch: [
    'git clone https://github.com/aliyun/alibabacloud-oss-python-sdk-v2 FOLDER && cd FOLDER',
    'python3 -m venv .venv && .venv/bin/pip install . pytest aiohttp',
  ],
  variants: ['v1 and v4'],
  version: (folder) =>
    /VERSION = '([^']+)'/.exec(readFileSync(join(folder, 'alibabacloud_oss_v2/_version.py'), 'utf8'))?.[1] ?? 'unknown',
  missing(folder) {
    if (!existsSync(join(folder, TESTS, 'test_object_basic.py'))) return `${TESTS} is not there.`;
    const lacking = missingModules(pythonOf(folder), MODULES);
    return lacking.length > 0 ? `Python lacks ${lacking.join(', ')}.` : undefined;
  },
  settings: () => ({
    logLevel: 'error',
    roles: [{ name: ROLE, assumeRolePolicyDocument: TRUST, policies: ['everything'] }],
    policies: [
      { name: 'everything', document: { Version: '1', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } },
    ],
  }),
  async run({ folder, only, stack, scratch }) {
    const env = environment(stack);
    const cases = [];
    for (const file of filesOf(folder, only))
      cases.push(...(await pytest({ python: pythonOf(folder), folder, file, env, scratch })));
    return cases;
  },
  misses: [],
};

const TRUST = {
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: ['acs:ram::1234567890123456:root'] } }],
};

function filesOf(folder, only) {
  return readdirSync(join(folder, TESTS), { recursive: true })
    .filter((path) => /(^|\/)test_\w+\.py$/.test(path) && !OTHER_SERVICES.includes(path.split('/')[0]))
    .filter((path) => isWanted(path, only))
    .sort()
    .map((path) => join(TESTS, path));
}

function environment({ endpoint, region, accountId, accessKeyId, accessKeySecret }) {
  return {
    OSS_TEST_ACCESS_KEY_ID: accessKeyId,
    OSS_TEST_ACCESS_KEY_SECRET: accessKeySecret,
    OSS_TEST_ENDPOINT: endpoint,
    OSS_TEST_REGION: region,
    OSS_TEST_USER_ID: accountId,
    OSS_TEST_RAM_ROLE_ARN: `acs:ram::${accountId}:role/${ROLE}`,
    // Only STS is asked by the cloud's own host name.
    PYTHONPATH: NAMES,
    LOCALYUN_ENDPOINT: endpoint,
    // The tests compare times of their own machine, unmarked, with times of the service: both have to be Beijing's.
    TZ: 'Asia/Shanghai',
  };
}
