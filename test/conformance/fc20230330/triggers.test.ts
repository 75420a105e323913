/** CreateTrigger, UpdateTrigger and DeleteTrigger as the official Node SDK calls them. */
import { createRequire } from 'node:module';
import { Config } from '@alicloud/openapi-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FcRoom, KEY, openFcRoom, REGION } from '../../support/fc-room.ts';

// CommonJS with a `default`: an import statement would see another shape under every loader.
const sdk = createRequire(import.meta.url)('@alicloud/fc20230330') as typeof import('@alicloud/fc20230330');

let room: FcRoom;
let client: InstanceType<typeof sdk.default>;
beforeAll(async () => {
  room = await openFcRoom();
  room.writeCode({ 'index.js': 'exports.handler = async () => 1;' });
  expect((await room.deploy({ f: {} })).problems).toEqual([]);
  const { endpoint } = await room.serve();
  client = new sdk.default(new Config({ ...KEY, endpoint, protocol: 'http', regionId: REGION }) as never);
});
afterAll(() => room.close());

const SOURCE = '"eventSourceConfig": {"eventSourceType":"Default"}';
const CONFIG = `{ "triggerEnable": true,\n  "eventRuleFilterPattern": "{\\"source\\":[\\"acs.oss\\"]}", ${SOURCE} }`;

function create(more: Record<string, string>, functionName = 'f') {
  const body = new sdk.CreateTriggerInput({
    ...{ triggerName: 't', triggerType: 'eventbridge', triggerConfig: CONFIG },
    ...more,
  });
  return client.createTrigger(functionName, new sdk.CreateTriggerRequest({ body }));
}

const update = (triggerName: string, fields: Record<string, string>) =>
  client.updateTrigger('f', triggerName, new sdk.UpdateTriggerRequest({ body: new sdk.UpdateTriggerInput(fields) }));

test('a trigger is made, read, listed, changed and deleted', async () => {
  const { statusCode, body } = await create({ description: 'by API', qualifier: 'LATEST' });
  expect(statusCode).toBe(200);
  expect({ ...body }).toEqual({
    triggerName: 't',
    triggerType: 'eventbridge',
    triggerConfig: CONFIG,
    triggerId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    qualifier: 'LATEST',
    targetArn: 'acs:fc:cn-beijing:1234567890123456:functions/f',
    description: 'by API',
    status: 'Active',
    httpTrigger: {},
    createdTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    lastModifiedTime: body?.createdTime,
  });
  expect((await client.getTrigger('f', 't')).body).toEqual(body);
  const listed = await client.listTriggers('f', new sdk.ListTriggersRequest({ limit: 100 }));
  expect(listed.body?.triggers).toEqual([body]);

  const triggerConfig = `{"triggerEnable":false,  ${SOURCE}}`;
  const changed = await update('t', { triggerConfig });
  expect(changed.body).toMatchObject({ triggerId: body?.triggerId, triggerConfig });
  expect((await client.getTrigger('f', 't')).body).toEqual(changed.body);

  expect((await client.deleteTrigger('f', 't')).statusCode).toBe(204);
  await expect(client.getTrigger('f', 't')).rejects.toMatchObject({ statusCode: 404, code: 'TriggerNotFound' });
  const rights = room.asked.map(({ action }) => action);
  expect(rights).toEqual(expect.arrayContaining(['fc:CreateTrigger', 'fc:UpdateTrigger', 'fc:DeleteTrigger']));
});

test.each(['{}', '{"triggerEnable":false, "runOptions":{"mode":"event-driven"}}'])(
  'of %s, which names no event source, every answer has the one it means, as devsapp/fc3 reads it',
  async (triggerConfig) => {
    const { body } = await create({ triggerName: 'bare', triggerConfig });
    const read = (text = '') => JSON.parse(text) as { eventSourceConfig: { eventSourceParameters: object } };
    expect(read(body?.triggerConfig)).toEqual({
      ...JSON.parse(triggerConfig),
      eventSourceConfig: { eventSourceType: 'Default', eventSourceParameters: {} },
    });
    expect((await client.getTrigger('f', 'bare')).body).toEqual(body);
    const { body: listed } = await client.listTriggers('f', new sdk.ListTriggersRequest({ limit: 100 }));
    expect(listed?.triggers).toContainEqual(body);
    // What was read is sent again, as `s deploy` after `s sync` does: nothing changes by it.
    const again = await update('bare', { triggerConfig: body?.triggerConfig ?? '' });
    expect(again.body?.triggerConfig).toBe(body?.triggerConfig);
    await client.deleteTrigger('f', 'bare');
  },
);

test('an oss trigger is made with its bucket', async () => {
  const sourceArn = 'acs:oss:cn-beijing:1234567890123456:photos';
  const triggerConfig = '{"events":["oss:ObjectCreated:*"],"filter":{"key":{"prefix":"in/","suffix":".png"}}}';
  const { body } = await create({ triggerName: 'o', triggerType: 'oss', sourceArn, triggerConfig });
  expect(body).toMatchObject({ sourceArn, triggerConfig, status: 'Active' });
});

test.each<[string, () => Promise<unknown>, object]>([
  ['a second one of the name', () => create({ triggerName: 'o' }), { statusCode: 409, code: 'TriggerAlreadyExists' }],
  ['one of an unknown function', () => create({}, 'nobody'), { statusCode: 404, code: 'FunctionNotFound' }],
  ['a version', () => create({ qualifier: '7' }), { statusCode: 404, code: 'VersionNotFound' }],
  [
    'a name that begins with a digit',
    () => create({ triggerName: '1t' }),
    { statusCode: 400, code: 'InvalidArgument' },
  ],
  ['a name too long', () => create({ triggerName: 'x'.repeat(129) }), { statusCode: 400, code: 'InvalidArgument' }],
  ['no configuration', () => create({ triggerConfig: '' }), { statusCode: 400, code: 'InvalidArgument' }],
  ['an unknown type', () => create({ triggerType: 'webhook' }), { statusCode: 400, code: 'InvalidArgument' }],
  [
    'a type that does not fire here, by its name',
    () => create({ triggerType: 'cdn_events' }),
    { statusCode: 400, code: 'NotImplemented', message: expect.stringContaining('type cdn_events') },
  ],
  ['a change of none', () => update('gone', {}), { statusCode: 404, code: 'TriggerNotFound' }],
  ['a deletion of none', () => client.deleteTrigger('f', 'gone'), { statusCode: 404, code: 'TriggerNotFound' }],
])('%s is refused', async (_what, call, refusal) => {
  await expect(call()).rejects.toMatchObject(refusal);
});

test('a name of the longest length is taken', async () => {
  expect((await create({ triggerName: 'x'.repeat(128) })).statusCode).toBe(200);
});
