/** What permission is asked for, by what a call names. */
import { expect, test } from 'vitest';
import { resourceOfCall } from '../../../../../emulators/eventbridge/service/names.ts';

test.each<[Record<string, unknown>, string]>([
  [{ EventStreamingName: 'orders' }, 'eventstreaming/orders'],
  [{ EventStreamingName: 'n'.repeat(128) }, `eventstreaming/${'n'.repeat(127)}`],
  [{ EventBusName: 'shop', RuleName: 'paid' }, 'eventbus/shop/rule/paid'],
  [{ EventBusName: 'shop' }, 'eventbus/shop'],
  [{ EventStreamingName: ['orders'] }, 'eventbus/*'],
  [{}, 'eventbus/*'],
])('%j is %s', (parameters, resource) => {
  const owner = { region: 'cn-hangzhou', accountId: '1' };
  expect(resourceOfCall(owner, parameters)).toBe(`acs:eventbridge:cn-hangzhou:1:${resource}`);
});
