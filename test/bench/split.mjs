// Where the time of a small GET and a small PUT goes: found by subtraction, under HTTP, for a profile shows it spread over everything.
import { bundle } from './support/bundle.mjs';
import { objectRequest } from './support/client.mjs';
import { load, wireBytes } from './support/load.mjs';
import { startPeer } from './support/processes.mjs';

const GET_STAGES = {
  gateway: 'node:http and the gateway, answering 4 KiB from memory',
  identify: 'who calls: address, signature, key',
  authorize: 'what for, and whether it may',
  handle: 'input parsed, conditions held, object read',
  encode: 'the answer and its headers',
  whole: 'errors caught, the call counted, the room found',
};
const PUT_STAGES = {
  gateway: 'node:http and the gateway, 4 KiB received and dropped',
  identify: 'who calls: address, signature, key',
  authorize: 'what for, and whether it may',
  receive: 'input parsed, 4 KiB received with their MD5 and CRC-64',
  keep: 'the object and its bytes in one transaction, synced',
  whole: 'the fact made, the answer, the call counted',
  events: 'the event of EventBridge in the same transaction, kept for the history',
};
const ROUNDS = 7;
const ROUND_MS = 300;
const KEYS = 128;
const CREDENTIALS = { accessKeyId: 'bench-key', accessKeySecret: 'bench-secret' };

const SOURCES = `export { createOss, openEmbeddedStore } from './emulators/oss/index.ts';
export { createDialect } from './emulators/oss/wire/dialect.ts';
export { createServedTable, subresourcesOf } from './emulators/oss/wire/served-table.ts';
export { operations } from './emulators/oss/operations/index.ts';
export { createEventBridge } from './emulators/eventbridge/index.ts';
export { createRam } from './emulators/ram/index.ts';
export { createEdge } from './src/gateway/edge.ts';
export { startServer } from './src/gateway/server.ts';
export { andThen } from './src/kernel/at-once.ts';
export { countCalls } from './src/kernel/call-counts.ts';
export { createClock } from './src/kernel/clock.ts';
export { openDatabase } from './src/kernel/database.ts';
export { createIds } from './src/kernel/ids.ts';
export { createLogger } from './src/kernel/logger.ts';
export { createOutbox } from './src/kernel/outbox.ts';
export { createRandom } from './src/kernel/random.ts';
export { createSettled } from './src/kernel/settled.ts';`;

export async function measure() {
  const bundled = await bundle(SOURCES);
  const [objects, events] = await Promise.all([startStage(bundled), startStage(bundled, 'events')]);
  const body = Buffer.alloc(4096, 'x');
  await load(objects.endpoint, requestsTo(objects, body), { connections: 16, durationMs: 500, atLeast: KEYS });
  const getSteps = Object.keys(GET_STAGES).map((stage) => ({ stage, at: objects, requests: requestsTo(objects) }));
  const putSteps = Object.keys(PUT_STAGES).map((stage) => {
    const at = stage === 'events' ? events : objects;
    return { stage: stage === 'events' ? 'whole' : stage, at, requests: requestsTo(at, body) };
  });
  const rows = [
    ...rowsOf('GET', Object.values(GET_STAGES), await leastOf(getSteps), HOW_GET),
    ...rowsOf('PUT', Object.values(PUT_STAGES), await leastOf(putSteps), HOW_PUT),
  ];
  await Promise.all([objects, events].map(({ server }) => server.stop()));
  return rows;
}

async function startStage(bundled, ...rest) {
  const { accessKeyId, accessKeySecret } = CREDENTIALS;
  const server = await startPeer('split.mjs', [bundled, accessKeyId, accessKeySecret, ...rest]);
  const { endpoint } = await server.ask({});
  return { server, endpoint };
}

function requestsTo({ endpoint }, body) {
  const target = { endpoint, region: 'cn-beijing', credentials: CREDENTIALS };
  return Array.from({ length: KEYS }, (_, index) =>
    wireBytes(objectRequest(target, { bucket: 'bench', key: `object-${index}`, body })),
  );
}

/** The least of all rounds, step by step: whatever else the machine does only adds to it. */
async function leastOf(steps) {
  const least = steps.map(() => Number.POSITIVE_INFINITY);
  for (let round = -1; round < ROUNDS; round++)
    for (const [index, { stage, at, requests }] of steps.entries()) {
      const { cpuMicroseconds: before } = await at.server.ask({ stage });
      const { count } = await load(at.endpoint, requests, { connections: 16, durationMs: ROUND_MS });
      const { cpuMicroseconds: after } = await at.server.ask({});
      if (round >= 0) least[index] = Math.min(least[index], (after - before) / count);
    }
  return least;
}

function rowsOf(method, names, least, how) {
  let before = 0;
  const rows = names.map((what, index) => {
    const ours = Math.max(0, least[index] - before);
    before = least[index];
    return { what: `${method}: ${what}`, unit: 'µs', ours, note: `${Math.round(before)} µs so far` };
  });
  rows[0].how = how;
  return rows;
}

const HOW_GET = `Processor time (user and system) of the server for one GET of 4 KiB at 16 connections, signed V4: the server goes through the pipeline's steps up to one of them and answers 4 KiB from memory there; a row is what its step adds. The least of ${ROUNDS} interleaved rounds of ${ROUND_MS} ms. Most of the first row is node:http's own. All calls that came in one turn of the event loop are answered at its end, and the answers leave together: fewer clients have to be woken, and a step's code is still in the processor's caches when the next call takes it.`;
const HOW_PUT =
  'The same for one PUT of 4 KiB. All threads of the process count, so that what LMDB does to commit and sync is in it. The event is matched and written in the transaction of the object; the oldest goes once 10,000 are kept.';
