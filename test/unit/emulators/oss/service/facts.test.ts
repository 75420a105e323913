/** The facts of one call are told apart. */
import { expect, test } from 'vitest';
import { createTell } from '../../../../../emulators/oss/service/facts.ts';
import type { ObjectChanged } from '../../../../../src/ports/facts.ts';
import { ORIGIN } from '../../../../support/oss-services.ts';

test('each change after the first of a call says which it is, and another call counts anew', () => {
  const facts: ObjectChanged[] = [];
  const outbox = { append: (_type: string, body: unknown) => void facts.push(body as ObjectChanged) };
  const tell = createTell({ outbox, region: 'cn-hangzhou', accountId: '1234567890123456' });
  const call = { ...ORIGIN };
  for (const key of ['a', 'b', 'c']) tell(call, { eventName: 'ObjectRemoved:DeleteObjects', bucket: 'b', key });
  tell({ ...ORIGIN, requestId: 'NEXT' }, { eventName: 'ObjectRemoved:DeleteObject', bucket: 'b', key: 'd' });
  expect(facts.map(({ key, nth }) => [key, nth])).toEqual([
    ['a', undefined],
    ['b', 1],
    ['c', 2],
    ['d', undefined],
  ]);
});
