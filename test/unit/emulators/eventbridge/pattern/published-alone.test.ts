/** The folder by itself: copied to an empty place it compiles to JavaScript and declarations that plain Node and a strict user take. */
import { execFile } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../../../../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../../../../..');
const LIBRARY = join(ROOT, 'emulators/eventbridge/pattern');
const run = promisify(execFile);

let folder: string;
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

/** The compiler with its output as the message when it refuses. */
function compile(...options: string[]): Promise<unknown> {
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--target', 'ES2022'];
  const modules = ['--module', 'NodeNext', '--types', '', '--lib', 'ES2022'];
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  return run(process.execPath, [tsc, ...strict, ...modules, ...options], { cwd: folder }).catch(
    ({ stdout }: { stdout: string }) => Promise.reject(new Error(stdout)),
  );
}

beforeAll(async () => {
  folder = temporaryFolder();
  cpSync(LIBRARY, join(folder, 'source'), { recursive: true });
  write('package.json', '{ "type": "module" }');
  const emit = ['--declaration', '--rewriteRelativeImportExtensions', '--outDir', 'built'];
  await compile(...emit, 'source/index.ts');
}, 60_000);

test('it asks for nothing but JavaScript itself: no package, no Node module, no types of Node', async () => {
  write(
    'use.mjs',
    `import { compilePattern, createPatternIndex, describeMismatch, explainMismatch, matchesPattern } from './built/index.js';
const compiled = compilePattern('{"source":["acs.oss"],"data":{"oss":{"object":{"key":[{"suffix":".jpg"}]}}}}');
const event = (key) => ({ source: 'acs.oss', data: { oss: { object: { key } } } });
const index = createPatternIndex();
index.add('photos', compiled.pattern);
console.log(JSON.stringify({
  matches: [matchesPattern(compiled.pattern, event('a.jpg')), matchesPattern(compiled.pattern, event('a.txt'))],
  found: index.match(event('b.jpg')),
  why: explainMismatch(compiled.pattern, event('a.txt')).map(describeMismatch),
  refused: compilePattern('{"source":[{"wildcard":"a*"}]}'),
}));`,
  );
  const { stdout } = await run(process.execPath, ['use.mjs'], { cwd: folder });
  expect(JSON.parse(stdout)).toEqual({
    matches: [true, false],
    found: ['photos'],
    why: ['data.oss.object.key is "a.txt"; wanted suffix ".jpg"'],
    refused: {
      ok: false,
      code: 'EventRuleFilterPatternSchemaError',
      message: 'Event pattern is not valid, reason: the pattern condition is unrecognized: wildcard',
      hint: expect.stringContaining('AWS'),
    },
  });
});

test('its declarations are enough for a strict user, and keep a careless one from the pattern of a refusal', async () => {
  const imports = "import { compilePattern, createPatternIndex, matchesPattern } from './built/index.js';\n";
  write(
    'good.ts',
    `${imports}const result = compilePattern('{}', { strictEngine: true });
if (result.ok) {
  const index = createPatternIndex<number>();
  index.add(1, result.pattern);
  const ids: number[] = index.match({});
  const is: boolean = matchesPattern(result.pattern, ids);
  if (is) index.remove(1);
}`,
  );
  write('bad.ts', `${imports}matchesPattern(compilePattern('{}').pattern, {});`);
  await compile('--noEmit', 'good.ts');
  await expect(compile('--noEmit', 'bad.ts')).rejects.toThrow("'pattern' does not exist");
}, 60_000);

test('the examples of its README say what it answers', async () => {
  const readme = readFileSync(join(folder, 'source/README.md'), 'utf8');
  const examples = [...readme.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code ?? '');
  expect(examples.length).toBeGreaterThan(0);
  const checked = examples.map((code) =>
    code
      .replace(/from '[^']*'/, "from './built/index.js'")
      .replace(/^(?!import|const|let)(.+); \/\/ (.+)$/gm, 'assert.deepEqual($1, $2);'),
  );
  write('readme.mjs', `import assert from 'node:assert/strict';\n${checked.join('\n')}`);
  expect(checked.join().match(/assert\.deepEqual/g)?.length).toBeGreaterThan(3);
  await run(process.execPath, ['readme.mjs'], { cwd: folder });
});
