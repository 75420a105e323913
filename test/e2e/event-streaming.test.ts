/** A trigger in mode event-streaming: uploads reach the function as arrays, each in one of them, also over a kill -9. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { admin, ossClient, settle } from '../support/clients.ts';
import { until } from '../support/processes.ts';
import { type RunningCli, startCli } from '../support/start-cli.ts';
import { uploadTrigger, writeProject } from '../support/template.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const require = createRequire(import.meta.url);
const fc = require('@alicloud/fc20230330') as typeof import('@alicloud/fc20230330');
const { Config } = require('@alicloud/openapi-client') as typeof import('@alicloud/openapi-client');

const BUCKET = 'photos';
const COUNT = 3;
const SECONDS = 2;
const SETTLE_MS = 20_000;

/** One line a call, written in one go; while a file of this name is there, it never ends. */
const LISTENER = `const fs = require('fs');
exports.handler = async (event) => {
  const batch = JSON.parse(event);
  fs.appendFileSync(process.env.HEARD, JSON.stringify(batch.map(({ data }) => data.oss.object.key)) + '\\n');
  while (fs.existsSync(process.env.GATE)) await new Promise((resolve) => setTimeout(resolve, 5));
};`;

const folder = temporaryFolder();
const heardPath = join(folder, 'heard');
const gatePath = join(folder, 'gate');
let stack: RunningCli;

beforeAll(async () => {
  const trigger = uploadTrigger(BUCKET);
  const runOptions = {
    mode: 'event-streaming',
    errorsTolerance: 'ALL',
    batchWindow: { CountBasedWindow: COUNT, TimeBasedWindow: SECONDS },
  };
  const triggerConfig = { ...(trigger.triggerConfig as object), asyncInvocationType: false, runOptions };
  const props = {
    triggers: [{ ...trigger, triggerConfig }],
    environmentVariables: { HEARD: heardPath, GATE: gatePath },
    timeout: 60,
  };
  const functions = { listener: { code: { 'index.js': LISTENER }, props } };
  writeProject({ functions, settings: { buckets: [{ name: BUCKET }] } }, folder);
  await start();
});
afterAll(async () => void (await stack?.stop()));

async function start(): Promise<void> {
  const flags = ['--data-dir', 'state', '--template', 's.yaml', '--cold-start', 'off', '--no-watch'];
  stack = await startCli(flags, { cwd: folder });
}

async function upload(...keys: string[]): Promise<void> {
  for (const key of keys) await ossClient(stack.ready, BUCKET).put(key, Buffer.from(key));
}

/** The keys of each call. */
function heard(): string[][] {
  if (!existsSync(heardPath)) return [];
  const lines = readFileSync(heardPath, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as string[]);
}

test('three go at once, the fourth when its window closes, and settled waits for it', async () => {
  await upload('a', 'b', 'c', 'd');
  await settle(stack, SETTLE_MS);
  expect(heard()).toEqual([['a', 'b', 'c'], ['d']]);
  const [last] = (await admin<{ id: string }[]>(stack.endpoint, 'events?limit=1')).body;
  const { body } = await admin<{ deliveries: { attempts: unknown[] }[] }>(stack.endpoint, `events/${last?.id}`);
  expect(body.deliveries[0]?.attempts).toMatchObject([{ ok: true, batch: { size: 1, position: 1 } }]);
});

test('a trigger made by API takes events in batches too, and a window that is none is refused', async () => {
  const { accessKeyId, accessKeySecret, region: regionId } = stack.ready;
  const endpoint = new URL(stack.endpoint).host;
  const functions = new fc.default(
    new Config({ accessKeyId, accessKeySecret, regionId, endpoint, protocol: 'http' }) as never,
  );
  const create = (batchWindow: Record<string, number>) => {
    const ofMore = { oss: { bucket: { name: ['more'] } } };
    const eventRuleFilterPattern = JSON.stringify({ type: ['oss:ObjectCreated:PutObject'], data: ofMore });
    const triggerConfig = JSON.stringify({
      eventRuleFilterPattern,
      runOptions: { mode: 'event-streaming', batchWindow },
    });
    const body = new fc.CreateTriggerInput({ triggerName: 'made', triggerType: 'eventbridge', triggerConfig });
    return functions.createTrigger('listener', new fc.CreateTriggerRequest({ body }));
  };
  await expect(create({ CountBasedWindow: 10_001 })).rejects.toThrow(/CountBasedWindow/);
  await create({ CountBasedWindow: 2, TimeBasedWindow: 15 });
  await ossClient(stack.ready).putBucket('more');
  const before = heard().length;
  for (const key of ['x', 'y']) await ossClient(stack.ready, 'more').put(key, Buffer.from(key));
  await settle(stack, SETTLE_MS);
  expect(heard().slice(before)).toEqual([['x', 'y']]);
});

test('a window that was open when the stack was killed closes after the next start', async () => {
  const before = heard().length;
  await upload('e', 'f');
  await stack.kill();
  await start();
  await settle(stack, SETTLE_MS);
  expect(heard().slice(before)).toEqual([['e', 'f']]);
});

test('a batch that was running when the stack was killed comes again', async () => {
  const before = heard().length;
  writeFileSync(gatePath, '');
  await upload('g', 'h', 'i');
  await until('the function is called', () => heard().length === before + 1);
  await stack.kill();
  rmSync(gatePath);
  await start();
  await settle(stack, SETTLE_MS);
  expect(heard().slice(before)).toEqual([
    ['g', 'h', 'i'],
    ['g', 'h', 'i'],
  ]);
});
