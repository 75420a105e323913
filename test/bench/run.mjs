// `npm run bench [-- NAME…]`: measures everything and writes docs/benchmarks.md; with names, only those, to the terminal.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { cleanUp, ROOT } from './support/processes.mjs';
import { machine, page, terminalLine } from './support/report.mjs';

const GROUPS = {
  startup: 'Start',
  delivery: 'From an upload to its function',
  invoke: 'Calling a function',
  reload: 'Hot reload',
  sample: 'The sample, end to end',
  memory: 'Memory',
  objects: 'Small objects',
  split: 'Where the time of a small GET and of a small PUT goes',
  large: 'Large objects',
  listing: 'Listing a large bucket',
  events: 'Events of applications',
  matching: 'Events and their rules',
};

try {
  await main(process.argv.slice(2));
} finally {
  await cleanUp();
}

async function main(names) {
  const unknown = names.find((name) => !Object.hasOwn(GROUPS, name));
  if (unknown !== undefined) {
    console.error(`bench: there is no ${unknown}; there are ${Object.keys(GROUPS).join(', ')}.`);
    process.exitCode = 2;
    return;
  }
  const started = performance.now();
  const machineLine = machine();
  const groups = [];
  for (const name of names.length > 0 ? names : Object.keys(GROUPS)) {
    const { measure } = await import(`./${name}.mjs`);
    const rows = await measure();
    groups.push({ title: GROUPS[name], rows });
    console.log(`\n${GROUPS[name]}`);
    for (const row of rows) console.log(`  ${terminalLine(row)}`);
  }
  console.log(`\n${machineLine}\n${Math.round((performance.now() - started) / 1000)} s in all.`);
  if (names.length === 0) writeFileSync(path.join(ROOT, 'docs/benchmarks.md'), page(groups, machineLine));
}
