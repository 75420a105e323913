/** Triggers by API: what is kept and told, what a deploy leaves of them, and what is refused. */
import * as chance from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TRIGGER_CONFIG_CHARS_MAX, TRIGGER_CONFIG_DEPTH_MAX } from '../../../../../emulators/fc/limits.ts';
import { readConfigText } from '../../../../../emulators/fc/service/trigger-config-text.ts';
import { createTriggers, type TriggerInput, type Triggers } from '../../../../../emulators/fc/service/triggers.ts';
import { type FunctionStore, openFunctionStore } from '../../../../../emulators/fc/store/function-store.ts';
import { createIds } from '../../../../../src/kernel/ids.ts';
import type { TriggerChanged } from '../../../../../src/ports/facts.ts';
import { type FcRoom, openFcRoom } from '../../../../support/fc-room.ts';

let room: FcRoom;
let store: FunctionStore;
let triggers: Triggers;
beforeEach(async () => {
  room = await openFcRoom({ clockMode: 'virtual' });
  room.writeCode({ 'index.js': 'exports.handler = async () => 1;' });
  expect((await room.deploy({ f: { triggers: [ofTemplate] } })).problems).toEqual([]);
  ({ store, triggers } = open());
  await told();
});
afterEach(() => room.close());

const ofTemplate = { triggerName: 'written', triggerType: 'eventbridge', triggerConfig: {} };
const PATTERN = '{"source":["acs.oss"]}';

function open() {
  const { clock, database, outbox } = room;
  const functions = openFunctionStore(database);
  const validateFilterPattern = (pattern: unknown) =>
    JSON.stringify(pattern).includes('bad')
      ? ({ ok: false, message: 'the pattern is bad' } as const)
      : ({ ok: true, warnings: [] } as const);
  const needs = { clock, database, outbox, store: functions, validateFilterPattern };
  return { store: functions, triggers: createTriggers({ ...needs, ids: createIds(clock), onChanged: outbox.heard }) };
}

function input(more: Partial<TriggerInput> = {}): TriggerInput {
  const unset = { sourceArn: undefined, invocationRole: undefined, description: '' };
  const triggerConfig = JSON.stringify({ eventRuleFilterPattern: PATTERN }, null, 1);
  const name = { functionName: 'f', triggerName: 'made', triggerType: 'eventbridge', qualifier: 'LATEST' };
  return { ...unset, ...name, triggerConfig, ...more };
}

const change = {
  ...{ functionName: 'f', triggerName: 'made', triggerConfig: undefined },
  ...{ qualifier: undefined, description: undefined, invocationRole: undefined },
};

async function told(): Promise<unknown[]> {
  await room.outbox.heard();
  const facts = room.facts.splice(0).filter(({ type }) => type === 'fc.trigger.changed');
  return facts.map(({ body }) => [(body as TriggerChanged).triggerName, (body as TriggerChanged).config]);
}

const names = () => store.triggersOf('f').map(({ triggerName }) => triggerName);

