/** What the facts of other rooms may look like when they are read back. */
import { expect, test } from 'vitest';
import { readTriggerChanged } from '../../../../../emulators/eventbridge/service/facts.ts';
import { triggerChanged } from '../room.ts';

test('the fact of a removed trigger is readable, whether it names the missing config or not', () => {
  const removed = triggerChanged(undefined);
  const { config: _, ...stored } = removed;
  expect(readTriggerChanged(removed)).toEqual(removed);
  expect(readTriggerChanged(stored)).toEqual(removed);
});

test.each([
  undefined,
  null,
  'text',
  {},
  { ...triggerChanged({}), functionName: '' },
  { ...triggerChanged({}), qualifier: 1 },
])('a fact that is not of a trigger is not readable: %j', (body) => {
  expect(readTriggerChanged(body)).toBeUndefined();
});
