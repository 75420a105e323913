/** Runs files with pytest and reads its JUnit report: one case a test. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { exec } from './processes.mjs';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  isArray: (name) => name === 'testcase',
});

/** `folder`: where pytest starts. One process a file: what hangs or dies takes only its own cases along. */
export async function pytest({ python, folder, file, env, scratch, timeoutMs = 600_000, args = [] }) {
  const report = join(scratch, `${basename(file)}.xml`);
  const flags = ['-q', '-p', 'no:cacheprovider', '--tb=short', '--show-capture=no', `--junitxml=${report}`, ...args];
  const { code, stdout, stderr } = await exec(python, ['-m', 'pytest', ...flags, file], {
    cwd: folder,
    env: { PYTHONDONTWRITEBYTECODE: '1', PYTHONIOENCODING: 'utf-8', ...env },
    timeoutMs,
  });
  const name = basename(file);
  const cases = readReport(report, name);
  // pytest ends with 5 when a file has no tests.
  if (cases) return cases;
  if (code === 5) return [];
  return [
    {
      file: name,
      name: 'whole file',
      result: 'failed',
      message: `ended with code ${code}: ${(stdout + stderr).slice(-2000)}`,
    },
  ];
}

function readReport(path, file) {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    // Ended before it could write one; the caller says so.
    return undefined;
  }
  const found = parser.parse(text).testsuites?.testsuite?.testcase ?? [];
  const cases = new Map();
  // An error in tearDown is a second entry of the same test: the worse one counts.
  for (const one of found) {
    const known = cases.get(nameOf(one));
    if (known?.result !== 'failed') cases.set(nameOf(one), { file, name: nameOf(one), ...resultOf(one) });
  }
  return [...cases.values()];
}

function nameOf({ classname, name }) {
  // A file that could not be read as a module is one entry without a class.
  return classname ? `${classname.split('.').at(-1)}::${name}` : name;
}

function resultOf({ failure, error, skipped }) {
  const bad = failure ?? error;
  if (bad !== undefined) return { result: 'failed', message: bad.message ?? String(bad['#text'] ?? bad) };
  return { result: skipped === undefined ? 'passed' : 'skipped' };
}
