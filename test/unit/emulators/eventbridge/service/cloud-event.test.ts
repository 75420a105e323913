/** The events of OSS on the bus, to the letter. */
import { describe, expect, test } from 'vitest';
import { buildOssEvent, isBusEvent } from '../../../../../emulators/eventbridge/service/cloud-event.ts';
import type { ObjectChanged } from '../../../../../src/ports/facts.ts';
import { temporaryFolder } from '../../../../support/temporary-folder.ts';
import { ACCOUNT, objectChanged, openRoom, REGION, START_MS, triggerConfig } from '../room.ts';

const ARN = `acs:oss:${REGION}:${ACCOUNT}`;

/** DataWorks help page on OSS event triggers, with the masked ids filled in. */
const DOCUMENTED = {
  id: '69B1000000000000000000C0',
  source: 'acs.oss',
  specversion: '1.0',
  type: 'oss:ObjectCreated:PostObject',
  datacontenttype: 'application/json;charset=utf-8',
  subject: `${ARN}:my-bucket/input/a.csv`,
  time: '2026-03-11T05:40:45.000Z',
  aliyunaccountid: ACCOUNT,
  aliyunoriginalaccountid: ACCOUNT,
  aliyunpublishtime: '2026-03-11T05:40:45.682Z',
  aliyuneventbusname: 'default',
  aliyunregionid: REGION,
  data: {
    region: REGION,
    eventVersion: '1.0',
    eventSource: 'acs:oss',
    eventName: 'ObjectCreated:PostObject',
    eventTime: '2026-03-11T05:40:45.000Z',
    requestParameters: { sourceIPAddress: '127.0.0.1' },
    userIdentity: { principalId: ACCOUNT },
    responseElements: { requestId: '69B1000000000000000000C0' },
    oss: {
      bucket: { name: 'my-bucket', arn: `${ARN}:my-bucket`, virtualBucket: '', ownerIdentity: ACCOUNT },
      ossSchemaVersion: '1.0',
      object: {
        size: 59537,
        objectMeta: { mimeType: 'text/csv' },
        deltaSize: 0,
        eTag: '63A1E3C1B5A5D0C1F7A9C7C4E2F00032',
        key: 'input/a.csv',
      },
    },
  },
};

function build(change: Partial<ObjectChanged>, eventShape: 'documented' | 'article' = 'documented') {
  return buildOssEvent(objectChanged(change), { bus: 'default', publishedAtMs: START_MS, eventShape });
}

describe('the documented shape', () => {
  test('equals the sample of the documentation, letter by letter', () => {
    const event = build({ eventName: 'ObjectCreated:PostObject', deltaSizeBytes: 0 });
    expect(JSON.stringify(event)).toBe(JSON.stringify(DOCUMENTED));
  });

  test('an append tells its position', () => {
    const event = build({ eventName: 'ObjectCreated:AppendObject', position: 1024 });
    expect(event.data.oss).toMatchObject({ object: { position: 1024 } });
  });

  test('a delete tells what is gone: its size as negative delta, no ETag, no type', () => {
    const change = { eventName: 'ObjectRemoved:DeleteObject', sizeBytes: 7, deltaSizeBytes: -7, etag: '' };
    const event = build({ ...change, contentType: undefined });
    expect(event.type).toBe('oss:ObjectRemoved:DeleteObject');
    expect(event.data.oss).toMatchObject({
      object: { size: 7, deltaSize: -7, eTag: '', objectMeta: {}, key: 'input/a.csv' },
    });
  });

  test('a bucket event has the bucket as its subject and no object', () => {
    const event = build({ eventName: 'BucketCreated:PutBucket', key: undefined });
    expect(event.subject).toBe(`${ARN}:my-bucket`);
    expect(event.data.oss).not.toHaveProperty('object');
  });

  test('a key stands as it is: no escapes, no lost characters', () => {
    const key = '照片/a b+c%20&"é\u{1F600}.jpg';
    const event = build({ key });
    expect(event.subject).toBe(`${ARN}:my-bucket/${key}`);
    expect(event.data.oss).toMatchObject({ object: { key } });
  });

  test.each<[who: ObjectChanged['principal'], id: string]>([
    [{ type: 'anonymous' }, ''],
    [{ type: 'account', accountId: '77' }, '77'],
    [{ type: 'user', accountId: '77', userName: 'u', userId: '2001', arn: 'acs:ram::77:user/u' }, '2001'],
    [
      {
        type: 'role',
        accountId: '77',
        roleName: 'r',
        roleId: '3001',
        sessionName: 's',
        arn: 'acs:ram::77:role/r/s',
        accessKeyId: 'STS.x',
      },
      '3001:s',
    ],
  ])('the principal %o is known as "%s"', (principal, principalId) => {
    expect(build({ principal }).data.userIdentity).toEqual({ principalId });
  });
});