describe('a trigger made by API', () => {
  test('is told like one of a template, and keeps the text it was sent as', async () => {
    const made = await triggers.create(input());
    expect(made).toMatchObject({ triggerName: 'made', isServed: true, configText: input().triggerConfig });
    expect(await told()).toEqual([['made', { eventRuleFilterPattern: PATTERN }]]);
  });

  test('stays when the template is deployed again, with or without changes', async () => {
    await triggers.create(input());
    await told();
    expect(await room.deploy({ f: { triggers: [ofTemplate] } })).toMatchObject({ changed: [], changes: [] });
    await room.deploy({ f: { timeout: 9 } });
    expect(names()).toEqual(['made']);
    expect(await told()).toEqual([['written', undefined]]);
  });

  test('becomes the template’s when the template names it, and goes with it then', async () => {
    await triggers.create(input());
    await room.deploy({ f: { triggers: [{ ...ofTemplate, triggerName: 'made' }] } });
    expect(store.trigger('f', 'made')?.triggerConfig).toEqual({});
    expect(store.trigger('f', 'made')?.configText).toBeUndefined();
    await room.deploy({ f: {} });
    expect(names()).toEqual([]);
  });

  test('goes with its function', async () => {
    await triggers.create(input());
    await told();
    await room.deploy({ g: {} });
    expect(await told()).toEqual([
      ['made', undefined],
      ['written', undefined],
    ]);
  });

  test('is there when the state is opened again', async () => {
    const made = await triggers.create(input());
    expect(open().store.trigger('f', 'made')).toEqual(made);
  });

  test('is made once, by whichever of two calls comes first', async () => {
    const both = await Promise.allSettled([triggers.create(input()), triggers.create(input())]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(triggers.create(input())).rejects.toMatchObject({ code: 'TriggerAlreadyExists' });
  });

  test('is one of fifty at most, those of the template among them, which may then have no more either', async () => {
    for (let i = 1; i < 50; i++) await triggers.create(input({ triggerName: `t${i}` }));
    await expect(triggers.create(input())).rejects.toMatchObject({ code: 'LimitExceeded' });
    const another = { ...ofTemplate, triggerName: 'more' };
    const { problems } = await room.deploy({ f: { triggers: [ofTemplate, another] } });
    expect(problems).toEqual(['Function f would have 51 triggers, 49 of them made by CreateTrigger; it may have 50.']);
    expect((await room.deploy({ f: { triggers: [ofTemplate] } })).problems).toEqual([]);
  });

  test('tells nothing when the change of it fails', async () => {
    await expect(triggers.create(input({ triggerConfig: '{' }))).rejects.toThrow();
    await expect(triggers.update({ ...change, triggerConfig: '{}' })).rejects.toMatchObject({
      code: 'TriggerNotFound',
    });
    expect(await told()).toEqual([]);
  });
});

describe('an update', () => {
  test('leaves what is not sent, and the time of the making', async () => {
    const made = await triggers.create(input({ description: 'first', invocationRole: 'acs:ram::1:role/r' }));
    await room.clock.advanceTo(room.clock.nowMs() + 5000, async () => {});
    const updated = await triggers.update({ ...change, triggerConfig: '{"triggerEnable": false}' });
    expect(updated).toEqual({
      ...made,
      ...{ triggerConfig: { triggerEnable: false }, configText: '{"triggerEnable": false}' },
      lastModifiedAtMs: made.createdAtMs + 5000,
    });
    const described = await triggers.update({ ...change, description: 'second' });
    expect(described).toMatchObject({ description: 'second', configText: '{"triggerEnable": false}' });
  });

  test('of a template’s trigger holds until the template is deployed again', async () => {
    await triggers.update({ ...change, triggerName: 'written', triggerConfig: '{"triggerEnable":false}' });
    await told();
    await room.deploy({ f: { triggers: [ofTemplate] } });
    expect(await told()).toEqual([['written', {}]]);
  });

  test('does not change the type of the event source, as the SDK says', async () => {
    await triggers.create(input());
    const triggerConfig = '{"eventSourceConfig":{"eventSourceType":"Kafka"}}';
    const updated = await triggers.update({ ...change, triggerConfig });
    expect(updated.configText).toBe('{"eventSourceConfig":{"eventSourceType":"Default"}}');
  });
});

describe('what can’t be a trigger', () => {
  test.each<[string, Partial<TriggerInput>, { code: string }]>([
    ['a function that is not there', { functionName: 'nobody' }, { code: 'FunctionNotFound' }],
    ['a version', { qualifier: '3' }, { code: 'VersionNotFound' }],
    ['an alias', { qualifier: 'prod' }, { code: 'AliasNotFound' }],
    ['a type that does not fire here', { triggerType: 'timer' }, { code: 'NotImplemented' }],
    ['an oss trigger of no bucket', { triggerType: 'oss' }, { code: 'InvalidArgument' }],
    ['text that is no JSON', { triggerConfig: '{' }, { code: 'InvalidArgument' }],
    ['JSON that is no object', { triggerConfig: '[]' }, { code: 'InvalidArgument' }],
    ['a key nobody knows', { triggerConfig: '{"triggerEnabled":true}' }, { code: 'InvalidArgument' }],
    ['a bad pattern', { triggerConfig: '{"eventRuleFilterPattern":"[\\"bad\\"]"}' }, { code: 'InvalidArgument' }],
    [
      'an event source that is not served',
      { triggerConfig: '{"eventSourceConfig":{"eventSourceType":"DTS"}}' },
      { code: 'NotImplemented' },
    ],
  ])('%s is refused', async (_what, more, refusal) => {
    await expect(triggers.create(input(more))).rejects.toMatchObject(refusal);
    expect(names()).toEqual(['written']);
  });

  test('whatever text comes, the answer is a trigger or a refusal, and a refused one leaves nothing', async () => {
    const keys = ['triggerEnable', 'eventRuleFilterPattern', 'eventSourceConfig', 'runOptions', '__proto__', 'events'];
    const texts = chance.oneof(
      chance.string(),
      chance.json(),
      chance.dictionary(chance.constantFrom(...keys), chance.jsonValue()).map((value) => JSON.stringify(value)),
    );
    const types = chance.constantFrom('eventbridge', 'oss');
    await chance.assert(
      chance.asyncProperty(texts, types, async (triggerConfig, triggerType) => {
        const sourceArn = 'acs:oss:cn-beijing:1:photos';
        const made = await triggers
          .create(input({ triggerConfig, triggerType, sourceArn }))
          .catch(({ code }: { code: string }) => code);
        if (typeof made === 'string') expect(['InvalidArgument', 'NotImplemented']).toContain(made);
        else {
          expect(made.configText).toBe(triggerConfig);
          await triggers.delete(made);
        }
        expect(names()).toEqual(['written']);
      }),
      { numRuns: 200 },
    );
  });

  test('text at the limits is read, and one past them is not', () => {
    const long = (chars: number) => `{"a":"${'x'.repeat(chars - 8)}"}`;
    expect(readConfigText(long(TRIGGER_CONFIG_CHARS_MAX)).text).toHaveLength(TRIGGER_CONFIG_CHARS_MAX);
    expect(() => readConfigText(long(TRIGGER_CONFIG_CHARS_MAX + 1))).toThrow('InvalidArgument');
    const deep = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    expect(readConfigText(deep(TRIGGER_CONFIG_DEPTH_MAX)).config).toHaveProperty('a');
    expect(() => readConfigText(deep(TRIGGER_CONFIG_DEPTH_MAX + 1))).toThrow('InvalidArgument');
    // Brackets inside of strings are no nesting.
    expect(readConfigText(JSON.stringify({ a: '["{\\'.repeat(200) })).config).toHaveProperty('a');
    expect(() => readConfigText('['.repeat(60_000))).toThrow('InvalidArgument');
  });
});
