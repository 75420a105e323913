/** The bundled command line transforms: what reads JSONPath is loaded with the first path, from a part of its own. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are templates of the service.
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { settle } from '../support/clients.ts';
import { startReceiver } from '../support/event-receiver.ts';
import { startCli } from '../support/start-cli.ts';

const require = createRequire(import.meta.url);
const sdk = require('@alicloud/eventbridge') as typeof import('@alicloud/eventbridge');

test('a path and a template are read from the event that is delivered', async () => {
  const receiver = await startReceiver();
  const stack = await startCli();
  const { accessKeyId, accessKeySecret } = stack.ready;
  const endpoint = stack.endpoint.replace('http://', '');
  const client = new sdk.default(new sdk.Config({ accessKeyId, accessKeySecret, endpoint }));
  await client.createEventBus(new sdk.CreateEventBusRequest({ eventBusName: 'shop' }));
  const targets = [
    { form: 'JSONPATH', value: '$.data.order' },
    { form: 'TEMPLATE', value: '{"order":"$.data.order"}', template: 'order ${order}' },
  ].map(
    (body, index) =>
      new sdk.TargetEntry({
        id: `hook-${index}`,
        type: 'http',
        endpoint: receiver.url,
        paramList: [new sdk.EBTargetParam({ resourceKey: 'Body', ...body })],
      }),
  );
  const filterPattern = '{"source":["crm"]}';
  const rule = { eventBusName: 'shop', ruleName: 'r', filterPattern, targets };
  await client.createRule(new sdk.CreateRuleRequest(rule));
  const extensions = { aliyuneventbusname: 'shop' };
  const event = { id: 'one', source: 'crm', type: 't', data: Buffer.from('{"order":7}'), extensions };
  await client.putEvents([new sdk.CloudEvent(event)]);
  await settle(stack);
  expect(receiver.received.map(({ body }) => body).sort()).toEqual(['7', 'order 7']);
  await stack.stop();
});