describe('the article shape', () => {
  test('adds the short paths and keeps the documented ones', () => {
    const event = build({}, 'article');
    expect(event.data.bucket).toEqual({ name: 'my-bucket' });
    expect(event.data.object).toEqual({ key: 'input/a.csv', size: 59537, eTag: '63A1E3C1B5A5D0C1F7A9C7C4E2F00032' });
    expect(event.data.oss).toEqual(build({}).data.oss);
  });

  test('a bucket event has a short bucket only', () => {
    const event = build({ eventName: 'BucketRemoved:DeleteBucket', key: undefined }, 'article');
    expect(event.data.bucket).toEqual({ name: 'my-bucket' });
    expect(event.data).not.toHaveProperty('object');
  });
});

describe('which changes become events', () => {
  test.each([
    'ObjectCreated:PutObject',
    'ObjectCreated:UploadPart',
    'ObjectRemoved:DeleteObjects',
    'BucketCreated:PutBucket',
  ])('%s does', (name) => expect(isBusEvent(name)).toBe(true));

  // Known to SMQ notifications or to FC's native trigger only.
  test.each([
    'ObjectDownloaded:GetObject',
    'ObjectModified:ChangeStorageClass',
    'ObjectModified:UpdateObjectMeta',
    'ObjectCreated:*',
    '',
  ])('%s does not', async (eventName) => {
    const room = openRoom();
    await room.change({ eventName });
    expect(room.bridge.history.list({})).toEqual([]);
  });
});

test('the deletes of one request are told apart by an index after the request id', async () => {
  const room = openRoom();
  const gone = { eventName: 'ObjectRemoved:DeleteObjects', requestId: 'REQ' };
  await room.change({ ...gone, key: 'a' }, { ...gone, key: 'b', nth: 1 }, { ...gone, key: 'c', nth: 2 });
  const ids = room.bridge.history.list({}).map(({ id }) => id);
  expect(ids).toEqual(['REQ-2', 'REQ-1', 'REQ']);
});

describe('kept as what it was made from', () => {
  const VARIABLES = { 'x:uid': 'ü1' };
  const ROLE = {
    type: 'role',
    accountId: ACCOUNT,
    ...{ roleName: 'worker', roleId: '300000000000000001', sessionName: 's' },
    arn: `acs:ram::${ACCOUNT}:role/worker/s`,
    accessKeyId: 'STS.key',
  } as const;

  test.each([
    ['an upload', {}],
    ['a bucket', { eventName: 'BucketCreated:PutBucket', key: undefined }],
    ['an append', { eventName: 'ObjectCreated:AppendObject', position: 7, variables: VARIABLES }],
    ['the third of one call', { nth: 2 }],
    ['one by a role', { principal: ROLE }],
  ])('%s reads to the letter as it was published, also after a restart with another shape', async (_name, change) => {
    const folder = temporaryFolder();
    const room = openRoom({ folder, eventShape: 'article' });
    await room.trigger(triggerConfig({ eventRuleFilterPattern: '{}' }));
    await room.change(change);
    const published = room.functions.calls.map(({ payload }) => Buffer.from(payload).toString());
    const { event } = room.onlyTrace();
    expect(event).toEqual(JSON.parse(JSON.stringify(build(change, 'article'))));
    await room.crash();

    const again = openRoom({ folder, eventShape: 'documented' });
    const { id, ...summary } = again.bridge.history.list({})[0] ?? expect.fail('The event is gone.');
    expect(again.bridge.history.show(id)?.event).toEqual(event);
    expect(summary).toMatchObject({ source: event.source, type: event.type, subject: event.subject });
    await again.bridge.history.replay(id);
    await again.settle();
    const replayed = JSON.parse(Buffer.from(again.functions.calls[0]?.payload ?? []).toString());
    const { localyunreplayof, ...rest } = replayed;
    expect(localyunreplayof).toBe(id);
    for (const text of published) expect(JSON.parse(text)).toEqual(event);
    expect({ ...rest, id, aliyunpublishtime: event.aliyunpublishtime }).toEqual(event);
  });
});
