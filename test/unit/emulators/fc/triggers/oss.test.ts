/** The native OSS trigger: which changes it means, what the handler gets, and that each is brought once. */
import { afterEach, describe, expect, test } from 'vitest';
import { ossTriggerEvent } from '../../../../../emulators/fc/triggers/oss.ts';
import { bucketOfSourceArn, isMeant, type OssTriggerConfig } from '../../../../../emulators/fc/triggers/oss-config.ts';
import { FACTS, type ObjectChanged } from '../../../../../src/ports/facts.ts';
import { type FcRoom, openFcRoom } from '../../../../support/fc-room.ts';

const CHANGE: ObjectChanged = {
  eventName: 'ObjectCreated:PutObject',
  bucket: 'testbucket',
  key: 'source/a.png',
  sizeBytes: 122539,
  deltaSizeBytes: 122539,
  etag: '688A7BF4F233DC9C88A80BF985AB7329',
  contentType: 'image/png',
  requestId: '58F9FF2D3DF792092E12044C',
  sourceIp: '140.205.128.221',
  principal: { type: 'account', accountId: '1234567890123456' },
  region: 'cn-hangzhou',
  accountId: '1234567890123456',
  at: Date.parse('2022-08-13T06:45:43.000Z'),
};
const RULE_ID = '9adac8e253828f4f7c0466d941fa3db81161e853';

test('the event is the one of the help page "OSS triggers"', () => {
  expect(ossTriggerEvent(CHANGE, RULE_ID)).toEqual({
    eventName: 'ObjectCreated:PutObject',
    eventSource: 'acs:oss',
    eventTime: '2022-08-13T06:45:43.000Z',
    eventVersion: '1.0',
    oss: {
      bucket: {
        arn: 'acs:oss:cn-hangzhou:1234567890123456:testbucket',
        name: 'testbucket',
        ownerIdentity: '1234567890123456',
        virtualBucket: '',
      },
      object: {
        deltaSize: 122539,
        eTag: '688A7BF4F233DC9C88A80BF985AB7329',
        key: 'source/a.png',
        size: 122539,
        objectMeta: { mimeType: 'image/png' },
      },
      ossSchemaVersion: '1.0',
      ruleId: RULE_ID,
    },
    region: 'cn-hangzhou',
    requestParameters: { sourceIPAddress: '140.205.128.221' },
    responseElements: { requestId: '58F9FF2D3DF792092E12044C' },
    userIdentity: { principalId: '1234567890123456' },
  });
});

test('the time is that of the whole second, as in every sample', () => {
  const event = ossTriggerEvent({ ...CHANGE, at: Date.parse('2022-08-13T06:45:43.987Z') }, RULE_ID);
  expect(event.eventTime).toBe('2022-08-13T06:45:43.000Z');
});

test('an append says where it began', () => {
  expect(ossTriggerEvent({ ...CHANGE, eventName: 'ObjectCreated:AppendObject', position: 7 }, RULE_ID)).toMatchObject({
    oss: { object: { position: 7 } },
  });
});

