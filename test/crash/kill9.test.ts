/** kill -9 in the midst of overwrites and uploads, again and again: nothing acknowledged is lost or torn, and every event arrives. */
import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../src/kernel/random.ts';
import { admin, ossClient, settle } from '../support/clients.ts';
import { hasProc, processesIn, until } from '../support/processes.ts';
import { type RunningCli, startCli } from '../support/start-cli.ts';
import { uploadTrigger, writeProject } from '../support/template.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { BUCKET, type KeyState, loadUntilDeath, markOf, newLedger, readVersion } from './load.ts';
import { flaw, type Version, versionOf } from './versions.ts';

/** More for a longer run: LOCALYUN_CRASH_ROUNDS=1000 LOCALYUN_CRASH_SEED=7 npx vitest run --project crash */
const ROUNDS = Number(process.env.LOCALYUN_CRASH_ROUNDS ?? 50);
const SEED = Number(process.env.LOCALYUN_CRASH_SEED ?? 1);
const LOAD_MS = { min: 50, max: 300 };
const ROUND_MS = 20_000;

/** One line an event, written in one go: a process killed meanwhile leaves a whole line or none. */
const LISTENER = `const fs = require('fs');
exports.handler = async (event) => {
  const { id, type, data } = JSON.parse(event);
  fs.appendFileSync(process.env.HEARD, [id, data.oss.object.key, data.oss.object.eTag].join(' ') + '\\n');
};`;

const random = createRandom(SEED);
const ledger = newLedger();
const heard = { ids: new Set<string>(), marks: new Set<string>(), lines: 0, offset: 0, rest: '' };
let folder: string;
let stateFolder: string;
let heardPath: string;
let stack: RunningCli;

beforeAll(() => {
  folder = temporaryFolder();
  heardPath = join(folder, 'heard');
  stateFolder = join(folder, 'state');
  const props = {
    triggers: [uploadTrigger(BUCKET)],
    environmentVariables: { HEARD: heardPath },
    concurrencyConfig: { reservedConcurrency: 2 },
  };
  const functions = { listener: { code: { 'index.js': LISTENER }, props } };
  writeProject({ functions, settings: { buckets: [{ name: BUCKET }] } }, folder);
});
afterAll(async () => {
  if (stack?.child.exitCode === null && stack.child.signalCode === null) await stack.kill();
});

async function start(): Promise<void> {
  const flags = [
    '--data-dir',
    'state',
    '--template',
    's.yaml',
    '--cold-start',
    'off',
    '--no-watch',
    '--log-level',
    'warn',
  ];
  stack = await startCli(flags, { cwd: folder });
}

/** Seen from outside after a restart: whole, and not older than what was acknowledged. */
async function expectWhole(state: KeyState): Promise<void> {
  const read = await readVersion(ossClient(stack.ready, BUCKET), state.key);
  const allowed = [state.acknowledged, state.doubtful ?? state.acknowledged];
  if (!allowed.includes(read?.number ?? 0))
    ledger.flaws.push(`${state.key} is at version ${read?.number}; acknowledged was ${state.acknowledged}`);
  if (!read) return;
  const version = versionOf(state.key, read.number);
  const problem = flaw(version, read);
  if (problem) ledger.flaws.push(`after a restart: ${problem}`);
  if (!heard.marks.has(markOf(version)))
    ledger.flaws.push(
      `${state.key} version ${read.number} is there, but no event told of it; ${await traceOf(version)}`,
    );
  // What is there now stays there: a crash that comes later may not take it back.
  state.acknowledged = read.number;
  state.doubtful = undefined;
}

/** Where the event of a version went, as far as the product itself knows. */
async function traceOf({ key, etag }: Version): Promise<string> {
  const subject = `acs:oss:${stack.ready.region}:${stack.ready.accountId}:${BUCKET}/${key}`;
  const found = await admin<{ id: string }[]>(stack.endpoint, `events?limit=5&subject=${encodeURIComponent(subject)}`);
  for (const { id } of found.body) {
    const { body } = await admin(stack.endpoint, `events/${id}`);
    if (JSON.stringify(body).includes(etag)) return `its event: ${JSON.stringify(body)}`;
  }
  return `the history has ${found.body.length} events of this key, none of that version`;
}

