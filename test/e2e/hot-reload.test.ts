/** Saving a file while the stack runs: the next call runs the new code, and nobody's running call is hurt. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
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

beforeAll(async () => {
  folder = writeProject({
    functions: {
      greeter: { code: { 'index.mjs': GREETER('one'), 'words.mjs': `export const word = 'hello'` } },
      waiter: { code: { 'index.js': waiter('old') }, props: { timeout: 30 } },
    },
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