describe('a trigger', () => {
  const config = (events: string[], prefix = '', suffix = '') =>
    ({ events, filter: { key: { prefix, suffix } } }) as OssTriggerConfig;
  test.each([
    [config(['oss:ObjectCreated:*']), 'ObjectCreated:PutObject', 'a', true],
    [config(['oss:ObjectCreated:*']), 'ObjectRemoved:DeleteObject', 'a', false],
    [config(['oss:ObjectCreated:PutObject']), 'ObjectCreated:PutObject', 'a', true],
    [config(['oss:ObjectCreated:PutObject']), 'ObjectCreated:PutSymlink', 'a', false],
    [config(['oss:ObjectCreated:*'], 'in/', '.png'), 'ObjectCreated:PutObject', 'in/a.png', true],
    [config(['oss:ObjectCreated:*'], 'in/', '.png'), 'ObjectCreated:PutObject', 'out/a.png', false],
    [config(['oss:ObjectCreated:*'], 'in/', '.png'), 'ObjectCreated:PutObject', 'in/a.jpg', false],
    [config(['oss:ObjectCreated:*']), 'BucketCreated:PutBucket', undefined, false],
  ])('%j and %s of %s: %s', (trigger, eventName, key, wanted) => {
    expect(isMeant(trigger, { eventName, key })).toBe(wanted);
  });

  test.each([
    ['acs:oss:cn-beijing:123:upload-images', 'upload-images'],
    ['acs:oss:::b1x', 'b1x'],
    ['acs:oss:cn-beijing:123:', undefined],
    ['acs:mns:cn-beijing:123:b1x', undefined],
    ['upload-images', undefined],
    ['', undefined],
  ])('of source %j listens to %j', (arn, bucket) => {
    expect(bucketOfSourceArn(arn)).toBe(bucket);
  });
});

describe('in the room', () => {
  let room: FcRoom;
  afterEach(() => room.close());

  const change = (facts: Partial<ObjectChanged>) =>
    room.database.transact(() => room.outbox.append(FACTS.objectChanged, { ...CHANGE, ...facts }));
  const trigger = (triggerName: string, prefix: string) => ({
    triggerName,
    triggerType: 'oss',
    sourceArn: 'acs:oss:cn-beijing:1:testbucket',
    triggerConfig: { events: ['oss:ObjectCreated:*'], filter: { key: { prefix, suffix: '' } } },
  });

  test('one change is one call a trigger that means it', async () => {
    room = await openFcRoom();
    room.writeCode({ 'index.js': 'exports.handler = async (event) => JSON.parse(event).events[0].oss.object.key;' });
    await room.deploy({ f: { triggers: [trigger('all', ''), trigger('pictures', 'pics/')] }, g: {} });
    await change({ key: 'pics/1.png' });
    await change({ key: 'other.txt' });
    await change({ key: 'pics/2.png', bucket: 'another' });
    await change({ key: 'pics/3.png', eventName: 'ObjectRemoved:DeleteObject' });
    await room.atRest();
    const calls = room.fc.journal.list({}).map(({ functionName, result, cause, type }) => ({
      functionName,
      result,
      type,
      by: 'triggerName' in cause && cause.triggerName,
    }));
    expect(calls).toHaveLength(3);
    for (const [result, by] of [
      ['pics/1.png', 'all'],
      ['pics/1.png', 'pictures'],
      ['other.txt', 'all'],
    ])
      expect(calls).toContainEqual({ functionName: 'f', result, type: 'async', by });
  });

  test('a removed trigger hears nothing any more', async () => {
    room = await openFcRoom();
    room.writeCode({ 'index.js': 'exports.handler = async () => 1;' });
    await room.deploy({ f: { triggers: [trigger('all', '')] } });
    await room.deploy({ f: {} });
    await change({});
    await room.atRest();
    expect(room.fc.journal.list({})).toEqual([]);
  });

  test('a fact that is told again after a crash makes no second call', async () => {
    room = await openFcRoom();
    room.writeCode({ 'index.js': 'exports.handler = async () => 1;' });
    await room.deploy({ f: { triggers: [trigger('all', '')] } });
    await change({});
    await room.atRest();
    // What a crash would leave: the cursor as it stood before the fact.
    await room.database.transact(() => room.database.table<number>('outbox.cursors').put('fc.oss-trigger', 0));
    const { keptCalls, again } = { keptCalls: room.fc.journal.list({}), again: room };
    await again.fc.close();
    await again.outbox.close();
    await again.database.close();
    const folder = again.folder;
    room = await openFcRoom({ keptFolder: folder });
    await room.deploy({ f: { triggers: [trigger('all', '')] } });
    await room.atRest();
    expect(room.fc.journal.list({})).toEqual(keptCalls);
    expect(keptCalls).toHaveLength(1);
  });
});
