/** The test suite of oss2 (Python), with each signature version it has; the cloud's host names lead here. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MISSES } from './support/oss2-misses.mjs';
import { pytest } from './support/pytest.mjs';
import { isWanted, missingModules, pythonOf } from './support/suite-folder.mjs';

const NAMES = join(import.meta.dirname, 'support/python-names');
const ROLE = 'oss2-test';
const MODULES = ['oss2', 'pytest', 'mock', 'aliyunsdkcore', 'aliyunsdksts', 'Crypto'];

export const suite = {
  name: 'oss2',
  title: 'oss2 (Python), tests/; once a signature version',
  fetch: [
    'git clone https://github.com/aliyun/aliyun-oss-python-sdk FOLDER && cd FOLDER',
    'python3 -m venv .venv && .venv/bin/pip install . pytest mock aliyun-python-sdk-sts',
  ],
  variants: ['v1', 'v4'],
  version: (folder) =>
    /__version__ = '([^']+)'/.exec(readFileSync(join(folder, 'oss2/__init__.py'), 'utf8'))?.[1] ?? 'unknown',
  missing(folder) {
    if (!existsSync(join(folder, 'tests/test_object.py'))) return 'tests is not there.';
    const lacking = missingModules(pythonOf(folder), MODULES);
    return lacking.length > 0 ? `Python lacks ${lacking.join(', ')}.` : undefined;
  },
  settings: () => ({
    logLevel: 'error',
    accessKeys: [OWNER, PAYER],
    roles: [{ name: ROLE, assumeRolePolicyDocument: TRUST, policies: ['everything'] }],
    policies: [
      { name: 'everything', document: { Version: '1', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } },
    ],
  }),
  async run({ folder, variant, only, stack, scratch }) {
    const files = readdirSync(join(folder, 'tests'))
      .filter((name) => /^test_\w+\.py$/.test(name) && isWanted(name, only))
      .map((name) => join('tests', name));
    const env = environment(stack, variant);
    const cases = [];
    for (const file of files) cases.push(...(await pytest({ python: pythonOf(folder), folder, file, env, scratch })));
    return cases;
  },
  misses: MISSES,
};

const OWNER = { accessKeyId: 'LTAI5tOss2Suite', accessKeySecret: 'Oss2SuiteSecret' };
/** Another account, for buckets whose callers pay. */
const PAYER = { accessKeyId: 'LTAI5tOss2Payer', accessKeySecret: 'Oss2PayerSecret', accountId: '1098765432109876' };

const TRUST = {
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: ['acs:ram::1234567890123456:root'] } }],
};

function environment({ endpoint, region, accountId, accessKeyId, accessKeySecret }, variant) {
  return {
    OSS_TEST_ACCESS_KEY_ID: accessKeyId,
    OSS_TEST_ACCESS_KEY_SECRET: accessKeySecret,
    OSS_TEST_ENDPOINT: `http://oss-${region}.aliyuncs.com`,
    OSS_TEST_STS_ID: accessKeyId,
    OSS_TEST_STS_KEY: accessKeySecret,
    OSS_TEST_STS_ARN: `acs:ram::${accountId}:role/${ROLE}`,
    OSS_TEST_RAM_ROLE_ARN: `acs:ram::${accountId}:role/${ROLE}`,
    OSS_TEST_RAM_UID: accountId,
    PYTHONPATH: NAMES,
    LOCALYUN_ENDPOINT: endpoint,
    OSS_TEST_REGION: region,
    OSS_TEST_UID: accountId,
    OSS_TEST_PAYER_UID: PAYER.accountId,
    OSS_TEST_PAYER_ACCESS_KEY_ID: PAYER.accessKeyId,
    OSS_TEST_PAYER_ACCESS_KEY_SECRET: PAYER.accessKeySecret,
    OSS_TEST_AUTH_VERSION: variant,
  };
}
