// How long `localyun start` takes until every room serves, beside what node:http alone takes.
import path from 'node:path';
import { ROOT, startExactly, startServer } from './support/processes.mjs';
import { median } from './support/statistics.mjs';

const ROUNDS = 15;

export async function measure() {
  const bare = [];
  const ours = [];
  const sample = [];
  const template = path.join(ROOT, 'sample-app/s.yaml');
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await readyMs(() => startServer('bare-http.mjs')));
    ours.push(await readyMs(() => startExactly(['--ephemeral'])));
    sample.push(await readyMs(() => startExactly(['--ephemeral', '--template', template])));
  }
  const floor = { name: 'node:http alone', value: median(bare) };
  return [
    {
      what: 'start → ready, all rooms',
      how: `\`localyun start --json --ephemeral --port 0\`, from the spawn to its ready line; median of ${ROUNDS}. Floor: a script that listens with \`node:http\` and prints its port.`,
      unit: 'ms',
      floor,
      ours: median(ours),
      goal: { text: '≤ 3 × (aim 1.5 ×)', ratioMax: 3 },
    },
    {
      what: 'start → ready, with the sample deployed',
      how: 'The same with `--template sample-app/s.yaml`.',
      unit: 'ms',
      floor,
      ours: median(sample),
    },
  ];
}

async function readyMs(start) {
  const process = await start();
  await process.stop();
  return process.readyMs;
}
