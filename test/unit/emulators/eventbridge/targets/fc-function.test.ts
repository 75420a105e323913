/** What a function gets of an event, and which answers count as delivered. */
import { expect, test } from 'vitest';
import type { TargetRow } from '../../../../../emulators/eventbridge/store/rules.ts';
import { createFunctionTarget } from '../../../../../emulators/eventbridge/targets/fc-function.ts';
import type { Answering } from '../room.ts';
import { accepted, failed, fakeFunctions, refused } from '../room.ts';

const TARGET: TargetRow = {
  id: 'resize',
  type: 'acs.fc.function',
  endpoint: 'acs:fc:cn-hangzhou:1:functions/resize',
  functionName: 'resize',
  qualifier: undefined,
  invocationType: 'Sync',
  eventSchema: 'CloudEvents',
  retry: { strategy: 'BACKOFF_RETRY', retriesMax: undefined, eventAgeMaxMs: undefined },
  errorsTolerance: 'ALL',
  deadLetterQueueArn: undefined,
  concurrencyMax: undefined,
  blocked: undefined,
};
const TEXT = '{"id":"A","data":{"名":"猫"}}';

async function deliver(answer: Answering, changes: Partial<TargetRow> = {}, text = TEXT) {
  const functions = fakeFunctions(answer);
  const delivery = {
    deliveryId: 'd',
    eventId: 'A',
    bus: 'default',
    rule: 'r',
    target: { ...TARGET, ...changes },
    text,
  };
  const outcome = await createFunctionTarget(functions).deliver(delivery);
  return {
    outcome,
    payload: Buffer.from(functions.calls[0]?.payload ?? []).toString('utf8'),
    call: functions.calls[0],
  };
}

test('the payload is the event’s very text', async () => {
  const { payload, call, outcome } = await deliver(accepted);
  expect(payload).toBe(TEXT);
  expect(call).toMatchObject({ functionName: 'resize', qualifier: undefined, type: 'sync' });
  expect(outcome).toEqual({ error: undefined, invocationRequestId: '1-call-1' });
});

test.each([
  [TEXT, '{"名":"猫"}'],
  ['{"id":"A"}', 'null'],
])('RawData of %s is %s', async (text, expected) => {
  expect((await deliver(accepted, { eventSchema: 'RawData' }, text)).payload).toBe(expected);
});

test.each<[what: string, answer: Answering, error: string]>([
  ['a refusal', refused, 'ResourceThrottled: Too many.'],
  ['a function’s error', failed, 'UnhandledInvocationError: {"errorMessage":"boom"}'],
])('%s is a failure, with the invocation it belongs to', async (_what, answer, error) => {
  expect((await deliver(answer)).outcome).toEqual({ error, invocationRequestId: '1-call-1' });
});
