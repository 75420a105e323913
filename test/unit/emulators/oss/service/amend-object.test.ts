/** ACLs and tags of single objects: their limits, and what changing them leaves alone. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { putObjectAcl, putObjectTags } from '../../../../../emulators/oss/service/amend-object.ts';
import { putBucket } from '../../../../../emulators/oss/service/buckets.ts';
import { assertTags } from '../../../../../emulators/oss/service/tags.ts';
import { ORIGIN, put, startTestServices, type TestServices } from '../../../../support/oss-services.ts';

let room: TestServices;
beforeEach(async () => {
  room = await startTestServices();
  const bucket = { bucket: 'my-bucket', acl: undefined, storageClass: undefined, redundancy: undefined };
  await putBucket(room.services, bucket, ORIGIN);
});
afterEach(() => room.close());

const ref = { bucket: 'my-bucket', key: 'k' };
const tag = (key: string, value = 'v') => ({ key, value });

test('changes an ACL or the tags of an object, and neither its age nor its bytes; no event tells of it', async () => {
  const before = await put(room.services, 'k', 'hello');
  room.told.length = 0;
  await putObjectAcl(room.services, ref, 'public-read');
  await putObjectTags(room.services, ref, [tag('a'), tag('b')]);
  expect(room.services.store.head(ref)).toEqual({ ...before, acl: 'public-read', tags: [tag('a'), tag('b')] });
  await putObjectTags(room.services, ref, []);
  expect(room.services.store.head(ref)).toEqual({ ...before, acl: 'public-read' });
  expect(room.told).toEqual([]);
});

test('tells a missing object from a missing bucket', async () => {
  await expect(putObjectAcl(room.services, ref, 'private')).rejects.toMatchObject({ code: 'NoSuchKey' });
  await expect(putObjectTags(room.services, { ...ref, bucket: 'no-bucket' }, [])).rejects.toMatchObject({
    code: 'NoSuchBucket',
  });
});

test.each([
  ['ten tags', Array.from({ length: 10 }, (_, at) => tag(`t${at}`))],
  ['the longest key and value', [tag('k'.repeat(128), 'v'.repeat(256))]],
  ['an empty value', [tag('k', '')]],
  ['every allowed sign, and letters of any script', [tag('aZ9 +-=._:/中é', '+-=._:/ ')]],
])('takes %s', (_name, tags) => {
  expect(() => assertTags(tags)).not.toThrow();
});

test.each([
  ['eleven tags', Array.from({ length: 11 }, (_, at) => tag(`t${at}`)), 'InvalidTag'],
  ['a key of 129 bytes', [tag('k'.repeat(129))], 'InvalidTag'],
  ['a key of 129 bytes in fewer letters', [tag('中'.repeat(43))], 'InvalidTag'],
  ['a value of 257 bytes', [tag('k', 'v'.repeat(257))], 'InvalidTag'],
  ['an empty key', [tag('')], 'InvalidTag'],
  ['a sign that is not allowed', [tag('k', 'a&b')], 'InvalidTag'],
  ['a line break', [tag('k\n')], 'InvalidTag'],
  ['a key twice', [tag('k', '1'), tag('k', '2')], 'RepeatedTags'],
])('refuses %s', (_name, tags, code) => {
  expect(() => assertTags(tags)).toThrow(expect.objectContaining({ code }));
});
