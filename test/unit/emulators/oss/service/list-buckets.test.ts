/** Listing buckets by tags: what may be asked, and which are found. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TAGS } from '../../../../../emulators/oss/service/bucket-settings.ts';
import { putBucket } from '../../../../../emulators/oss/service/buckets.ts';
import { putDocument } from '../../../../../emulators/oss/service/documents.ts';
import { listBuckets, readWantedTags } from '../../../../../emulators/oss/service/list-buckets.ts';
import { ORIGIN, startTestServices, type TestServices } from '../../../../support/oss-services.ts';

let room: TestServices;
beforeEach(async () => {
  room = await startTestServices();
});
afterEach(() => room.close());

const ALL = { prefix: '', marker: '', limit: 100, tags: undefined };
const names = (query: Partial<Parameters<typeof listBuckets>[1]>) => {
  const { buckets, isTruncated } = listBuckets(room.services.store, { ...ALL, prefix: 'tag-', ...query });
  return [...buckets.map(({ name }) => name), ...(isTruncated ? ['more'] : [])];
};

async function make(bucket: string, value: string): Promise<void> {
  const asked = { bucket, acl: undefined, storageClass: undefined, redundancy: undefined };
  await putBucket(room.services, asked, ORIGIN);
  await putDocument(room.services.store, TAGS, { bucket, document: { tags: [{ key: 'env', value }] } });
}

test('pages through those with the tag, from the marker on', async () => {
  for (const [bucket, value] of [
    ['tag-a', 'test'],
    ['tag-b', 'prod'],
    ['tag-c', 'test'],
    ['tag-d', 'test'],
  ] as const)
    await make(bucket, value);
  const tags = [{ key: 'env', value: 'test' }];
  expect(names({})).toEqual(['tag-a', 'tag-b', 'tag-c', 'tag-d']);
  expect(names({ tags })).toEqual(['tag-a', 'tag-c', 'tag-d']);
  expect(names({ tags, limit: 2 })).toEqual(['tag-a', 'tag-c', 'more']);
  expect(names({ tags, marker: 'tag-c' })).toEqual(['tag-d']);
  expect(names({ tags: [{ key: 'env', value: undefined }], limit: 4 })).toEqual(['tag-a', 'tag-b', 'tag-c', 'tag-d']);
  expect(names({ tags: [{ key: 'none', value: undefined }] })).toEqual([]);
});

test('reads a key, a key with its value, and a list', () => {
  expect(readWantedTags({ key: '', value: '', list: '' })).toBeUndefined();
  expect(readWantedTags({ key: 'k', value: '', list: '' })).toEqual([{ key: 'k', value: undefined }]);
  expect(readWantedTags({ key: 'k', value: 'v', list: '' })).toEqual([{ key: 'k', value: 'v' }]);
  expect(readWantedTags({ key: '', value: '', list: '"a":"1","b":""' })).toEqual([
    { key: 'a', value: '1' },
    { key: 'b', value: '' },
  ]);
});

test.each(['a', '"a"', '"a":1', '"a":"b"}', '"a":{"b":"c"}', '"a":"b",', '}{'])('refuses the list %s', (list) => {
  expect(() => readWantedTags({ key: '', value: '', list })).toThrowError('InvalidArgument');
});
