/** Triggers that a client makes: an upload runs the function, a rule shows it, and a restart keeps it. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Stack, startStack } from '../../src/index.ts';
import { factsOf, ossClient, type StackFacts } from '../support/clients.ts';
import { startCli } from '../support/start-cli.ts';
import { writeProject } from '../support/template.ts';

const require = createRequire(import.meta.url);
const fc = require('@alicloud/fc20230330') as typeof import('@alicloud/fc20230330');
const bridge = require('@alicloud/eventbridge') as typeof import('@alicloud/eventbridge');
const { Config } = require('@alicloud/openapi-client') as typeof import('@alicloud/openapi-client');

const PATTERN = { source: ['acs.oss'], type: ['oss:ObjectCreated:PutObject'] };

function configOf(triggerEnable: boolean): string {
  const eventSourceConfig = { eventSourceType: 'Default' };
  const eventRuleFilterPattern = JSON.stringify(PATTERN);
  return JSON.stringify({ triggerEnable, asyncInvocationType: true, eventRuleFilterPattern, eventSourceConfig });
}

const clients = (stack: Stack) => clientsOf(factsOf(stack));

function clientsOf(facts: StackFacts) {
  const { accessKeyId, accessKeySecret, endpoint, region } = facts;
  const host = new URL(endpoint).host;
  const keys = { accessKeyId, accessKeySecret, endpoint: host };
  return {
    functions: new fc.default(new Config({ ...keys, protocol: 'http', regionId: region }) as never),
    buses: new bridge.default(new bridge.Config(keys)),
    objects: ossClient(facts, 'photos'),
  };
}

const rules = (stack: Stack) => rulesOf(factsOf(stack));

async function rulesOf(facts: StackFacts): Promise<unknown[]> {
  const { buses } = clientsOf(facts);
  const page = await buses.listRules(new bridge.ListRulesRequest({ eventBusName: 'default', limit: 10 }));
  return (page.rules ?? []).map(({ ruleName, status, filterPattern }) => ({ ruleName, status, filterPattern }));
}

async function runsAfter(stack: Stack, key: string): Promise<string[]> {
  await clients(stack).objects.put(key, Buffer.from('x'));
  await stack.settled();
  const ran = stack.invocations.list({ limit: 100 }).filter(({ event }) => event.includes(`/${key}"`));
  return ran.map(({ functionName, state }) => `${functionName} ${state}`);
}

test('an event trigger made by API fires, is a rule, outlives a restart, and ends when it is told to', async () => {
  const folder = writeProject({
    functions: { seen: { code: { 'index.js': 'exports.handler = async () => "seen";' } } },
    settings: { buckets: [{ name: 'photos' }] },
  });
  const start = () => startStack({ template: join(folder, 's.yaml'), dataDir: join(folder, 'state') });
  const first = await start();
  const body = new fc.CreateTriggerInput({
    ...{ triggerName: 'made', triggerType: 'eventbridge', triggerConfig: configOf(true) },
  });
  await clients(first).functions.createTrigger('seen', new fc.CreateTriggerRequest({ body }));
  const rule = { ruleName: 'seen-made', status: 'ENABLE', filterPattern: JSON.stringify(PATTERN) };
  expect(await rules(first)).toEqual([rule]);
  expect(await runsAfter(first, 'one.png')).toEqual(['seen succeeded']);
  await first.close();

  const second = await start();
  const { functions } = clients(second);
  expect((await functions.getTrigger('seen', 'made')).body?.triggerConfig).toBe(configOf(true));
  expect(await rules(second)).toEqual([rule]);
  expect(await runsAfter(second, 'two.png')).toEqual(['seen succeeded']);

  const disabled = new fc.UpdateTriggerInput({ triggerConfig: configOf(false) });
  await functions.updateTrigger('seen', 'made', new fc.UpdateTriggerRequest({ body: disabled }));
  expect(await rules(second)).toEqual([{ ...rule, status: 'DISABLE' }]);
  expect(await runsAfter(second, 'three.png')).toEqual([]);

  await functions.deleteTrigger('seen', 'made');
  expect(await rules(second)).toEqual([]);
  await second.close();
});

test('an oss trigger made by API fires with the native event until it is deleted', async () => {
  const folder = writeProject({
    functions: { seen: { code: { 'index.js': 'exports.handler = async (event) => event;' } } },
    settings: { buckets: [{ name: 'photos' }] },
  });
  await using stack = await startStack({ template: join(folder, 's.yaml') });
  const { functions, objects } = clients(stack);
  const body = new fc.CreateTriggerInput({
    ...{ triggerName: 'native', triggerType: 'oss', sourceArn: `acs:oss:cn-beijing:${stack.accountId}:photos` },
    triggerConfig: '{"events":["oss:ObjectCreated:*"],"filter":{"key":{"prefix":"in/"}}}',
  });
  await functions.createTrigger('seen', new fc.CreateTriggerRequest({ body }));
  await objects.put('in/a.png', Buffer.from('x'));
  await objects.put('out/a.png', Buffer.from('x'));
  await stack.settled();
  expect(stack.invocations.list({ limit: 10 }).map(({ event }) => JSON.parse(event).events[0].oss.object.key)).toEqual([
    'in/a.png',
  ]);
  await functions.deleteTrigger('seen', 'native');
  await objects.put('in/b.png', Buffer.from('x'));
  await stack.settled();
  expect(stack.invocations.list({ limit: 10 })).toHaveLength(1);
});

test('a trigger is changed between single events and batches, and each rule goes with what made it', async () => {
  const folder = writeProject({
    functions: { seen: { code: { 'index.js': 'exports.handler = async () => 1;' } } },
    settings: { buckets: [{ name: 'photos' }] },
  });
  await using stack = await startStack({ template: join(folder, 's.yaml') });
  const { functions, objects } = clients(stack);
  const config = (mode: string) =>
    JSON.stringify({
      ...JSON.parse(configOf(true)),
      runOptions: { mode, batchWindow: { CountBasedWindow: 1, TimeBasedWindow: 0 } },
    });
  const of = { triggerName: 'made', triggerType: 'eventbridge' };
  const body = new fc.CreateTriggerInput({ ...of, triggerConfig: config('event-streaming') });
  await functions.createTrigger('seen', new fc.CreateTriggerRequest({ body }));
  const arrived = async (key: string) => {
    await objects.put(key, Buffer.from('x'));
    await stack.settled();
    return stack.invocations
      .list({ limit: 100 })
      .map(({ event }) => JSON.parse(event))
      .filter((event) => JSON.stringify(event).includes(`/${key}"`))
      .map((event) => (Array.isArray(event) ? 'a batch' : 'an event'));
  };
  expect(await arrived('one')).toEqual(['a batch']);

  for (const [mode, key, form] of [
    ['event-driven', 'two', 'an event'],
    ['event-streaming', 'three', 'a batch'],
  ] as const) {
    const changed = new fc.UpdateTriggerInput({ triggerConfig: config(mode) });
    await functions.updateTrigger('seen', 'made', new fc.UpdateTriggerRequest({ body: changed }));
    expect(await arrived(key)).toEqual([form]);
  }
  await functions.deleteTrigger('seen', 'made');
  expect(await rules(stack)).toEqual([]);
  expect(await arrived('four')).toEqual([]);
});

test('a trigger is there after a kill that followed its answer, and gone after one that followed its deletion', async () => {
  const folder = writeProject({
    functions: { seen: { code: { 'index.js': 'exports.handler = async () => 1;' } } },
  });
  const start = async () => {
    const cli = await startCli([
      '--template',
      join(folder, 's.yaml'),
      '--data-dir',
      join(folder, 'state'),
      '--no-watch',
    ]);
    const { region, accessKeyId, accessKeySecret } = cli.ready;
    return { cli, facts: { endpoint: cli.endpoint, region, accessKeyId, accessKeySecret } };
  };
  const first = await start();
  const body = new fc.CreateTriggerInput({
    ...{ triggerName: 'made', triggerType: 'eventbridge', triggerConfig: configOf(true) },
  });
  await clientsOf(first.facts).functions.createTrigger('seen', new fc.CreateTriggerRequest({ body }));
  await first.cli.kill();

  const second = await start();
  const { functions } = clientsOf(second.facts);
  expect((await functions.getTrigger('seen', 'made')).body?.triggerConfig).toBe(configOf(true));
  expect(await rulesOf(second.facts)).toHaveLength(1);
  await functions.deleteTrigger('seen', 'made');
  await second.cli.kill();

  const third = await start();
  const gone = { code: 'TriggerNotFound' };
  await expect(clientsOf(third.facts).functions.getTrigger('seen', 'made')).rejects.toMatchObject(gone);
  expect(await rulesOf(third.facts)).toEqual([]);
  await third.cli.stop();
});
