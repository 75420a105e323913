/** Nothing falls through to a neighbour, and nothing that counts is ignored. */

import { expect, test } from 'vitest';
import { operations } from '../../../../../emulators/oss/operations/index.ts';
import { assertPartsServed, createServedTable } from '../../../../../emulators/oss/wire/served-table.ts';
import { createClock } from '../../../../../src/kernel/clock.ts';
import { signedSubresources } from '../../../../../src/signing/oss-subresources.ts';
import { parsePairs } from '../../../../../src/signing/signed-request.ts';

const table = createServedTable(operations, createClock());
const find = (method: string, target: string, headers: Record<string, string> = {}) => {
  const [path = '', query = ''] = target.split('?');
  const segments = path.split('/').filter((segment) => segment !== '');
  return table.find({ method, query: parsePairs(query), headers }, { segments })?.row;
};

test.each([
  ['GET', '/', 'ListBuckets'],
  ['PUT', '/b', 'PutBucket'],
  ['DELETE', '/b', 'DeleteBucket'],
  ['GET', '/b', 'ListObjects'],
  ['GET', '/b?prefix=x&max-keys=1', 'ListObjects'],
  ['GET', '/b?list-type=2&continuation-token=x', 'ListObjectsV2'],
  ['GET', '/b?bucketInfo', 'GetBucketInfo'],
  ['GET', '/b?acl=', 'GetBucketAcl'],
  ['GET', '/b?uploads', 'ListMultipartUploads'],
  ['POST', '/b?delete', 'DeleteMultipleObjects'],
  ['PUT', '/b/k', 'PutObject'],
  ['GET', '/b/k?x=1', 'GetObject'],
  ['HEAD', '/b/k', 'HeadObject'],
  ['HEAD', '/b/k?objectMeta', 'GetObjectMeta'],
  ['DELETE', '/b/k', 'DeleteObject'],
  ['POST', '/b/k?uploads', 'InitiateMultipartUpload'],
  ['PUT', '/b/k?partNumber=1&uploadId=u', 'UploadPart'],
  ['PUT', '/b/k?uploadId=u', 'UploadPart'],
  ['POST', '/b/k?uploadId=u', 'CompleteMultipartUpload'],
  ['DELETE', '/b/k?uploadId=u', 'AbortMultipartUpload'],
  ['GET', '/b/k?uploadId=u', 'ListParts'],
  ['POST', '/b/k?append&position=0', 'AppendObject'],
  ['POST', '/b/k?append', 'AppendObject'],
  ['POST', '/b', 'PostObject'],
  ['GET', '/b?live', 'ListLiveChannel'],
  ['GET', '/?regions', 'DescribeRegions'],
  ['GET', '/b?stat', 'GetBucketStat'],
  ['GET', '/b/k?acl', 'GetObjectACL'],
  ['PUT', '/b/k?acl', 'PutObjectACL'],
  ['PUT', '/b/k?symlink', 'PutSymlink'],
  ['DELETE', '/b/k?tagging', 'DeleteObjectTagging'],
  ['GET', '/?OSSAccessKeyId=a&Expires=1&Signature=s', 'ListBuckets'],
])('%s %s is %s', (method, target, name) => {
  expect(find(method, target)).toMatchObject({ name, status: 'served' });
});

test('a copy source makes another operation of a PUT', () => {
  const headers = { 'x-oss-copy-source': '/b/s' };
  expect(find('PUT', '/b/k', headers)?.name).toBe('CopyObject');
  expect(find('PUT', '/b/k?partNumber=1&uploadId=u', headers)?.name).toBe('UploadPartCopy');
});

test.each([['POST', '/b?replication&comp=add', 'PutBucketReplication']])(
  '%s %s is planned as %s',
  (method, target, name) => {
    expect(find(method, target)).toMatchObject({ name, status: 'planned' });
  },
);

test.each([
  ['DELETE', '/b?acl'],
  ['PUT', '/b?stat'],
  ['DELETE', '/b/k?acl'],
  ['GET', '/b/k?bucketInfo'],
  ['PUT', '/b/k?uploads'],
  ['GET', '/?acl'],
  ['HEAD', '/b'],
  ['PATCH', '/b/k'],
])('%s %s is nobody’s', (method, target) => {
  expect(find(method, target)).toBeUndefined();
});

const request = (method: string, headers: Record<string, string>, query = '') => ({
  method,
  headers,
  query: parsePairs(query),
});

test.each([
  'x-oss-tagging-directive',
  'x-oss-server-side-encryption-customer-algorithm',
  'x-oss-process',
  'x-oss-persistent-headers',
])('refuses the header %s by its name', (header) => {
  expect(() => assertPartsServed(request('PUT', { [header]: 'x' }), 'PutObject')).toThrow(
    expect.objectContaining({ code: 'NotImplemented', details: expect.objectContaining({ header }) }),
  );
});

test('takes a callback with every call of an upload, and with no other', () => {
  const asking = [request('PUT', { 'x-oss-callback': 'x' }), request('PUT', {}, 'callback=x')];
  for (const each of asking) {
    for (const name of ['PutObject', 'InitiateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload'])
      expect(() => assertPartsServed(each, name)).not.toThrow();
    for (const name of ['AppendObject', 'CopyObject', 'GetObject'])
      expect(() => assertPartsServed(each, name)).toThrow(expect.objectContaining({ code: 'NotImplemented' }));
  }
});

