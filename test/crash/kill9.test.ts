/** kill -9 in the midst of writes of every kind, again and again: nothing acknowledged is lost or torn, and every event arrives. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../src/kernel/random.ts';
import { admin, ossClient, settle } from '../support/clients.ts';
import { hasProc, processesIn, until } from '../support/processes.ts';
import { type RunningCli, startCli } from '../support/start-cli.ts';
import { checkIntegrity, filesIn } from '../support/store-integrity.ts';
import { uploadTrigger, writeProject } from '../support/template.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { IS_THOROUGH } from '../support/thorough.ts';
import { type Heard, hearFrom, LISTENER } from './heard.ts';
import { BUCKET, type KeyState, newLedger, VERSIONED } from './ledger.ts';
import { loadUntilDeath, markOfChange, readVersion } from './load.ts';
import { expectVersions } from './versioned-load.ts';
import { flaw, versionOf } from './versions.ts';

/** More for a longer run: LOCALYUN_CRASH_ROUNDS=1000 LOCALYUN_CRASH_SEED=7 npx vitest run --project crash */
const ROUNDS = Number(process.env.LOCALYUN_CRASH_ROUNDS ?? (IS_THOROUGH ? 200 : 15));
const SEED = Number(process.env.LOCALYUN_CRASH_SEED ?? 1);
/** The kill comes so many acknowledged changes and ms after the load began, or with none in a while. */
const CHANGES = { min: 1, max: 25 };
const LATER_MS_MAX = 20;
const LOAD_MS_MAX = 3_000;
const ROUND_MS = 20_000;
/** So often the round ends with a stop instead, after which no file may be left that nobody owns. */
const STOP_EVERY = 10;
const EVENTS = ['Created:PutObject', 'Created:CompleteMultipartUpload', 'Created:AppendObject', 'Created:CopyObject']
  .concat('Removed:DeleteObject')
  .map((name) => `oss:Object${name}`);

/** Closed soon, so that a round does not take much longer. */
const BATCHES = {
  mode: 'event-streaming',
  errorsTolerance: 'ALL',
  batchWindow: { CountBasedWindow: 4, TimeBasedWindow: 1 },
};

const random = createRandom(SEED);
const ledger = newLedger();
const seen = { acknowledged: 0, orphans: 0 };
let folder: string;
let stateFolder: string;
/** By the function that gets events one by one. */
let heard: Heard;
/** By the function that gets them in batches. */
let batched: Heard;
let stack: RunningCli;

