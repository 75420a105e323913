// `npm run sample [-- PHOTO]`: uploads a photo to the running stack with ali-oss, waits, lists the six objects, draws what happened.
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import OSS from 'ali-oss';
import { samplePhotoPath } from './photo.mjs';
import { drawTimeline, failures } from './timeline.mjs';

const SETTLED_MS = 60_000;

try {
  await main(process.argv[2] ?? samplePhotoPath());
} catch (error) {
  console.error(`sample: ${error.message}`);
  process.exitCode = 1;
}

async function main(photo) {
  const run = await findStack();
  const client = (bucket) =>
    new OSS({ bucket, endpoint: run.endpoint, region: `oss-${run.region}`, ...keys(run), authorizationV4: true });
  const key = `uploads/${basename(photo)}`;
  const bytes = await readFile(photo).catch(() => {
    throw new Error(`there is no photo at ${photo}`);
  });

  const startedAt = Date.now();
  const put = await client('upload-images').put(key, bytes);
  const uploadMs = Date.now() - startedAt;
  const requestId = put.res.headers['x-oss-request-id'];
  console.log(
    `PUT oss://upload-images/${key}  ${kilobytes(bytes.length)}  ${put.res.status}  ${uploadMs} ms  (request ${requestId})`,
  );

  const settled = await admin(run, `settled?timeoutMs=${SETTLED_MS}`);
  if (!settled.settled) throw new Error(`still under way after ${SETTLED_MS / 1000} s: ${settled.busy.join('; ')}`);

  const path = await admin(run, `events/${requestId}`);
  const made = await listDerivatives(client('processed-images'), key);
  console.log(`\n${drawTimeline({ startedAt, uploadMs, path, width: process.stdout.columns ?? 100 })}`);
  if (failures(path).length > 0) process.exitCode = 1;
  else if (made === 0)
    console.log(`\nThe function skipped it: ${path.invocations.at(-1)?.result ?? 'no call was made'}`);
}

async function listDerivatives(client, key) {
  const name = basename(key).replace(/\.[^.]+$/, '');
  const { objects } = await client.listV2({ 'max-keys': 1000 });
  const made = (objects ?? []).filter((object) => basename(object.name).replace(/\.[^.]+$/, '') === name);
  console.log(`\noss://processed-images holds ${made.length} derivatives of it:`);
  for (const object of made)
    console.log(`  ${object.name.padEnd(40)} ${kilobytes(object.size).padStart(10)}  ETag ${object.etag}`);
  return made.length;
}

/** The running stack's facts: from .localyun/run.json beside the package, as `localyun start` wrote it. */
async function findStack() {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  for (const folder of [process.cwd(), root]) {
    const text = await readFile(join(folder, '.localyun', 'run.json'), 'utf8').catch(() => undefined);
    if (text) return JSON.parse(text);
  }
  throw new Error('no running stack found; start one in another terminal with `npm run emulate`');
}

function keys({ accessKeyId, accessKeySecret }) {
  return { accessKeyId, accessKeySecret };
}

async function admin({ endpoint }, path) {
  const response = await fetch(`${endpoint}/_localyun/${path}`).catch(() => {
    throw new Error(`nothing answers at ${endpoint}; is \`npm run emulate\` still running?`);
  });
  const body = await response.json();
  if (!response.ok && response.status !== 408)
    throw new Error(body.message ?? `the admin API answered ${response.status}`);
  return body;
}

function kilobytes(bytes) {
  return `${(bytes / 1024).toFixed(1)} KiB`;
}
