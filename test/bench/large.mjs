// How fast a large object goes in and out, beside what its MD5 alone costs and beside a bare server that sends a file.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { admin, objectRequest, openClient } from './support/client.mjs';
import { wireBytes } from './support/load.mjs';
import { emptyDiskQueue, memoryMiB, startLocalYun, startServer, temporaryFolder } from './support/processes.mjs';
import { writeProject } from './support/project.mjs';
import { median } from './support/statistics.mjs';

const LARGE_MIB = 256;
const LARGE_BYTES = LARGE_MIB * 1024 * 1024;
const ROUNDS = 3;

export async function measure() {
  const { template } = writeProject({ functions: {}, buckets: ['bench'] });
  const file = path.join(temporaryFolder(), 'large');
  writeFileSync(file, Buffer.alloc(LARGE_BYTES, 'x'));
  const stack = await startLocalYun(['--template', template]);
  const bare = await startServer('bare-http.mjs', [file]);
  const peer = await startServer('s3rver.mjs');
  const client = openClient(stack.endpoint);
  const settle = () => admin(client, 'settled?timeoutMs=60000');
  const targets = { bare, ours: stack, peer };

  const put = { bare: [], ours: [], peer: [], md5: [] };
  const get = { bare: [], ours: [], peer: [] };
  const beforeMiB = memoryMiB(stack.child, 'VmHWM');
  for (let round = 0; round < ROUNDS; round++) {
    put.md5.push(md5OfFile(file).mibPerSecond);
    for (const [name, target] of Object.entries(targets)) {
      put[name].push(await putLarge(target));
      await settle();
      emptyDiskQueue();
    }
    for (const [name, target] of Object.entries(targets)) get[name].push(await getLarge(target));
  }
  const grewMiB = memoryMiB(stack.child, 'VmHWM') - beforeMiB;
  const rows = [putRow(put, { grewMiB, md5: md5OfFile(file).name }), getRow(get)];
  client.close();
  await Promise.all(Object.values(targets).map(({ stop }) => stop()));
  return rows;
}

function putRow({ bare, ours, peer, md5 }, { grewMiB, md5: name }) {
  return {
    what: `PUT ${LARGE_MIB} MiB, synced, 1 connection`,
    how: `Streamed in pieces of 64 KiB; MD5 and CRC-64 are computed and the file is synced before the answer; median of ${ROUNDS}, with a \`sync\` of the system after each. Floor: ${name} of a file of that size; a bare \`node:http\` that drains and discards took ${Math.round(median(bare))} MiB/s. Receiving and hashing share a thread, so that these two alone leave at most ${Math.round(1 / (1 / median(bare) + 1 / median(md5)))} MiB/s; the CRC-64 and the handing over of what is written take the rest.`,
    unit: 'MiB/s',
    isMoreBetter: true,
    floor: { name, value: median(md5) },
    peer: { name: 's3rver', value: median(peer) },
    ours: median(ours),
    note: `peak memory grew by ${Math.round(grewMiB)} MiB`,
    goal: { floorMin: 0.5, text: `≥ 0.5 of ${name}` },
  };
}

function getRow({ bare, ours, peer }) {
  return {
    what: `GET ${LARGE_MIB} MiB, 1 connection`,
    how: `The whole object over one raw socket that counts and discards, from the system's page cache on both sides; median of ${ROUNDS}. Floor: \`node:http\` and \`fs.createReadStream\` in pieces of 256 KiB, the quickest that Node has: it offers no sendfile.`,
    unit: 'MiB/s',
    isMoreBetter: true,
    floor: { name: 'node:http sends a file', value: median(bare) },
    peer: { name: 's3rver', value: median(peer) },
    ours: median(ours),
    goal: { floorMin: 0.6, text: '≥ 0.6 of the floor' },
  };
}

/** By OpenSSL's own program, or, where there is none, by the OpenSSL in Node. */
function md5OfFile(file) {
  const started = performance.now();
  const isThere = spawnSync('openssl', ['md5', file]).status === 0;
  if (isThere) return { name: 'openssl md5', mibPerSecond: LARGE_MIB / ((performance.now() - started) / 1000) };
  const bytes = Buffer.alloc(LARGE_BYTES, 'x');
  const begun = performance.now();
  createHash('md5').update(bytes).digest();
  return { name: 'MD5 in Node', mibPerSecond: LARGE_MIB / ((performance.now() - begun) / 1000) };
}

function putLarge(target) {
  const piece = Buffer.alloc(64 * 1024, 'x');
  const headers = target.credentials
    ? objectRequest(target, { bucket: 'bench', key: 'large', sizeBytes: LARGE_BYTES }).headers
    : { 'content-length': String(LARGE_BYTES) };
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
    let left = LARGE_BYTES;
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

function getLarge(target) {
  const { hostname, port, host } = new URL(target.endpoint);
  const request = target.credentials
    ? objectRequest(target, { bucket: 'bench', key: 'large' })
    : { method: 'GET', path: '/bench/large', headers: { host } };
  const started = performance.now();
  return new Promise((resolve, reject) => {
    let received = 0;
    const socket = net.connect({
      host: hostname,
      port: Number(port),
      // One buffer for all that comes: nothing is kept, and nothing is left to collect.
      onread: {
        buffer: Buffer.allocUnsafe(1024 * 1024),
        callback(sizeBytes, buffer) {
          if (received === 0 && buffer.latin1Slice(9, 12) !== '200') {
            reject(new Error(`GET of a large object: ${buffer.latin1Slice(0, Math.min(sizeBytes, 800))}`));
            return false;
          }
          received += sizeBytes;
          // The head on top is a few hundred bytes of 256 MiB.
          if (received < LARGE_BYTES) return true;
          resolve(LARGE_MIB / ((performance.now() - started) / 1000));
          socket.destroy();
          return false;
        },
      },
    });
    socket.on('error', reject);
    socket.write(wireBytes(request));
  });
}
