/** The environment and the context made of a function. */
import { expect, test } from 'vitest';
import {
  type FunctionTarget,
  functionEnvironment,
  functionFacts,
} from '../../../../../emulators/fc/instances/function-target.ts';

const target: FunctionTarget = {
  key: 'f/LATEST',
  generation: '1',
  functionName: 'f',
  qualifier: 'LATEST',
  versionId: '3',
  runtime: 'nodejs20',
  handler: 'index.handler',
  memoryMB: 128,
  timeoutMs: 1_500,
  region: 'cn-beijing',
  accountId: '1',
  logProject: 'p',
  logStore: 'l',
  codeDir: '/code',
  environmentVariables: { A: '1' },
  instancesMax: 1,
  credentials: async () => undefined,
};
const facts = { instanceId: 'c-1', credentials: undefined, temporaryDir: '/t', execPath: '/node/bin/node' };

test('a function without a role gets no credentials', () => {
  expect(functionEnvironment(target, facts)).toEqual({
    PATH: '/node/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/t',
    TMPDIR: '/t',
    A: '1',
    FC_ACCOUNT_ID: '1',
    FC_REGION: 'cn-beijing',
    FC_INSTANCE_ID: 'c-1',
    FC_FUNCTION_NAME: 'f',
    FC_FUNCTION_HANDLER: 'index.handler',
    FC_FUNCTION_MEMORY_SIZE: '128',
    FC_FUNC_CODE_PATH: '/code/',
    FC_QUALIFIER: 'LATEST',
    FC_VER_ID: '3',
  });
});

test('user values win over defaults, and ours over user values', () => {
  const environmentVariables = { PATH: '/mine', FC_REGION: 'x', ALIBABA_CLOUD_ACCESS_KEY_ID: 'x' };
  const credentials = { accessKeyId: 'a', accessKeySecret: 's', securityToken: 't' };
  expect(functionEnvironment({ ...target, environmentVariables }, { ...facts, credentials })).toMatchObject({
    PATH: '/mine',
    FC_REGION: 'cn-beijing',
    ALIBABA_CLOUD_ACCESS_KEY_ID: 'a',
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: 's',
    ALIBABA_CLOUD_SECURITY_TOKEN: 't',
    accessKeyID: 'a',
  });
});

test('layers are searched for programs last, and for modules', () => {
  const environment = functionEnvironment({ ...target, layersDir: '/opt' }, facts);
  expect(environment.PATH).toMatch(/:\/opt\/bin$/);
  expect(environment.NODE_PATH).toBe('/opt/nodejs/node_modules');
});

test('the context counts the timeout in whole seconds', () => {
  expect(functionFacts(target)).toMatchObject({
    function: { name: 'f', handler: 'index.handler', memory: 128, timeout: 2 },
  });
});
