/** An error carries a code and facts; status and wording come from its room's catalogue. */
import { expect, test } from 'vitest';
import { isServiceError } from '../../../../src/kernel/pipeline.ts';
import { describeError, type ErrorCatalogue, ServiceError } from '../../../../src/kernel/service-error.ts';

type Code = 'NoSuchThing' | 'TooLong';

const catalogue: ErrorCatalogue<Code> = {
  NoSuchThing: { status: 404, message: 'There is no such thing.', ec: '0015-00000001' },
  TooLong: { status: 400, message: ({ max }) => `Longer than ${max}` },
};

class RoomError extends ServiceError<Code> {}

test.each<[string, RoomError, object]>([
  [
    'the catalogue',
    new RoomError('NoSuchThing'),
    { status: 404, message: 'There is no such thing.', ec: '0015-00000001' },
  ],
  ['its facts', new RoomError('TooLong', { max: 63 }), { status: 400, message: 'Longer than 63', ec: undefined }],
  [
    'itself, where it brings a wording',
    new RoomError('TooLong', { message: 'Just too long' }),
    { status: 400, message: 'Just too long', ec: undefined },
  ],
  [
    'itself, where it brings a number',
    new RoomError('NoSuchThing', { ec: '0026-00000001' }),
    { status: 404, message: 'There is no such thing.', ec: '0026-00000001' },
  ],
  [
    'the catalogue, where its facts are no texts',
    new RoomError('NoSuchThing', { message: 7, ec: 7 }),
    { status: 404, message: 'There is no such thing.', ec: '0015-00000001' },
  ],
])('is described by %s', (_by, error, expected) => {
  expect(describeError(error, catalogue)).toEqual(expected);
});

test('is told from our bugs, and keeps its name, code and cause', () => {
  const cause = new Error('why');
  const error = new RoomError('TooLong', { max: 1 }, { cause });
  expect(error).toMatchObject({ name: 'RoomError', message: 'TooLong', code: 'TooLong', cause });
  expect([isServiceError(error), isServiceError(new Error('TooLong')), isServiceError({ code: 'TooLong' })]).toEqual([
    true,
    false,
    false,
  ]);
});
