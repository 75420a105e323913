/** Saving a file while the stack runs: the next call runs the new code, and nobody's running call is hurt. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRunFile } from '../../src/cli/run-file.ts';
import { invokeFunction, type StackFacts, settle } from '../support/clients.ts';
import { until } from '../support/processes.ts';
import { type CliProcess, spawnCli } from '../support/start-cli.ts';
import { writeFiles, writeProject } from '../support/template.ts';

let cli: CliProcess;
let stack: StackFacts;
let folder: string;

const GREETER = (word: string) => `import { word } from './words.mjs';
export const handler = async () => word + ' ${word}';`;

const TRUST = {
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: ['fc.aliyuncs.com'] } }],
};

beforeAll(async () => {
  folder = writeProject({
    functions: {
      greeter: { code: { 'index.mjs': GREETER('one'), 'words.mjs': `export const word = 'hello'` } },
      waiter: { code: { 'index.js': waiter('old') }, props: { timeout: 30 } },
    },
    settings: { roles: [{ name: 'reader', assumeRolePolicyDocument: TRUST }] },
  });
  cli = spawnCli(['start', '--ephemeral', '--port', '0', '--cold-start', 'off', '--template', 's.yaml'], {
    cwd: folder,
  });
  await until('the stack is ready', () => {
    const run = readRunFile(folder);
    if (run) stack = run;
    if (cli.child.exitCode !== null) throw new Error(cli.stderr());
    return run !== undefined && cli.stdout().includes('LocalYun is ready');
  });
});
afterAll(async () => {
  cli?.signal('SIGTERM');
  expect((await cli.ended).code).toBe(0);
});

/** Answers its version once the file named by the event is there. */
function waiter(version: string): string {
  return `const fs = require('fs');
exports.handler = async (event) => {
  const { started, gate } = JSON.parse(event);
  fs.writeFileSync(started, '');
  while (!fs.existsSync(gate)) await new Promise((resolve) => setTimeout(resolve, 5));
  return '${version}';
};`;
}

const reloads = (name: string) => cli.stdout().split(`${name}: the code changed`).length - 1;

/** Saves, and waits until the terminal says that it was seen. */
async function save(functionName: string, files: Record<string, string>): Promise<void> {
  const before = reloads(functionName);
  writeFiles(join(folder, functionName), files);
  await until(`the terminal tells of the new code of ${functionName}`, () => reloads(functionName) > before);
  await settle(stack);
}

const greet = () => invokeFunction(stack, 'greeter');

test('the banner says where everything is', () => {
  for (const part of [stack.endpoint, stack.accessKeyId, 'greeter (nodejs20, index.handler', 'npx localyun invoke'])
    expect(cli.stdout()).toContain(part);
});

test('the next call runs the new code, and the terminal says so', async () => {
  expect((await greet()).body).toBe('hello one');
  await save('greeter', { 'index.mjs': GREETER('two') });
  expect((await greet()).body).toBe('hello two');
  expect(reloads('waiter')).toBe(0);
});

test('a file that the handler imports counts as its code', async () => {
  await save('greeter', { 'words.mjs': `export const word = 'goodbye'` });
  expect((await greet()).body).toBe('goodbye two');
});

test('broken code is told to the caller, and mended code works again', async () => {
  await save('greeter', { 'index.mjs': 'export const handler = async () => {' });
  const broken = await greet();
  expect(broken.errorType).toMatch(/^(Unhandled|Initialization)/);
  expect(JSON.parse(broken.body)).toMatchObject({ errorType: 'UserCodeSyntaxError' });
  await save('greeter', { 'index.mjs': GREETER('three') });
  expect((await greet()).body).toBe('goodbye three');
});

test('a handler file that disappears is told, and works again when it is back', async () => {
  const before = reloads('greeter');
  rmSync(join(folder, 'greeter/index.mjs'));
  await until('the removal is seen', () => reloads('greeter') > before);
  const missing = await greet();
  expect(missing.errorType).toMatch(/^(Unhandled|Initialization)/);
  expect(JSON.parse(missing.body)).toMatchObject({ errorType: 'ImportModuleError' });
  await save('greeter', { 'index.mjs': GREETER('four') });
  expect((await greet()).body).toBe('goodbye four');
});

test('a call under way ends with the code it began with', async () => {
  const files = (name: string) => ({ started: join(folder, `${name}.started`), gate: join(folder, `${name}.gate`) });
  const call = (name: string) => invokeFunction(stack, 'waiter', JSON.stringify(files(name)));
  const open = (name: string) => writeFiles(folder, { [`${name}.gate`]: '' });
  const old = call('old');
  await until('the old code runs', () => existsSync(files('old').started));
  writeFiles(join(folder, 'waiter'), { 'index.js': waiter('new') });
  await until('the new code is seen', () => reloads('waiter') > 0);
  open('new');
  expect((await call('new')).body).toBe('new');
  open('old');
  expect((await old).body).toBe('old');
  open('last');
  expect((await call('last')).body).toBe('new');
});

describe('s.yaml', () => {
  const template = () => JSON.parse(readFileSync(join(folder, 's.yaml'), 'utf8'));
  const said = (line: string) => until(`the terminal says "${line}"`, () => cli.stdout().includes(line));
  async function saveTemplate(content: string, line: string): Promise<void> {
    writeFiles(folder, { 's.yaml': content });
    await said(line);
    await settle(stack);
  }

  test('is deployed anew when it is saved: changed, new and removed functions, and the code of new ones', async () => {
    writeFiles(join(folder, 'newcomer'), { 'index.js': 'exports.handler = async () => process.env.WORD;' });
    const { resources, ...rest } = template();
    const { greeter } = resources;
    greeter.props.description = 'says hello';
    const newcomer = { ...greeter, props: { ...greeter.props, functionName: 'newcomer', code: './newcomer' } };
    newcomer.props.environmentVariables = { WORD: 'welcome' };
    const saved = { ...rest, resources: { greeter, newcomer } };
    const line = 's.yaml: greeter changed (description); newcomer is new; waiter is gone.';
    await saveTemplate(JSON.stringify(saved), line);
    expect((await invokeFunction(stack, 'newcomer')).body).toBe('welcome');
    await expect(invokeFunction(stack, 'waiter')).rejects.toThrow('FunctionNotFound');
    await save('newcomer', { 'index.js': `exports.handler = async () => 'hot';` });
    expect((await invokeFunction(stack, 'newcomer')).body).toBe('hot');
  });

  test('is not taken when it is broken: the terminal says where, and the functions stay', async () => {
    const good = readFileSync(join(folder, 's.yaml'), 'utf8');
    await saveTemplate(good.replace('"timeout"', '"timout"'), 'what was deployed before stays:');
    await said('Did you mean "timeout"?');
    expect((await invokeFunction(stack, 'newcomer')).body).toBe('hot');
    const reset = await fetch(`${stack.endpoint}/_localyun/reset`, { method: 'POST' });
    expect(reset.status).toBe(200);
    expect((await invokeFunction(stack, 'newcomer')).body).toBe('hot');
    await saveTemplate(good, 's.yaml: nothing that is deployed changed.');
  });

  test('is told of a role that does not exist, with the name that was meant', async () => {
    const { resources, ...rest } = template();
    resources.greeter.props.role = 'acs:ram::1234567890123456:role/raeder';
    await saveTemplate(JSON.stringify({ ...rest, resources }), 'did you mean reader?');
    resources.greeter.props.role = 'acs:ram::1234567890123456:role/reader';
    await saveTemplate(JSON.stringify({ ...rest, resources }), 's.yaml: greeter changed (role).');
  });
});
