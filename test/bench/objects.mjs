// How many small objects a second go in and out, beside a bare server, s3rver and, where there is one, MinIO.
import { admin, objectRequest, openClient } from './support/client.mjs';
import { load, wireBytes } from './support/load.mjs';
import { NO_MINIO, startMinio } from './support/minio.mjs';
import { emptyDiskQueue, processorTime, startLocalYun, startServer } from './support/processes.mjs';
import { writeProject } from './support/project.mjs';
import { median, rounded } from './support/statistics.mjs';

const CONNECTIONS = [1, 16, 64];
const ROUNDS = 3;
const ROUND_MS = 800;
const KEYS = 512;
const BLOCK = Buffer.alloc(4096, 'x');

/** Of s3rver, and of the bare server. */
const GOALS = {
  'PUT 16': { peerMin: 4, text: '≥ 4 × s3rver' },
  'PUT 64': { peerMin: 5, text: '≥ 5 × s3rver' },
  'GET 16': { peerMin: 12, floorMin: 0.4, text: '≥ 12 × s3rver, ≥ 0.4 of the floor' },
};

export async function measure() {
  const { template } = writeProject({ functions: {}, buckets: ['bench'] });
  const stack = await startLocalYun(['--template', template]);
  const bare = await startServer('bare-http.mjs');
  const peer = await startServer('s3rver.mjs');
  const minio = await startMinio();
  const client = openClient(stack.endpoint);
  const settle = () => admin(client, 'settled?timeoutMs=60000');
  const targets = { bare, ours: stack, peer, ...(minio ? { minio } : {}) };

  const rows = [];
  for (const method of ['PUT', 'GET'])
    for (const connections of CONNECTIONS)
      rows.push(throughputRow(method, connections, await smallObjects(targets, { method, connections, settle })));
  client.close();
  await Promise.all(Object.values(targets).map(({ stop }) => stop()));
  return rows;
}

async function smallObjects(targets, { method, connections, settle }) {
  const body = method === 'PUT' ? BLOCK : undefined;
  const requests = Object.fromEntries(
    Object.entries(targets).map(([name, target]) => [
      name,
      Array.from({ length: KEYS }, (_, index) => wireBytes(requestTo(target, `object-${index}`, body))),
    ]),
  );
  const results = Object.fromEntries(Object.keys(targets).map((name) => [name, []]));
  for (let round = -1; round < ROUNDS; round++)
    for (const [name, { endpoint, child }] of Object.entries(targets)) {
      // Once around all keys at the least, so that every GET finds its object.
      const options = round < 0 ? { connections: 16, durationMs: 400, atLeast: KEYS } : { durationMs: ROUND_MS };
      const before = name === 'ours' ? processorTime(child) : undefined;
      const result = await load(endpoint, requests[name], { connections, ...options });
      const after = name === 'ours' ? processorTime(child) : undefined;
      if (round >= 0) results[name].push({ ...result, ...costOf(before, after, result) });
      // What is left to deliver, or to write, must not burden whoever is measured next.
      await settle();
      emptyDiskQueue();
    }
  return results;
}

/** Of one call, in µs. */
function costOf(before, after, { count }) {
  if (!before || !after) return { main: undefined, others: undefined };
  const main = (after.main - before.main) / count;
  return { main, others: (after.all - before.all) / count - main };
}

/** Only we check a signature; s3rver takes anonymous calls, MinIO has been told to, and a bare server takes all. */
function requestTo(target, key, body) {
  if (target.credentials) return objectRequest(target, { bucket: 'bench', key, body });
  const length = body ? { 'content-length': String(body.length) } : {};
  const headers = { host: new URL(target.endpoint).host, ...length };
  return { method: body ? 'PUT' : 'GET', path: `/bench/${key}`, headers, body };
}

function throughputRow(method, connections, { bare, ours, peer, minio }) {
  const rate = (results) => median(results.map(({ perSecond }) => perSecond));
  const latency = (results, which) => rounded(median(results.map((result) => result[which])));
  const synced = method === 'PUT' ? ', synced' : '';
  return {
    what: `${method} 4 KiB${synced}, ${connections} connection${connections > 1 ? 's' : ''}`,
    how: method === 'PUT' && connections === CONNECTIONS[0] ? HOW(minio) : undefined,
    unit: '/s',
    isMoreBetter: true,
    floor: { name: 'node:http alone', value: rate(bare) },
    peer: { name: 's3rver', value: rate(peer) },
    ...(minio ? { otherPeer: { name: 'MinIO', value: rate(minio) } } : {}),
    ours: rate(ours),
    note: [`p50 ${latency(ours, 'p50')} ms, p99 ${latency(ours, 'p99')} ms`, ...costText(ours)].join('; '),
    goal: GOALS[`${method} ${connections}`],
  };
}

/** Where a call's time goes: to the one thread that answers, to those that write and collect, or to waiting. */
function costText(ours) {
  const [main, others] = ['main', 'others'].map((which) => median(ours.map((result) => result[which] ?? Number.NaN)));
  if (Number.isNaN(main)) return [];
  const eachMicroseconds = 1e6 / median(ours.map(({ perSecond }) => perSecond));
  return [
    `of ${Math.round(eachMicroseconds)} µs a call its main thread works ${Math.round(main)}, others ${Math.round(others)}`,
  ];
}

const HOW = (minio) =>
  `Signed V4, requests built beforehand and sent over raw sockets, one at a time a connection, over ${KEYS} keys; every PUT is on disk with its event when it is answered. Median of ${ROUNDS} rounds of ${ROUND_MS} ms, interleaved, with a \`sync\` of the system after each; client and server share the cores. Floor: \`node:http\` that drains and discards (GET: sends 4 KiB from memory). Peers: s3rver, anonymous, neither synced nor with events; ${minio ? 'MinIO on one folder, anonymous' : NO_MINIO}.`;
