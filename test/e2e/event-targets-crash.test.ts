/** kill -9 while an HTTP target is being called and a timer runs: the event comes again, and no tick is lost or doubled. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startReceiver } from '../support/event-receiver.ts';
import { until } from '../support/processes.ts';
import { type RunningCli, startCli } from '../support/start-cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const require = createRequire(import.meta.url);
const sdk = require('@alicloud/eventbridge') as typeof import('@alicloud/eventbridge');

test('nothing that was owed or due is lost', async () => {
  const folder = join(temporaryFolder(), 'state');
  const args = ['--data-dir', folder, '--no-watch'];
  const receiver = await startReceiver(() => {
    // The first call is never answered.
  });
  const first = await startCli(args);
  const { accessKeyId, accessKeySecret } = first.ready;
  const client = new sdk.default(
    new sdk.Config({ accessKeyId, accessKeySecret, endpoint: first.endpoint.replace('http://', '') }),
  );
  await client.createEventBus(new sdk.CreateEventBusRequest({ eventBusName: 'shop' }));
  const target = new sdk.TargetEntry({ id: 'hook', type: 'http', endpoint: receiver.url, paramList: [] });
  const filterPattern = '{"source":["crm"]}';
  await client.createRule(
    new sdk.CreateRuleRequest({ eventBusName: 'shop', ruleName: 'r', filterPattern, targets: [target] }),
  );
  await client.createEventSource(
    new sdk.CreateEventSourceRequest({
      eventSourceName: 'tick',
      eventBusName: 'shop',
      sourceScheduledEventParameters: new sdk.SourceScheduledEventParameters({ Schedule: '* * * * * *' }),
    }),
  );
  const extensions = { aliyuneventbusname: 'shop' };
  await client.putEvents([
    new sdk.CloudEvent({ id: 'one', source: 'crm', type: 't', data: Buffer.from('{}'), extensions }),
  ]);
  await until('the target is called', () => receiver.received.length === 1);
  await until('two ticks', async () => (await ticks(first)).length >= 2);
  await first.kill();

  receiver.answer = (response) => void response.end();
  const second = await startCli(args);
  await until('the target is called again', () => receiver.received.length === 2);
  expect(receiver.received.map(({ body }) => (JSON.parse(body) as { id: string }).id)).toEqual(['one', 'one']);
  const before = (await ticks(second)).length;
  await until('two ticks more', async () => (await ticks(second)).length >= before + 2);

  const seen = await ticks(second);
  const from = Date.parse(seen[0] ?? '');
  expect(seen).toEqual(seen.map((_, i) => `${new Date(from + i * 1000).toISOString().slice(0, 19)}Z`));
  await second.stop();
});

/** The moments that the ticks themselves name. */
async function ticks({ endpoint }: RunningCli): Promise<string[]> {
  const answer = await fetch(`${endpoint}/_localyun/events?source=tick&limit=1000`);
  const list = (await answer.json()) as { id: string }[];
  const events = await Promise.all(
    list.map(async ({ id }) => {
      const shown = await fetch(`${endpoint}/_localyun/events/${encodeURIComponent(id)}`);
      return ((await shown.json()) as { event: { time: string } }).event.time;
    }),
  );
  return events.sort();
}
