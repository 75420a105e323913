/** What a function gets of an event, and which answers count as delivered. */
import { expect, test } from 'vitest';
import { createFunctionTarget } from '../../../../../emulators/eventbridge/targets/fc-function.ts';
import type { TargetParams } from '../../../../../emulators/eventbridge/targets/target.ts';
import type { Answering } from '../room.ts';
import { accepted, failed, fakeFunctions, refused } from '../room.ts';

const TARGET = { id: 'resize', type: 'acs.fc.function', endpoint: 'acs:fc:cn-hangzhou:1:functions/resize' };
const TEXT = '{"id":"A","data":{"名":"猫"}}';

interface Given {
  params?: TargetParams;
  endpoint?: string;
}

async function deliver(answer: Answering, { params = {}, endpoint = TARGET.endpoint }: Given = {}) {
  const functions = fakeFunctions(answer);
  const delivery = {
    deliveryId: 'd',
    eventId: 'A',
    sequence: 1,
    bus: 'default',
    rule: 'r',
    target: { ...TARGET, endpoint },
    params,
    text: TEXT,
    hops: 0,
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
  ['acs:fc:cn-hangzhou:1:functions/resize', 'resize', undefined],
  ['acs:fc:cn-hangzhou:1:functions/resize/prod', 'resize', 'prod'],
  ['acs:fc:cn-hangzhou:1:services/images.LATEST/functions/resize', 'resize', 'LATEST'],
  ['acs:fc:cn-hangzhou:1:services/images/functions/resize', 'resize', undefined],
])('the endpoint %s is the function %s, qualifier %s', async (endpoint, functionName, qualifier) => {
  expect((await deliver(accepted, { endpoint })).call).toMatchObject({ functionName, qualifier });
});

test('parameters win over the endpoint, and say how it is called and with what', async () => {
  const params = { functionname: 'other', qualifier: '2', invocationtype: 'Async', body: '{"made":1}' };
  const { call, payload } = await deliver(accepted, { params });
  expect(call).toMatchObject({ functionName: 'other', qualifier: '2', type: 'async' });
  expect(payload).toBe('{"made":1}');
});

test('DataFormat ObjectList makes it a list of one', async () => {
  expect((await deliver(accepted, { params: { dataformat: 'ObjectList' } })).payload).toBe(`[${TEXT}]`);
});

test.each(['', 'garbage', 'acs:fc:cn-hangzhou:1:functions/', 'acs:mns:cn-hangzhou:1:queues/q'])(
  'a target that names no function (%s) is not tried again, and says what to write',
  async (endpoint) => {
    const { outcome, call } = await deliver(accepted, { endpoint });
    expect(call).toBeUndefined();
    expect(outcome.isFinal).toBe(true);
    expect(outcome.error).toContain('give functionName');
  },
);

test.each<[what: string, answer: Answering, error: string]>([
  ['a refusal', refused, 'ResourceThrottled: Too many.'],
  ['a function’s error', failed, 'UnhandledInvocationError: {"errorMessage":"boom"}'],
])('%s is a failure, with the invocation it belongs to', async (_what, answer, error) => {
  expect((await deliver(answer)).outcome).toEqual({ error, invocationRequestId: '1-call-1' });
});
