/** ali-oss and buckets: every signature version on every form of endpoint. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AliOss, aliOss, CLIENT_FORMS } from '../../support/ali-oss.ts';
import { ACCOUNT_ID, type OssServer, startOssServer } from '../../support/oss-server.ts';

let server: OssServer;
beforeAll(async () => {
  server = await startOssServer();
});
afterAll(() => server.close());

describe.each(CLIENT_FORMS)('$name', ({ name, options }) => {
  const bucket = `b-${CLIENT_FORMS.findIndex((form) => form.name === name)}-bucket`;
  let client: AliOss;
  beforeAll(() => {
    client = aliOss(server, { ...options(server), bucket });
  });

  test('a bucket is created, created again, opened, described and removed', async () => {
    expect((await client.putBucket(bucket)).bucket).toBe(bucket);
    expect((await client.putBucket(bucket, { acl: 'public-read' })).bucket).toBe(bucket);
    expect((await client.getBucketACL(bucket)).acl).toBe('public-read');
    expect((await client.putBucketACL(bucket, 'private')).bucket).toBe(bucket);

    const made = `${bucket}-by-acl`;
    expect((await client.putBucketACL(made, 'public-read')).bucket).toBe(made);
    expect((await client.getBucketACL(made)).acl).toBe('public-read');
    await client.deleteBucket(made);

    const { bucket: info } = await client.getBucketInfo(bucket);
    expect(info).toMatchObject({
      Name: bucket,
      Location: 'oss-cn-beijing',
      StorageClass: 'Standard',
      DataRedundancyType: 'LRS',
      Comment: '',
      ExtranetEndpoint: server.endpoint,
      AccessControlList: { Grant: 'private' },
      Owner: { ID: ACCOUNT_ID },
      ServerSideEncryptionRule: { SSEAlgorithm: 'None' },
    });
    expect(info).not.toHaveProperty('Versioning');
    expect(info.CreationDate).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
    expect((await client.getBucketLocation(bucket)).location).toBe('oss-cn-beijing');

    expect((await client.deleteBucket(bucket)).res.status).toBe(204);
    await expect(client.getBucketInfo(bucket)).rejects.toMatchObject({
      status: 404,
      code: 'NoSuchBucket',
      message: 'The specified bucket does not exist.',
      ecCode: '0015-00000101',
    });
  });

  test('says at once how much lies in it', async () => {
    await client.putBucket(bucket);
    await client.put('a', Buffer.from('12345'));
    await client.put('b', Buffer.from('12345'), { headers: { 'x-oss-storage-class': 'IA' } });
    const { stat } = await client.getBucketStat(bucket);
    expect(stat).toMatchObject({
      Storage: '10',
      ObjectCount: '2',
      MultipartUploadCount: '0',
      LiveChannelCount: '0',
      StandardStorage: '5',
      InfrequentAccessStorage: '65536',
      InfrequentAccessRealStorage: '5',
      DeepColdArchiveObjectCount: '0',
      LastModifiedTime: expect.stringMatching(/^\d{10}$/),
    });
    await client.deleteMulti(['a', 'b']);
    await client.deleteBucket(bucket);
  });

  test('keeps class and redundancy, and refuses to change them', async () => {
    await client.putBucket(bucket, { storageClass: 'IA', dataRedundancyType: 'ZRS' });
    expect((await client.getBucketInfo(bucket)).bucket).toMatchObject({
      StorageClass: 'IA',
      DataRedundancyType: 'ZRS',
    });
    await expect(client.putBucket(bucket, { storageClass: 'Archive' })).rejects.toMatchObject({
      status: 409,
      code: 'BucketAlreadyExists',
    });
    await expect(client.putBucket(bucket, { storageClass: 'Gold' })).rejects.toMatchObject({
      status: 400,
      code: 'InvalidArgument',
      message: 'No such bucket storage class exists.',
    });
    await client.put('k', Buffer.from('x'));
    expect((await client.head('k')).res.headers['x-oss-storage-class']).toBe('IA');
    await client.delete('k');
    await client.deleteBucket(bucket);
  });

  test('buckets are listed by name, page by page', async () => {
    for (const suffix of ['c', 'a', 'b']) await client.putBucket(`${bucket}-${suffix}`);
    const first = await client.listBuckets({ prefix: bucket, 'max-keys': 2 });
    expect(first.buckets?.map((found) => found.name)).toEqual([`${bucket}-a`, `${bucket}-b`]);
    expect(first).toMatchObject({ isTruncated: true, nextMarker: `${bucket}-b`, owner: { id: ACCOUNT_ID } });
    const second = await client.listBuckets({ prefix: bucket, marker: first.nextMarker });
    expect(second.buckets).toMatchObject([{ name: `${bucket}-c`, region: 'oss-cn-beijing', storageClass: 'Standard' }]);
    expect(second).toMatchObject({ isTruncated: false, nextMarker: null });
    expect((await client.listBuckets({ prefix: 'nobody' })).buckets).toBeNull();
    for (const suffix of ['a', 'b', 'c']) await client.deleteBucket(`${bucket}-${suffix}`);
  });

  test('a bucket that is not empty stays', async () => {
    await client.putBucket(bucket);
    await client.put('k', Buffer.from('x'));
    await expect(client.deleteBucket(bucket)).rejects.toMatchObject({ status: 409, code: 'BucketNotEmpty' });
    await client.delete('k');
    const { uploadId } = await client.initMultipartUpload('k');
    await expect(client.deleteBucket(bucket)).rejects.toMatchObject({ status: 409, code: 'BucketNotEmpty' });
    await client.abortMultipartUpload('k', uploadId);
    await client.deleteBucket(bucket);
  });
});