beforeAll(() => {
  folder = temporaryFolder();
  stateFolder = join(folder, 'state');
  const trigger = uploadTrigger([BUCKET, VERSIONED], EVENTS);
  const streaming = { ...trigger, triggerConfig: { ...(trigger.triggerConfig as object), runOptions: BATCHES } };
  const listener = (name: string, own: Record<string, unknown>) => {
    const environmentVariables = { HEARD: join(folder, name) };
    const concurrencyConfig = { reservedConcurrency: 2 };
    return { code: { 'index.js': LISTENER }, props: { triggers: [own], environmentVariables, concurrencyConfig } };
  };
  const functions = { listener: listener('heard', trigger), batches: listener('batched', streaming) };
  heard = hearFrom(join(folder, 'heard'));
  batched = hearFrom(join(folder, 'batched'));
  writeProject(
    { functions, settings: { buckets: [{ name: BUCKET }, { name: VERSIONED, versioning: 'Enabled' }] } },
    folder,
  );
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
  const { key, acknowledged, doubtful } = state;
  const read = await readVersion(ossClient(stack.ready, BUCKET), key);
  const allowed = [acknowledged, doubtful ?? acknowledged];
  const number = read ? read.number : allowed.find((each) => versionOf(key, each) === undefined);
  if (number === undefined || !allowed.includes(number))
    ledger.flaws.push(`${key} is at version ${read?.number}; acknowledged was ${acknowledged}`);
  if (number === undefined) return;
  const problem = read && flaw(versionOf(key, number), read);
  if (problem) ledger.flaws.push(`after a restart: ${problem}`);
  if (number > 0 && !heard.marks.has(markOfChange(key, number)))
    ledger.flaws.push(`${key} is at version ${number}, but no event told of it; ${await traceOf(key, number)}`);
  // What is there now stays there: a crash that comes later may not take it back.
  state.acknowledged = number;
  state.doubtful = undefined;
}

/** Where the event of a version went, as far as the product itself knows. */
async function traceOf(key: string, number: number): Promise<string> {
  const subject = `acs:oss:${stack.ready.region}:${stack.ready.accountId}:${BUCKET}/${key}`;
  const found = await admin<{ id: string }[]>(stack.endpoint, `events?limit=5&subject=${encodeURIComponent(subject)}`);
  const etag = markOfChange(key, number).split(/ -?/)[1] ?? '';
  for (const { id } of found.body) {
    const { body } = await admin(stack.endpoint, `events/${id}`);
    if (JSON.stringify(body).includes(etag)) return `its event: ${JSON.stringify(body)}`;
  }
  return `the history has ${found.body.length} events of this key, none of that version`;
}

/** Everything that can be seen while it runs. */
async function expectAllWhole(): Promise<void> {
  await expectEveryEvent();
  await Promise.all(ledger.keys.map(expectWhole));
  await expectVersions(ossClient(stack.ready, VERSIONED), ledger, (mark) => heard.marks.has(mark));
}

/** All that was acknowledged was heard of, and nothing else. */
async function expectEveryEvent(): Promise<void> {
  await settle(stack, ROUND_MS);
  for (const each of [heard, batched]) each.read();
  for (const [id, mark] of ledger.acknowledgedEvents) {
    if (!heard.ids.has(id)) ledger.flaws.push(`the event ${id} of ${mark} was never delivered`);
    if (!batched.ids.has(id)) ledger.flaws.push(`the event ${id} of ${mark} was in no batch`);
    ledger.acknowledgedEvents.delete(id);
  }
  for (const mark of [...heard.marks, ...batched.marks])
    if (!ledger.begun.has(mark)) ledger.flaws.push(`an event told of ${mark}, which nobody wrote`);
}

/** On disk, while nothing runs: a row has its bytes, bytes have their row; files that nobody owns only where a kill left them. */
async function expectSound(end: 'killed' | 'stopped'): Promise<void> {
  const { flaws, orphans } = await checkIntegrity({
    database: join(stateFolder, 'db'),
    bodies: join(stateFolder, 'objects'),
  });
  ledger.flaws.push(...flaws.map((each) => `on disk: ${each}`));
  if (end === 'stopped') ledger.flaws.push(...orphans.map((id) => `the file ${id} is nobody's`));
  seen.orphans += orphans.length;
}

/** Wherever the server is after so many changes. */
async function somewhereIn(changes: number): Promise<void> {
  const endMs = performance.now() + LOAD_MS_MAX;
  while (ledger.acknowledgedEvents.size < changes && performance.now() < endMs) await pause(1);
  await pause(random.between(0, LATER_MS_MAX));
}

async function endOf(round: number): Promise<'killed' | 'stopped'> {
  if (round % STOP_EVERY !== 0) {
    await stack.kill();
    return 'killed';
  }
  const { code } = await stack.stop();
  if (code !== 0) ledger.flaws.push(`a stop under load ended with code ${code}`);
  return 'stopped';
}

test(`${ROUNDS} times kill -9 under load`, { timeout: ROUNDS * ROUND_MS }, async () => {
  const startedMs = performance.now();
  for (let round = 1; round <= ROUNDS; round++) {
    await start();
    await expectAllWhole();
    expect(ledger.flaws, `round ${round}, seed ${SEED}`).toEqual([]);

    const load = loadUntilDeath(stack.ready, ledger, random.fork(`round ${round}`));
    await somewhereIn(random.between(CHANGES.min, CHANGES.max));
    const end = await endOf(round);
    await load;
    seen.acknowledged += ledger.acknowledgedEvents.size;
    if (hasProc) await until(`no process is left in ${folder}`, () => processesIn(folder).length === 0, 5_000);
    await expectSound(end);
  }
  await start();
  await expectAllWhole();
  expect((await stack.stop()).code).toBe(0);
  await expectSound('stopped');
  expect(ledger.flaws, `seed ${SEED}`).toEqual([]);
  const repeated = heard.lines() - heard.ids.size;
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  console.log(
    `${ROUNDS} kills in ${seconds} s, seed ${SEED}: ${seen.acknowledged} changes acknowledged, ${heard.ids.size} events heard, ` +
      `${repeated} of them twice; ${seen.orphans} files found after kills that nobody owned, and swept`,
  );
  expect(seen.acknowledged).toBeGreaterThan(ROUNDS);
});

test('what was half done is swept: with all objects and uploads gone, no file is left', async () => {
  await start();
  const client = ossClient(stack.ready, BUCKET);
  const { uploads = [] } = await client.listUploads({ 'max-uploads': 1000 }, {});
  for (const { name, uploadId } of uploads) await client.abortMultipartUpload(name, uploadId);
  await client.deleteMulti(
    ledger.keys.map(({ key }) => key),
    { quiet: true },
  );
  const versioned = ossClient(stack.ready, VERSIONED);
  for (const { key, versions } of ledger.versioned)
    for (const { versionId } of versions) await versioned.delete(key, { versionId } as never);
  await until('the files of what is gone are gone', () => filesIn(join(stateFolder, 'objects')).length === 0);
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
