/** An HTTP target from PutEvents to the receiver, which fetches the certificate that it is told of and checks the call. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are templates of the service.
import { createRequire } from 'node:module';
import { expect, onTestFinished, test } from 'vitest';
import { startStack } from '../../../src/index.ts';
import { isSignedV1, isSignedV2, startReceiver } from '../../support/event-receiver.ts';

const require = createRequire(import.meta.url);
const sdk = require('@alicloud/eventbridge') as typeof import('@alicloud/eventbridge');

test('a transformed event reaches an HTTP target, which can check who sent it', async () => {
  const receiver = await startReceiver();
  const stack = await startStack({ logLevel: 'silent' });
  onTestFinished(() => stack.close());
  const client = new sdk.default(
    new sdk.Config({ ...stack.credentials, endpoint: stack.endpoint.replace('http://', '') }),
  );
  await client.createEventBus(new sdk.CreateEventBusRequest({ eventBusName: 'shop' }));
  const param = (resourceKey: string, form: string, value = '', template = '') =>
    new sdk.EBTargetParam({ resourceKey, form, value, template });
  const target = new sdk.TargetEntry({
    id: 'hook',
    type: 'http',
    endpoint: `${receiver.url}/hook`,
    paramList: [
      param('url', 'CONSTANT', `${receiver.url}/hook`),
      param('Body', 'TEMPLATE', '{"amount":"$.data.amount"}', 'Paid: ${amount}'),
      param('Network', 'CONSTANT', 'PublicNetwork'),
      param('Token', 'CONSTANT', 'mine'),
    ],
  });
  await client.createRule(
    new sdk.CreateRuleRequest({
      eventBusName: 'shop',
      ruleName: 'paid',
      filterPattern: '{"source":["crm"]}',
      targets: [target],
    }),
  );
  await client.putEvents([
    new sdk.CloudEvent({
      id: 'one',
      source: 'crm',
      type: 'paid',
      data: Buffer.from('{"amount":5}'),
      extensions: { aliyuneventbusname: 'shop' },
    }),
  ]);
  await stack.settled();
  const [received] = receiver.received;
  if (!received) throw new Error('Nothing came.');
  expect(received).toMatchObject({ body: 'Paid: 5', headers: { 'x-eventbridge-signature-token': 'mine' } });
  const answer = await fetch(String(received.headers['x-eventbridge-signature-url']));
  expect(answer.headers.get('content-type')).toBe('application/x-pem-file');
  const certificate = await answer.text();
  expect(isSignedV1(received, certificate)).toBe(true);
  expect(isSignedV2(received, certificate)).toBe(true);
  const [summary] = stack.events.list({ bus: 'shop' });
  expect(stack.events.show(summary?.id ?? '')?.deliveries).toMatchObject([{ state: 'delivered' }]);
  const { eventTraceList } = await client.queryEventTraces(
    new sdk.QueryEventTracesRequest({ eventBusName: 'shop', eventId: 'one' }),
  );
  expect(eventTraceList?.at(-1)?.notifyStatus).toBe('[200]Ok');
});