function listen(): void {
  if (!existsSync(heardPath)) return;
  const file = openSync(heardPath, 'r');
  const buffer = Buffer.alloc(statSync(heardPath).size - heard.offset);
  readSync(file, buffer, 0, buffer.length, heard.offset);
  closeSync(file);
  heard.offset += buffer.length;
  const lines = (heard.rest + buffer.toString()).split('\n');
  heard.rest = lines.pop() ?? '';
  for (const line of lines) {
    const [id = '', key = '', etag = ''] = line.split(' ');
    heard.ids.add(id);
    heard.marks.add(markOf({ key, etag }));
    heard.lines++;
  }
}

/** All that was acknowledged was heard of, and nothing else. */
async function expectEveryEvent(): Promise<void> {
  await settle(stack, ROUND_MS);
  listen();
  for (const [id, version] of ledger.acknowledgedEvents) {
    if (!heard.ids.has(id)) ledger.flaws.push(`the event ${id} of ${markOf(version)} was never delivered`);
    ledger.acknowledgedEvents.delete(id);
  }
  for (const mark of heard.marks)
    if (!ledger.begun.has(mark)) ledger.flaws.push(`an event told of ${mark}, which nobody wrote`);
}

function blobFiles(): string[] {
  const objects = join(stateFolder, 'objects');
  return readdirSync(objects, { recursive: true, encoding: 'utf8' }).filter((name) => /^[0-9a-f]{2}\/./.test(name));
}

test(`${ROUNDS} times kill -9 under load`, { timeout: ROUNDS * ROUND_MS }, async () => {
  const startedMs = performance.now();
  let acknowledged = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    await start();
    await expectEveryEvent();
    await Promise.all(ledger.keys.map(expectWhole));
    expect(ledger.flaws, `round ${round}, seed ${SEED}`).toEqual([]);

    const load = loadUntilDeath(stack.ready, ledger, random.fork(`round ${round}`));
    await pause(random.between(LOAD_MS.min, LOAD_MS.max));
    await stack.kill();
    await load;
    acknowledged += ledger.acknowledgedEvents.size;
    if (hasProc) await until(`no process is left in ${folder}`, () => processesIn(folder).length === 0, 5_000);
  }
  await start();
  await expectEveryEvent();
  await Promise.all(ledger.keys.map(expectWhole));
  expect(ledger.flaws, `seed ${SEED}`).toEqual([]);
  const repeated = heard.lines - heard.ids.size;
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  console.log(
    `${ROUNDS} kills in ${seconds} s: ${acknowledged} uploads acknowledged, ${heard.ids.size} events heard, ${repeated} of them twice`,
  );
  expect(acknowledged).toBeGreaterThan(ROUNDS);
});

test('what was half done is swept: with all objects and uploads gone, no file is left', async () => {
  const client = ossClient(stack.ready, BUCKET);
  const { uploads = [] } = await client.listUploads({ 'max-uploads': 1000 }, {});
  for (const { name, uploadId } of uploads) await client.abortMultipartUpload(name, uploadId);
  await client.deleteMulti(
    ledger.keys.map(({ key }) => key),
    { quiet: true },
  );
  await until('the files of what is gone are gone', () => blobFiles().length === 0);
});

test('a clean stop leaves no process and nothing to sweep, and the next start is clean', async () => {
  expect((await stack.stop()).code).toBe(0);
  if (hasProc) expect(processesIn(folder)).toEqual([]);
  expect(existsSync(join(stateFolder, 'objects/open'))).toBe(false);
  await start();
  const { objects = [] } = await ossClient(stack.ready, BUCKET).listV2({ 'max-keys': '10' }, {});
  expect(objects).toEqual([]);
  expect((await stack.stop()).code).toBe(0);
});
