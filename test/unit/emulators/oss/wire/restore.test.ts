/** The document that asks an archived object back. */
import { expect, test } from 'vitest';
import { readRestore } from '../../../../../emulators/oss/wire/restore.ts';

const read = (text: string) => readRestore(Buffer.from(text), {});

test('may be left out, say the days, or the priority', () => {
  expect(read('')).toEqual({ days: undefined, tier: undefined });
  expect(read('<RestoreRequest><Days>2</Days></RestoreRequest>')).toEqual({ days: 2, tier: undefined });
  const whole = '<RestoreRequest><Days>2</Days><JobParameters><Tier>Bulk</Tier></JobParameters></RestoreRequest>';
  expect(read(whole)).toEqual({ days: 2, tier: 'Bulk' });
});

test.each([
  '<Other/>',
  'garbage',
  '<RestoreRequest><Days>-1</Days></RestoreRequest>',
  '<RestoreRequest><Days>x</Days></RestoreRequest>',
])('refuses %j', (text) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ code: 'MalformedXML' }));
});

test('refuses a priority that there is not as an argument', () => {
  const text = '<RestoreRequest><JobParameters><Tier>Fast</Tier></JobParameters></RestoreRequest>';
  expect(() => read(text)).toThrow(
    expect.objectContaining({
      code: 'InvalidArgument',
      details: expect.objectContaining({ argumentName: 'Tier', argumentValue: 'Fast' }),
    }),
  );
});
