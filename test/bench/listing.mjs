// How long a page of 1,000 keys takes in a bucket of a million: at its start, in its middle, at its end, flat and by folder.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle } from './support/bundle.mjs';
import { listRequest, openClient, succeeded } from './support/client.mjs';
import { memoryMiB, startExactly, temporaryFolder } from './support/processes.mjs';
import { percentile, rounded } from './support/statistics.mjs';

const FOLDERS = 5_000;
const IN_FOLDER = 200;
const ROWS_A_TRANSACTION = 20_000;
const PAGE = 1000;
const PAGES = 60;
const WARM_PAGES = 20;
const GOAL = { max: 10, text: '≤ 10 ms' };

const keyAt = (index) =>
  `${folderAt(Math.floor(index / IN_FOLDER))}object-${String(index % IN_FOLDER).padStart(4, '0')}`;
const folderAt = (folder) => `folder-${String(folder).padStart(5, '0')}/`;
const KEYS = FOLDERS * IN_FOLDER;

export async function measure() {
  const dataDir = path.join(temporaryFolder(), 'data');
  const builtInMs = await fill(dataDir);
  const stack = await startExactly(['--data-dir', dataDir, '--cold-start', 'off', '--log-level', 'warn']);
  const client = openClient(stack.endpoint);
  const rows = [];
  for (const [where, after] of [
    ['start', undefined],
    ['middle', keyAt(KEYS / 2 - 1)],
    ['end', keyAt(KEYS - PAGE - 1)],
  ])
    rows.push(await row(client, stack, `first key at the ${where}`, { 'start-after': after }));
  for (const [where, after] of [
    ['start', undefined],
    ['middle', folderAt(FOLDERS / 2)],
    ['end', folderAt(FOLDERS - PAGE - 1)],
  ])
    rows.push(await row(client, stack, `by folder, at the ${where}`, { delimiter: '/', 'start-after': after }));
  rows.push(memoryRow(stack));
  rows[0].how = `ListObjectsV2, max-keys=${PAGE}, signed V4, over one kept connection, to the last byte of the answer; p50 of ${PAGES} after ${WARM_PAGES} that don't count. The bucket has ${KEYS} keys in ${FOLDERS} folders, written beforehand in ${rounded(builtInMs / 1000)} s through the store's own tables. By folder (\`delimiter=/\`) a page is ${PAGE} common prefixes, ${PAGE * IN_FOLDER} keys wide. By a profile of the processor more than half of a page goes to finding and decoding its rows in LMDB, a tenth to checking them, a sixth to the XML, a tenth to collecting what that leaves.`;
  client.close();
  await stack.stop();
  return rows;
}

async function row(client, stack, where, query) {
  const elapsedMs = [];
  const wanted = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
  for (let page = -WARM_PAGES; page < PAGES; page++) {
    const request = listRequest(stack, {
      bucket: 'million',
      query: { 'list-type': '2', 'max-keys': String(PAGE), ...wanted },
    });
    const started = performance.now();
    const { body } = succeeded(await client.call(request));
    if (page >= 0) elapsedMs.push(performance.now() - started);
    const found = body.toString().match(/<KeyCount>(\d+)</)?.[1];
    if (found !== String(PAGE)) throw new Error(`A page has ${found} keys instead of ${PAGE}.`);
  }
  return {
    what: `list 1,000 of 1,000,000, ${where}, p50`,
    unit: 'ms',
    ours: percentile(elapsedMs, 0.5),
    note: `p99 ${rounded(percentile(elapsedMs, 0.99))} ms`,
    goal: GOAL,
  };
}

function memoryRow({ child }) {
  return {
    what: 'resident memory after these pages, at most',
    how: 'Of the main process, with the pages of the database file that the system has mapped for it.',
    unit: 'MiB',
    ours: memoryMiB(child, 'VmHWM'),
    goal: { max: 500, text: '≤ 500 MiB' },
  };
}

/** A million PutObjects would take minutes: the rows they would leave are written as the store writes them. */
async function fill(dataDir) {
  const file = await bundle(`export { openDatabase } from './src/kernel/database.ts';
export { objectKey, openTables } from './emulators/oss/store/rows.ts';`);
  const { openDatabase, openTables, objectKey } = await import(pathToFileURL(file).href);
  const started = performance.now();
  const database = openDatabase(path.join(dataDir, 'db'), { sync: false });
  const { buckets, objects } = openTables(database);
  const modifiedAtMs = Date.now();
  await database.transact(() =>
    buckets.put('million', { createdAtMs: modifiedAtMs, acl: 'private', storageClass: 'Standard', redundancy: 'LRS' }),
  );
  for (let from = 0; from < KEYS; from += ROWS_A_TRANSACTION)
    await database.transact(() => {
      for (let index = from; index < from + ROWS_A_TRANSACTION; index++)
        objects.put(objectKey({ bucket: 'million', key: keyAt(index) }), emptyObject(modifiedAtMs + index));
    });
  await database.close();
  return performance.now() - started;
}

function emptyObject(modifiedAtMs) {
  return {
    ...{ type: 'Normal', contentType: 'application/octet-stream', headers: {}, userMeta: {} },
    ...{ storageClass: 'Standard', acl: 'default', modifiedAtMs, sizeBytes: 0 },
    ...{ etag: 'D41D8CD98F00B204E9800998ECF8427E', crc64: '0', contentMd5: '1B2M2Y8AsgTpgAmY7PhCfg==', content: [] },
  };
}