test('takes tags on every call of an upload, as oss2 sends them', () => {
  const tagged = request('PUT', { 'x-oss-tagging': 'a=1' });
  for (const operation of ['PutObject', 'PutSymlink', 'InitiateMultipartUpload', 'UploadPart', 'ListParts'])
    expect(() => assertPartsServed(tagged, operation)).not.toThrow();
});

test.each(['x-oss-process=image/info', 'callback=e30='])('refuses the parameter %s', (query) => {
  expect(() => assertPartsServed(request('GET', {}, query), 'GetObject')).toThrow(
    expect.objectContaining({ code: 'NotImplemented' }),
  );
});

test('takes a version id where it is served, and refuses it by name elsewhere', () => {
  const named = request('GET', {}, 'versionId=null');
  expect(() => assertPartsServed(named, 'GetObject')).not.toThrow();
  for (const name of ['PutObject', 'AppendObject', 'PutSymlink', 'ListObjects'])
    expect(() => assertPartsServed(named, name)).toThrow(expect.objectContaining({ code: 'NotImplemented' }));
});

test('refuses a condition on a write with the documented header, and lets ali-oss send it with a copy', () => {
  const headers = { 'if-modified-since': 'Thu, 17 Nov 2005 18:49:58 GMT' };
  expect(() => assertPartsServed(request('PUT', headers), 'PutObject')).toThrow(
    expect.objectContaining({ code: 'NotImplemented', details: { header: 'If-Modified-Since' } }),
  );
  expect(() =>
    assertPartsServed(request('PUT', { ...headers, 'x-oss-copy-source': '/b/k' }), 'CopyObject'),
  ).not.toThrow();
  expect(() => assertPartsServed(request('GET', headers), 'GetObject')).not.toThrow();
});

test.each(['245760', '838860800'])('takes the traffic limit %s', (limit) => {
  expect(() => assertPartsServed(request('GET', { 'x-oss-traffic-limit': limit }), 'GetObject')).not.toThrow();
  expect(() => assertPartsServed(request('GET', {}, `x-oss-traffic-limit=${limit}`), 'GetObject')).not.toThrow();
});

test.each(['245759', '838860801', 'fast', ''])('refuses the traffic limit %j', (limit) => {
  expect(() => assertPartsServed(request('GET', { 'x-oss-traffic-limit': limit }), 'GetObject')).toThrow(
    expect.objectContaining({ code: 'InvalidArgument' }),
  );
});

test('refuses a traffic limit that stands in header and query', () => {
  const both = request('GET', { 'x-oss-traffic-limit': '819200' }, 'x-oss-traffic-limit=819200');
  expect(() => assertPartsServed(both, 'GetObject')).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
});

test('refuses to encrypt a part otherwise than its upload as an argument', () => {
  const headers = { 'x-oss-server-side-encryption': 'KMS' };
  for (const operation of ['UploadPart', 'CompleteMultipartUpload'])
    expect(() => assertPartsServed(request('PUT', headers), operation)).toThrow(
      expect.objectContaining({ code: 'InvalidArgument' }),
    );
});

test('takes the promise that parts come in their order where an upload begins, and nowhere else', () => {
  expect(() => assertPartsServed(request('POST', {}, 'uploads&sequential'), 'InitiateMultipartUpload')).not.toThrow();
  expect(() => assertPartsServed(request('PUT', {}, 'sequential'), 'PutObject')).toThrow(
    expect.objectContaining({ code: 'NotImplemented' }),
  );
});

/** What a call may carry besides, whatever it is. */
const BESIDES =
  /^(response-.*|x-oss-(process|async-process|traffic-limit|request-payer|ac-.*|access-point-name)|security-token|callback|callback-var|withHashContext|versionId|partNumber|position|sequential|verbose|comp|styleName|inventoryId|continuation-token|startTime|endTime|status)$/;
const PLAIN = [
  'ListBuckets',
  'PutBucket',
  'DeleteBucket',
  'ListObjects',
  'PostObject',
  'GetObject',
  'HeadObject',
].concat(['PutObject', 'DeleteObject', 'AppendObject']);

/** A filter there; the buckets of all regions are those of one; and a symlink is deleted as the object it is. */
const TAKES: Readonly<Record<string, readonly string[]>> = {
  ListBuckets: ['tagging', 'regionList'],
  DeleteObject: ['symlink'],
};

test.each([...signedSubresources()].filter((name) => !BESIDES.test(name)))(
  'what asks for ?%s is never taken for a call without it',
  (name) => {
    for (const method of ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH'])
      for (const path of ['/', '/b', '/b/k'])
        for (const query of [name, `${name}=`, `${name}=1`, `x=1&${name}`, `${name}&${name}`]) {
          const row = find(method, `${path}?${query}`);
          const isOwn = row?.match.query?.some((flag) => flag.split('=')[0] === name);
          if (row && !isOwn && !TAKES[row.name]?.includes(name))
            expect(PLAIN, `${method} ${path}?${query}`).not.toContain(row.name);
        }
  },
);
