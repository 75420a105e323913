/** `localyun env` in each shell's own quotes: whatever a value holds, the shell reads it back and runs none of it. */
import { execFileSync } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { parseEnv } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { CommandContext } from '../../../../src/cli/command.ts';
import { clientEnvironment, env, type Shell } from '../../../../src/cli/env.ts';
import { writeRunFile } from '../../../../src/cli/run-file.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

function printed(shell: Shell, accessKeySecret: string): string {
  const cwd = temporaryFolder();
  writeRunFile(cwd, {
    endpoint: 'http://127.0.0.1:9580',
    region: 'cn-beijing',
    accountId: '1',
    accessKeyId: 'id',
    accessKeySecret,
    pid: process.pid,
  });
  const context = contextIn(cwd);
  env(context, shell);
  return String((context.out as PassThrough).read());
}

function contextIn(cwd: string, variables: Record<string, string> = {}): CommandContext {
  return { cwd, env: variables, out: new PassThrough(), err: new PassThrough(), signal: new AbortController().signal };
}

const HOSTILE = [
  'plain/+=',
  "it's",
  "''",
  'a"b',
  `$(touch /tmp/x) \`id\` $HOME \${HOME}`,
  'a\\b',
  "a\\'b",
  '\\',
  'a; rm -rf /',
  'a\nb',
  '# no comment',
  ' spaced ',
  '!history',
  '%PATH%',
  '中文 😀',
  '\u2018;calc\u2019',
  '-n',
  '*?[a]~',
];

describe('bash', () => {
  test.each(HOSTILE)('reads back %j', (value) => {
    const script = `${printed('bash', value)}printf %s "$OSS_ACCESS_KEY_SECRET"`;
    expect(execFileSync('bash', ['-c', script], { encoding: 'utf8' })).toBe(value);
  });
});

describe('dotenv', () => {
  test.each(HOSTILE)("is read back by node's own parser: %j", (value) => {
    expect(parseEnv(printed('dotenv', value))).toMatchObject({
      OSS_ACCESS_KEY_SECRET: value,
      OSS_ENDPOINT: 'http://127.0.0.1:9580',
    });
  });

  test('refuses by name a value that it has no quotes for', () => {
    expect(() => printed('dotenv', `'"\``)).toThrow(/ALIBABA_CLOUD_ACCESS_KEY_SECRET.*dotenv/);
  });
});

describe.each<[Shell, [string, string][]]>([
  [
    'fish',
    [
      ["it's", "'it\\'s'"],
      ['a\\', "'a\\\\'"],
      ["\\'", "'\\\\\\''"],
      ['$(id)', "'$(id)'"],
    ],
  ],
  [
    'pwsh',
    [
      ["it's", "'it''s'"],
      ['$(id) `n', "'$(id) `n'"],
      ['\u2018;calc\u2019\u201a\u201b', "'\u2018\u2018;calc\u2019\u2019\u201a\u201a\u201b\u201b'"],
    ],
  ],
])('%s', (shell, cases) => {
  test.each(cases)('quotes %j as %s', (value, quoted) => {
    const lines = printed(shell, value).split('\n');
    expect(lines.find((line) => line.includes('OSS_ACCESS_KEY_SECRET'))).toMatch(
      shell === 'fish' ? /^set -gx OSS_ACCESS_KEY_SECRET '/ : /^\$env:OSS_ACCESS_KEY_SECRET = '/,
    );
    expect(lines.some((line) => line.endsWith(quoted))).toBe(true);
  });
});

test('names no variable that a shell could not take', () => {
  const names = Object.keys(
    clientEnvironment({
      endpoint: 'http://127.0.0.1:9580',
      region: 'r',
      accountId: 'a',
      accessKeyId: 'i',
      accessKeySecret: 's',
    }),
  );
  expect(names.filter((name) => !/^[A-Z][A-Z0-9_]*$/.test(name))).toEqual([]);
});

test('says why it knows no keys, for a stack that another folder started', () => {
  const context = contextIn(temporaryFolder(), { LOCALYUN_ENDPOINT: 'http://127.0.0.1:1/' });
  expect(() => env(context, 'bash')).toThrow(/keys of http:\/\/127\.0\.0\.1:1 are not known here/);
});
