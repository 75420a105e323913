// Runs a vendor's own test suite, unmodified, against a LocalYun of its own, and says what passed and why the rest did not.
//
//   node build.mjs
//   node test/suites/run.mjs                         lists the suites: where each is fetched, what it needs
//   node test/suites/run.mjs SUITE FOLDER            runs it from the checkout in FOLDER (never one inside this repository)
//     --variant NAME   only this variant, such as a signature version; may be repeated; absent: all
//     --only PART      only files whose name contains PART; may be repeated
//     --json FILE      writes every case there
//     --write          writes the suite's section of docs/conformance.md (only of a whole run)
//     --explain        prints the full message of each failure
//
// Ends with 1 when a case failed that the suite's list of misses does not explain, or when one passed that the list says fails.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { judge } from './support/judge.mjs';
import { newScratch } from './support/processes.mjs';
import { failureLines, summaryLine, writeSection } from './support/report.mjs';
import { startLocalYun } from './support/stack.mjs';
import { revisionOf } from './support/suite-folder.mjs';

/** One file a suite beside this one; each exports `suite`, described in README.md. */
const SUITES = ['ali-oss', 'oss2', 'oss-python-v2', 'oss-go-v2', 'cloudevents'];

process.exitCode = await main();

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      variant: { type: 'string', multiple: true },
      only: { type: 'string', multiple: true },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
      explain: { type: 'boolean', default: false },
    },
  });
  const [name, folder] = positionals;
  if (name === undefined || folder === undefined) return list();
  if (!SUITES.includes(name)) return refuse(`there is no suite ${name}; there are ${SUITES.join(', ')}.`);
  const { suite } = await import(`./${name}.mjs`);
  const unknown = values.variant?.find((variant) => !suite.variants.includes(variant));
  if (unknown) return refuse(`${name} has no variant ${unknown}; it has ${suite.variants.join(', ')}.`);
  if (values.write && (values.only || values.variant)) return refuse('--write takes a whole run.');

  const path = resolve(folder);
  const lack = suite.missing(path);
  if (lack) return refuse(`${name} can't run from ${path}: ${lack}\n${howToFetch(suite)}`);
  const revision = revisionOf(path, suite.version(path));
  const results = [];
  for (const variant of values.variant ?? suite.variants)
    results.push(await runVariant(suite, { variant, folder: path, only: values.only ?? [] }));
  for (const result of results) {
    for (const line of failureLines(result, values)) console.log(line);
    console.log(summaryLine(suite, result));
  }
  if (values.json) writeFileSync(values.json, `${JSON.stringify({ suite: name, revision, results }, null, 2)}\n`);
  if (values.write) writeSection(suite, revision, results);
  return results.every(({ unexplained, stale }) => unexplained.length + stale.length === 0) ? 0 : 1;
}

async function runVariant(suite, { variant, folder, only }) {
  const scratch = newScratch();
  const stack = await startLocalYun(suite.settings?.({ variant }) ?? {}, scratch.path);
  try {
    const cases = await suite.run({ folder, variant, only, stack, scratch: scratch.path });
    return { variant, ...judge(cases, suite.misses, { variant, whole: only.length === 0 }) };
  } finally {
    await stack.stop();
    scratch.remove();
  }
}

async function list() {
  console.log(
    'node test/suites/run.mjs SUITE FOLDER [--variant NAME] [--only PART] [--json FILE] [--write] [--explain]',
  );
  for (const name of SUITES) {
    const { suite } = await import(`./${name}.mjs`);
    console.log(`\n${name}: ${suite.title}\n${howToFetch(suite)}`);
  }
  return 2;
}

function howToFetch({ fetch }) {
  return fetch.map((line) => `  ${line}`).join('\n');
}

function refuse(sentence) {
  console.error(`suites: ${sentence}`);
  return 2;
}
