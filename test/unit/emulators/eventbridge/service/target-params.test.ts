/** What a target's parameters become for one event. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are templates of the service.
import { expect, test } from 'vitest';
import { NOTE_CHARACTERS_MAX, NOTES_MAX } from '../../../../../emulators/eventbridge/limits.ts';
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

test('what the event does not have is told with its parameter', async () => {
  const params = [{ key: 'Body', form: 'JSONPATH' as const, value: '$.data.none', template: '' }];
  expect((await makeParams(target({ params }), TEXT)).notes).toEqual([
    '$.data.none is not in the event: it is empty in Body.',
  ]);
});

test('so is a variable that has no value or no name, once each, and of many of them a few', async () => {
  const template = { key: 'Body', form: 'TEMPLATE' as const, value: '{"n":"$.nope"}', template: '${n}${n}${zz}' };
  expect((await makeParams(target({ params: [template] }), TEXT)).notes).toEqual([
    '$.nope, which is ${n}, is not in the event: it is empty in Body.',
    '${zz} is not named in Value: it stays as it is in Body.',
  ]);
  const many = Array.from({ length: 1000 }, (_, index) => `\${v${index}${'x'.repeat(300)}}`).join('');
  const { notes } = await makeParams(target({ params: [{ ...template, template: many }] }), TEXT);
  expect(notes).toHaveLength(NOTES_MAX);
  for (const note of notes) expect(note.length).toBeLessThan(2 * NOTE_CHARACTERS_MAX);
});
