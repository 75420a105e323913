/** What a run says: lines for the terminal, and its section of docs/conformance.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = join(import.meta.dirname, '../../../docs/conformance.md');
const LINE_MAX = 220;

export function failureLines({ unexplained, stale, misses }, { explain }) {
  const text = (message = '') => (explain ? message : (message.split('\n')[0] ?? '').slice(0, LINE_MAX));
  return [
    ...(explain
      ? misses.map((one) => `MISS ${one.file}::${one.name} [${one.kind}: ${one.reason}] ${text(one.message)}`)
      : []),
    ...unexplained.map((one) => `UNEXPLAINED ${one.file}::${one.name}: ${text(one.message)}`),
    ...stale.map((one) => `LISTED BUT PASSES ${one.case} (${one.reason})`),
  ];
}

export function summaryLine(suite, { variant, passed, total, applicable, skipped, unexplained, stale }) {
  return `${suite.name} ${variant}: ${passed} of ${total} passed, ${applicable} applicable (${percent(passed, applicable)}), ${skipped} skipped by the suite; ${unexplained.length} failures without a reason, ${stale.length} reasons without a failure`;
}

/** Replaces what stands between the suite's two marks; the rest of the page is written by hand. */
export function writeSection(suite, revision, results) {
  const page = readFileSync(PAGE, 'utf8');
  const [open, close] = [`<!-- suite: ${suite.name} -->`, `<!-- /suite: ${suite.name} -->`];
  const [before, rest] = page.split(open);
  const after = rest?.split(close)[1];
  if (after === undefined) throw new Error(`docs/conformance.md lacks the marks ${open} and ${close}.`);
  writeFileSync(PAGE, `${before}${open}\n\n${section(suite, revision, results)}\n${close}${after}`);
}

function section(suite, revision, results) {
  return [
    `Revision: ${revision}.`,
    '',
    '```',
    ...suite.fetch,
    `node test/suites/run.mjs ${suite.name} FOLDER`,
    '```',
    '',
    '| variant | passed | total | applicable | passed of applicable | skipped by the suite |',
    '|---|---|---|---|---|---|',
    ...results.map(
      (one) =>
        `| ${one.variant} | ${one.passed} | ${one.total} | ${one.applicable} | ${percent(one.passed, one.applicable)} | ${one.skipped} |`,
    ),
    '',
    ...filesTable(results),
    ...missesTable(results),
  ].join('\n');
}

function filesTable(results) {
  const files = [...new Set(results.flatMap((one) => Object.keys(one.files)))].sort();
  const cell = (counts) => (counts ? `${counts.passed} of ${counts.passed + counts.failed}` : '–');
  return [
    `| file | ${results.map(({ variant }) => variant).join(' | ')} |`,
    `|---|${results.map(() => '---|').join('')}`,
    ...files.map((file) => `| \`${file}\` | ${results.map((one) => cell(one.files[file])).join(' | ')} |`),
    '',
  ];
}

function missesTable(results) {
  const rows = new Map();
  for (const { variant, misses } of results)
    for (const { kind, reason, file, name } of misses) {
      const key = `${kind}|${reason}`;
      const row = rows.get(key) ?? { kind, reason, cases: new Map() };
      rows.set(key, row);
      const label = `${file}::${name}`;
      row.cases.set(label, [...(row.cases.get(label) ?? []), variant]);
    }
  if (rows.size === 0) return ['Nothing is missed.', ''];
  const order = [...rows.values()].sort((a, b) => a.kind.localeCompare(b.kind) || a.reason.localeCompare(b.reason));
  return [
    '| misses | kind | reason | cases |',
    '|---|---|---|---|',
    ...order.map(({ kind, reason, cases }) => `| ${cases.size} | ${kind} | ${reason} | ${caseList(cases, results)} |`),
    '',
  ];
}

function caseList(cases, results) {
  return [...cases]
    .map(([label, variants]) =>
      variants.length === results.length ? `\`${label}\`` : `\`${label}\` (${variants.join(', ')})`,
    )
    .join('<br>')
    .replaceAll('|', '\\|');
}

function percent(part, whole) {
  return whole === 0 ? '–' : `${(Math.floor((part / whole) * 1000) / 10).toFixed(1)} %`;
}
