/** What a deploy keeps, tells and refuses. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TriggerChanged } from '../../../../../src/ports/facts.ts';
import { type FcRoom, openFcRoom, templateOf } from '../../../../support/fc-room.ts';

let room: FcRoom;
beforeEach(async () => {
  room = await openFcRoom({
    validateFilterPattern: (pattern) =>
      JSON.stringify(pattern).includes('bad')
        ? { ok: false, message: 'the pattern is bad' }
        : { ok: true, warnings: JSON.stringify(pattern).includes('odd') ? ['source: looks odd'] : [] },
  });
  room.writeCode({
    'index.js': 'exports.handler = async () => 1;',
    'other.mjs': 'export const handler = async () => 2;',
  });
});
afterEach(() => room.close());

const bridge = (pattern: unknown) => ({
  triggerName: 'eb',
  triggerType: 'eventbridge',
  triggerConfig: { asyncInvocationType: true, eventRuleFilterPattern: JSON.stringify(pattern) },
});

async function told(): Promise<TriggerChanged[]> {
  await room.atRest();
  const bodies = room.facts
    .filter(({ type }) => type === 'fc.trigger.changed')
    .map(({ body }) => body as TriggerChanged);
  room.facts.length = 0;
  return bodies;
}

describe('a deploy', () => {
  test('keeps new functions, and says which changed the next time', async () => {
    expect(await room.deploy({ a: {}, b: { handler: 'other.handler' } })).toMatchObject({
      changed: ['a', 'b'],
      removed: [],
      problems: [],
    });
    expect(await room.deploy({ a: {}, b: { handler: 'other.handler' } })).toMatchObject({ changed: [], removed: [] });
    expect(await room.deploy({ a: { timeout: 9 } })).toMatchObject({ changed: ['a'], removed: ['b'] });
    expect(room.fc.functions()).toMatchObject([
      { functionName: 'a', runtime: 'nodejs20', memoryMB: 512, triggers: [] },
    ]);
  });

  test('tells of a trigger once it is new, changed or gone, and of no other', async () => {
    await room.deploy({ a: { triggers: [bridge({ source: ['acs.oss'] })] } });
    expect(await told()).toEqual([
      {
        functionName: 'a',
        qualifier: 'LATEST',
        triggerName: 'eb',
        triggerType: 'eventbridge',
        config: { asyncInvocationType: true, eventRuleFilterPattern: '{"source":["acs.oss"]}' },
      },
    ]);
    await room.deploy({ a: { timeout: 9, triggers: [bridge({ source: ['acs.oss'] })] } });
    expect(await told()).toEqual([]);
    await room.deploy({ a: { triggers: [bridge({ source: ['acs.ecs'] })] } });
    expect(await told()).toMatchObject([{ config: { eventRuleFilterPattern: '{"source":["acs.ecs"]}' } }]);
    await room.deploy({ a: {} });
    expect(await told()).toMatchObject([{ triggerName: 'eb', config: undefined }]);
  });

  test('tells that the triggers of a removed function are gone', async () => {
    await room.deploy({ a: { triggers: [bridge({})] } });
    await told();
    await room.deploy({});
    expect(await told()).toMatchObject([{ functionName: 'a', triggerName: 'eb', config: undefined }]);
    expect(room.fc.functions()).toEqual([]);
  });

  test('warns of trigger types that will not fire, by name', async () => {
    const { warnings, problems } = await room.deploy({
      a: {
        triggers: [
          { triggerName: 't', triggerType: 'timer', triggerConfig: { cronExpression: '@every 1m', enable: true } },
        ],
      },
    });
    expect(problems).toEqual([]);
    expect(warnings).toEqual(['Trigger t of a: triggers of type timer are not served yet; it will not fire.']);
  });

  test('warns of an event source that will not fire, in either mode', async () => {
    const config = { eventSourceConfig: { eventSourceType: 'MNS' } };
    const streaming = { ...config, runOptions: { mode: 'event-streaming' } };
    const { warnings } = await room.deploy({
      a: {
        triggers: [
          { triggerName: 'q', triggerType: 'eventbridge', triggerConfig: config },
          { triggerName: 's', triggerType: 'eventbridge', triggerConfig: streaming },
        ],
      },
    });
    expect(warnings).toEqual([
      expect.stringContaining('Trigger q of a: event source MNS is not served yet'),
      expect.stringContaining('Trigger s of a: event source MNS is not served yet'),
    ]);
  });

  test.each([
    [{ CountBasedWindow: 10_000, TimeBasedWindow: 15 }, []],
    [{ CountBasedWindow: 10_001 }, [expect.stringContaining('CountBasedWindow')]],
    [{ TimeBasedWindow: 16 }, [expect.stringContaining('TimeBasedWindow')]],
  ])('takes a stream of events, and of windows those that are documented: %j', async (batchWindow, wanted) => {
    const triggerConfig = { runOptions: { mode: 'event-streaming', batchWindow } };
    const { problems, warnings } = await room.deploy({
      a: { triggers: [{ triggerName: 's', triggerType: 'eventbridge', triggerConfig }] },
    });
    expect([problems, warnings]).toEqual([wanted, []]);
  });

  test('refuses a bad event pattern and passes on what looks odd in a good one', async () => {
    expect((await room.deploy({ a: { triggers: [bridge({ source: ['bad'] })] } })).problems).toEqual([
      'Trigger eb of a: eventRuleFilterPattern: the pattern is bad',
    ]);
    expect(room.fc.functions()).toEqual([]);
    expect((await room.deploy({ a: { triggers: [bridge({ source: ['odd'] })] } })).warnings).toEqual([
      'Trigger eb of a: source: looks odd',
    ]);
  });

  test('refuses a handler whose file is missing in one sentence, and keeps nothing of it', async () => {
    await room.deploy({ a: {} });
    const { problems } = await room.deploy({ a: { timeout: 9 }, b: { handler: 'src/nowhere.handler' } });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(
      /^Function b: handler "src\/nowhere.handler" wants the file .*\/code\/src\/nowhere\.js \(or \.mjs, \.cjs\), which does not exist\.$/,
    );
    expect(room.fc.functions().map(({ functionName }) => functionName)).toEqual(['a']);
  });

  test.each([
    [{ code: './nowhere' }, 'does not exist'],
    [{ handler: 'handler' }, 'names no file'],
  ])('refuses %j', async (props, wanted) => {
    expect((await room.deploy({ a: props })).problems.join()).toContain(wanted);
  });

  test('of a broken template keeps what was', async () => {
    await room.deploy({ a: {} });
    const report = await room.fc.deploy([{ path: 's.yaml', text: 'edition: [', folder: room.folder }], () => undefined);
    expect(report.problems.join()).toContain('s.yaml:1:');
    expect(room.fc.functions()).toHaveLength(1);
  });

  test('of one template leaves another alone only when told', async () => {
    const template = (path: string, name: string) => ({ path, text: templateOf({ [name]: {} }), folder: room.folder });
    const none = () => undefined;
    await room.fc.deploy([template('one', 'a'), template('two', 'b')], none);
    await room.fc.deploy([template('two', 'c')], none, { keepOthers: true });
    expect(room.fc.functions().map(({ functionName }) => functionName)).toEqual(['a', 'c']);
    await room.fc.deploy([template('two', 'c')], none);
    expect(room.fc.functions().map(({ functionName }) => functionName)).toEqual(['c']);
    expect((await room.fc.deploy([template('one', 'a'), template('two', 'a')], none)).problems).toEqual([
      'Function a is in two templates: one and two.',
    ]);
  });

  test('for another region says so', async () => {
    expect((await room.deploy({ a: { region: 'cn-hangzhou' } })).warnings.join()).toContain('written for cn-hangzhou');
  });
});
