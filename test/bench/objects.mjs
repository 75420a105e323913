// For information: how many small objects a second go in and out, and how fast a large one goes in. Goals come later.
import http from 'node:http';
import { admin, objectRequest, openClient } from './support/client.mjs';
import { load, wireBytes } from './support/load.mjs';
import { memoryMiB, startLocalYun, startServer } from './support/processes.mjs';
import { writeProject } from './support/project.mjs';
import { median, rounded } from './support/statistics.mjs';

const CONNECTIONS = [1, 16, 64];
const ROUNDS = 3;
const ROUND_MS = 800;
const KEYS = 512;
const BLOCK = Buffer.alloc(4096, 'x');
const LARGE_MIB = 256;
const LARGE_ROUNDS = 3;

export async function measure() {
  const { template } = writeProject({ functions: {}, buckets: ['bench'] });
  const stack = await startLocalYun(['--template', template]);
  const bare = await startServer('bare-http.mjs');
  const peer = await startServer('s3rver.mjs');
  const client = openClient(stack.endpoint);
  const settle = () => admin(client, 'settled?timeoutMs=60000');
  const targets = { bare, ours: stack, peer };

  const rows = [];
  for (const method of ['PUT', 'GET'])
    for (const connections of CONNECTIONS)
      rows.push(throughputRow(method, connections, await smallObjects(targets, { method, connections, settle })));
  rows.push(...(await largeObjects(targets, settle)));
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
  const results = { bare: [], ours: [], peer: [] };
  for (let round = -1; round < ROUNDS; round++)
    for (const [name, { endpoint }] of Object.entries(targets)) {
      const result = await load(endpoint, requests[name], { connections, durationMs: round < 0 ? 400 : ROUND_MS });
      if (round >= 0) results[name].push(result);
      // What is left to deliver must not burden whoever is measured next.
      await settle();
    }
  return results;
}

/** Only we check a signature; s3rver takes anonymous calls, and a bare server all. */
function requestTo(target, key, body) {
  if (target.credentials) return objectRequest(target, { bucket: 'bench', key, body });
  const length = body ? { 'content-length': String(body.length) } : {};
  const headers = { host: new URL(target.endpoint).host, ...length };
  return { method: body ? 'PUT' : 'GET', path: `/bench/${key}`, headers, body };
}

function throughputRow(method, connections, { bare, ours, peer }) {
  const rate = (results) => median(results.map(({ perSecond }) => perSecond));
  const latency = (results, which) => rounded(median(results.map((result) => result[which])));
  const isFirst = method === 'PUT' && connections === CONNECTIONS[0];
  const synced = method === 'PUT' ? ', synced' : '';
  return {
    what: `${method} 4 KiB${synced}, ${connections} connection${connections > 1 ? 's' : ''}`,
    how: isFirst
      ? `Signed V4, requests built beforehand and sent over raw sockets, one at a time a connection, over ${KEYS} keys; every PUT is on disk with its event when it is answered. Median of ${ROUNDS} rounds of ${ROUND_MS} ms, interleaved; client and server share the cores. Floor: \`node:http\` that drains and discards (GET: sends 4 KiB from memory). Peer: s3rver, anonymous, neither synced nor with events.`
      : undefined,
    unit: '/s',
    isMoreBetter: true,
    floor: { name: 'node:http alone', value: rate(bare) },
    peer: { name: 's3rver', value: rate(peer) },
    ours: rate(ours),
    note: `p50 ${latency(ours, 'p50')} ms, p99 ${latency(ours, 'p99')} ms`,
  };
}

async function largeObjects(targets, settle) {
  const speeds = { bare: [], ours: [], peer: [] };
  const beforeMiB = memoryMiB(targets.ours.child, 'VmHWM');
  for (let round = 0; round < LARGE_ROUNDS; round++)
    for (const [name, target] of Object.entries(targets)) {
      speeds[name].push(await putLarge(target));
      await settle();
    }
  const grewMiB = memoryMiB(targets.ours.child, 'VmHWM') - beforeMiB;
  return [
    {
      what: `PUT ${LARGE_MIB} MiB, synced, 1 connection`,
      how: `Streamed in pieces of 64 KiB; MD5 and CRC-64 are computed and the file is synced before the answer; median of ${LARGE_ROUNDS}.`,
      unit: 'MiB/s',
      isMoreBetter: true,
      floor: { name: 'node:http alone', value: median(speeds.bare) },
      peer: { name: 's3rver', value: median(speeds.peer) },
      ours: median(speeds.ours),
      note: `peak memory grew by ${Math.round(grewMiB)} MiB`,
    },
  ];
}

function putLarge(target) {
  const piece = Buffer.alloc(64 * 1024, 'x');
  const sizeBytes = LARGE_MIB * 1024 * 1024;
  const headers = target.credentials
    ? objectRequest(target, { bucket: 'bench', key: 'large', sizeBytes }).headers
    : { 'content-length': String(sizeBytes) };
  const { hostname, port } = new URL(target.endpoint);
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const request = http.request({ hostname, port, method: 'PUT', path: '/bench/large', headers }, (response) => {
      response.resume().on('end', () => {
        if (response.statusCode !== 200) return reject(new Error(`PUT of a large object: ${response.statusCode}`));
        resolve(LARGE_MIB / ((performance.now() - started) / 1000));
      });
    });
    request.on('error', reject);
    let left = sizeBytes;
    const push = () => {
      while (left > 0) {
        left -= piece.length;
        if (!request.write(piece)) return request.once('drain', push);
      }
      request.end();
    };
    push();
  });
}
