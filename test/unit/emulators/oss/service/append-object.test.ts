/** Appending: only at the end, one winner, told with its position. */
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appendObject } from '../../../../../emulators/oss/service/append-object.ts';
import { putBucket } from '../../../../../emulators/oss/service/buckets.ts';
import type { ObjectDraft } from '../../../../../emulators/oss/store/object-store.ts';
import {
  DRAFT,
  incoming,
  ORIGIN,
  put,
  startTestServices,
  type TestServices,
} from '../../../../support/oss-services.ts';

let room: TestServices;
beforeEach(async () => {
  room = await startTestServices();
  const bucket = { bucket: 'my-bucket', acl: undefined, storageClass: undefined, redundancy: undefined };
  await putBucket(room.services, bucket, ORIGIN);
  room.told.length = 0;
});
afterEach(() => room.close());

function append(
  position: number,
  bytes: string,
  overrides: { bucket?: string; body?: ReturnType<typeof incoming>; draft?: ObjectDraft } = {},
) {
  const draft = { ...DRAFT, type: 'Appendable' as const };
  const request = { bucket: 'my-bucket', key: 'log', position, draft, body: incoming(bytes), ...overrides };
  return appendObject(room.services, request, ORIGIN);
}

test('adds to the end and tells where', async () => {
  expect(await append(0, 'one\n')).toMatchObject({ sizeBytes: 4, type: 'Appendable' });
  // CRC-64 of "one\ntwo\n" is a continuation, not a sum of its own.
  expect(await append(4, 'two\n')).toMatchObject({ sizeBytes: 8 });
  expect(room.told).toEqual([
    expect.objectContaining({ eventName: 'ObjectCreated:AppendObject', position: 0, sizeBytes: 4, deltaSizeBytes: 4 }),
    expect.objectContaining({ eventName: 'ObjectCreated:AppendObject', position: 4, sizeBytes: 8, deltaSizeBytes: 4 }),
  ]);
});

test('refuses an append that does not start at the end, and says where the end is', async () => {
  const refusal = (nextAppendPosition: number) => ({
    code: 'PositionNotEqualToLength',
    details: { nextAppendPosition },
  });
  await expect(append(1, 'lost')).rejects.toMatchObject(refusal(0));
  await append(0, 'one\n');
  for (const position of [0, 3, 5]) await expect(append(position, 'lost')).rejects.toMatchObject(refusal(4));
  expect(room.services.store.head({ bucket: 'my-bucket', key: 'log' })?.sizeBytes).toBe(4);
  expect(room.told).toHaveLength(1);
});

test('lets exactly one of several appends at one position win', async () => {
  await append(0, 'x');
  const results = await Promise.allSettled(['a', 'b', 'c', 'd'].map((text) => append(1, text)));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const result of results)
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ details: { nextAppendPosition: 2 } });
  expect(room.told).toHaveLength(2);
});

test('refuses an object that was not made by appending, before it reads a byte', async () => {
  await put(room.services, 'log', 'hello');
  const bytes = Readable.from([Buffer.from('x')]);
  await expect(append(5, 'x', { body: incoming('x', { bytes }) })).rejects.toMatchObject({
    code: 'ObjectNotAppendable',
  });
  expect(bytes.readableDidRead).toBe(false);
});

test('refuses a missing bucket, and bytes whose MD5 is another', async () => {
  await expect(append(0, 'x', { bucket: 'no-bucket' })).rejects.toMatchObject({ code: 'NoSuchBucket' });
  const body = incoming('hello', { contentMd5: '1B2M2Y8AsgTpgAmY7PhCfg==' });
  await expect(append(0, 'x', { body })).rejects.toMatchObject({ code: 'InvalidDigest' });
  expect(room.told).toEqual([]);
});

test('takes an append of nothing, which makes an empty object and later changes none', async () => {
  expect(await append(0, '')).toMatchObject({ sizeBytes: 0, crc64: '0' });
  const record = await append(0, 'one');
  expect(await append(3, '')).toEqual(record);
  expect(room.told).toHaveLength(2);
});

test.each(['ColdArchive', 'DeepColdArchive'] as const)('refuses %s, which grows no objects', async (storageClass) => {
  const draft = { ...DRAFT, type: 'Appendable' as const, storageClass };
  await expect(append(0, 'x', { draft })).rejects.toMatchObject({
    code: 'InvalidArgument',
    details: { argumentName: 'x-oss-storage-class', argumentValue: storageClass },
  });
  expect(room.services.store.head({ bucket: 'my-bucket', key: 'log' })).toBeUndefined();
});
