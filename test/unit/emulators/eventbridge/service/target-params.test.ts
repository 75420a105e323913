/** What a target's parameters become for one event. */
import { expect, test } from 'vitest';
import { makeParams } from '../../../../../emulators/eventbridge/service/target-params.ts';
import { constantParam, type TargetRow } from '../../../../../emulators/eventbridge/store/rules.ts';

const TEXT = '{"id":"A","data":{"名":"猫"}}';

function target(changes: Partial<TargetRow>): TargetRow {
  return {
    id: 't',
    type: 'acs.fc.function',
    endpoint: '',
    params: [{ key: 'Body', form: 'ORIGINAL', value: '', template: '' }],
    madeFrom: 'event',
    retry: { strategy: 'BACKOFF_RETRY', retriesMax: undefined, eventAgeMaxMs: undefined },
    errorsTolerance: 'ALL',
    deadLetterQueue: undefined,
    concurrencyMax: undefined,
    blocked: undefined,
    ...changes,
  };
}

test('names are found in lower case, however they were sent', async () => {
  const { params } = await makeParams(target({ params: [constantParam('ServiceName', 's')] }), TEXT);
  expect(params.servicename).toBe('s');
  expect(params.constructor).toBeUndefined();
});

test.each([
  [TEXT, '{"名":"猫"}'],
  ['{"id":"A"}', 'null'],
  ['{"id":"A","data":"text"}', '"text"'],
])('RawData of %s is %s', async (text, expected) => {
  expect((await makeParams(target({ madeFrom: 'data' }), text)).params.body).toBe(expected);
});

test('a path that leads nowhere is named with its parameter', async () => {
  const params = [{ key: 'Body', form: 'JSONPATH' as const, value: '$.data.none', template: '' }];
  expect((await makeParams(target({ params }), TEXT)).missing).toEqual(['$.data.none (Body)']);
});
