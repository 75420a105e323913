/** What request headers say about an object. */
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { USER_META_BYTES_MAX } from '../../../../../emulators/oss/limits.ts';
import { readCopySource } from '../../../../../emulators/oss/wire/copy-source.ts';
import {
  givesMetadata,
  readBucketAcl,
  readConditions,
  readDraft,
  readIncomingBody,
  readSourceConditions,
} from '../../../../../emulators/oss/wire/object-headers.ts';
import { overrideHeaders } from '../../../../../emulators/oss/wire/object-reply.ts';
import { readPartNumber } from '../../../../../emulators/oss/wire/part-query.ts';

const draft = (headers: Record<string, string>) => readDraft(headers, { type: 'Normal', storageClass: 'IA', atMs: 1 });

test('keeps type, stored headers, user metadata, class and ACL; the bucket gives the class that is not named', () => {
  expect(
    draft({
      'content-type': 'image/png',
      'cache-control': 'no-cache',
      expires: 'never',
      'x-oss-meta-author': '中',
      'x-oss-object-acl': 'public-read',
      'x-oss-date': 'x',
      connection: 'close',
    }),
  ).toEqual({
    type: 'Normal',
    contentType: 'image/png',
    headers: { 'cache-control': 'no-cache', expires: 'never' },
    userMeta: { author: '中' },
    storageClass: 'IA',
    acl: 'public-read',
    modifiedAtMs: 1,
  });
  expect(draft({})).toMatchObject({ contentType: 'application/octet-stream', acl: 'default' });
});

test.each([
  [{ 'x-oss-storage-class': 'STANDARD' }, 'No such bucket storage class exists.'],
  [{ 'x-oss-object-acl': 'everybody' }, 'no such bucket access control exists'],
])('refuses %j with its documented message', (headers, message) => {
  expect(() => draft(headers as unknown as Record<string, string>)).toThrow(
    expect.objectContaining({ code: 'InvalidArgument', details: expect.objectContaining({ message }) }),
  );
});

test('refuses an ACL that only objects have for a bucket', () => {
  expect(() => readBucketAcl({ 'x-oss-acl': 'default' })).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
});

test('takes user metadata up to its limit, and refuses a byte more and names that are none', () => {
  expect(() => draft({ 'x-oss-meta-a': 'x'.repeat(USER_META_BYTES_MAX - 1) })).not.toThrow();
  expect(() => draft({ 'x-oss-meta-a': 'x'.repeat(USER_META_BYTES_MAX) })).toThrow();
  expect(() => draft({ 'x-oss-meta-': 'x' })).toThrow();
  expect(() => draft({ 'x-oss-meta-__proto__': 'x' })).toThrow();
});

test('knows whether a request gives metadata at all', () => {
  expect(givesMetadata({ host: 'x', 'x-oss-copy-source': '/b/k' })).toBe(false);
  expect(givesMetadata({ 'x-oss-meta-a': '' })).toBe(true);
  expect(givesMetadata({ expires: 'x' })).toBe(true);
});

test('reads conditions on an object and on the source of a copy, and ignores a date that is none', () => {
  const date = 'Thu, 17 Nov 2005 18:49:58 GMT';
  expect(readConditions({ 'if-match': 'x', 'if-modified-since': date, 'if-unmodified-since': 'tomorrow' })).toEqual({
    ifMatch: 'x',
    ifNoneMatch: undefined,
    ifModifiedSinceMs: Date.parse(date),
    ifUnmodifiedSinceMs: undefined,
  });
  const both = { 'x-oss-copy-source-if-match': 'y', 'if-match': 'x', 'x-oss-copy-source-if-unmodified-since': date };
  expect(readSourceConditions(both)).toEqual({
    ifMatch: 'y',
    ifNoneMatch: undefined,
    ifModifiedSinceMs: undefined,
    ifUnmodifiedSinceMs: Date.parse(date),
  });
});

test('a body says its length or comes in chunks', () => {
  const body = Readable.from([]);
  expect(readIncomingBody({ body, headers: { 'content-length': '0' } }).contentLength).toBe(0);
  expect(readIncomingBody({ body, headers: { 'transfer-encoding': 'chunked' } }).contentLength).toBeUndefined();
  expect(readIncomingBody({ body, headers: { 'content-length': '5' } }).isBounded).toBe(true);
  // Then the chunks count, and may be more.
  const both = { 'content-length': '5', 'transfer-encoding': 'chunked' };
  expect(readIncomingBody({ body, headers: both })).toMatchObject({ contentLength: 5, isBounded: false });
  expect(() => readIncomingBody({ body, headers: {} })).toThrow(
    expect.objectContaining({ code: 'MissingContentLength' }),
  );
});

test.each([
  ['/src-bucket/a%2Fb%20%E4%B8%AD', { bucket: 'src-bucket', key: 'a/b 中' }],
  ['src-bucket/a/b+c', { bucket: 'src-bucket', key: 'a/b+c' }],
  ['/src-bucket/%2525', { bucket: 'src-bucket', key: '%25' }],
])('reads the copy source %s', (header, source) => {
  expect(readCopySource(header)).toEqual(source);
});

test.each([
  ['/src-bucket', 'InvalidArgument'],
  ['/src-bucket/', 'InvalidArgument'],
  ['', 'InvalidArgument'],
  ['/src-bucket/%zz', 'InvalidArgument'],
  ['/Bad_Bucket/k', 'InvalidBucketName'],
  ['/src-bucket//k', 'InvalidObjectName'],
  ['/src-bucket/k?versionId=v', 'InvalidArgument'],
  ['/src-bucket/k?versionId=', 'InvalidArgument'],
  ['/src-bucket/k?version=null', 'InvalidArgument'],
])('refuses the copy source %j', (header, code) => {
  expect(() => readCopySource(header)).toThrow(expect.objectContaining({ code }));
});

test.each(['0', '10001', '1.5', '-1', 'one', '', ' 1'])('refuses the part number %j', (text) => {
  expect(() => readPartNumber(text)).toThrow(
    expect.objectContaining({
      code: 'InvalidArgument',
      details: expect.objectContaining({ message: 'Part number must be an integer between 1 and 10000, inclusive.' }),
    }),
  );
});

test('takes the first and the last part number, and asks for one that is missing', () => {
  expect([readPartNumber('1'), readPartNumber('10000')]).toEqual([1, 10_000]);
  expect(() => readPartNumber(undefined)).toThrow(
    expect.objectContaining({ details: expect.objectContaining({ message: 'Unexpected query string parameter' }) }),
  );
});

test('response parameters replace headers of the answer, known names only', () => {
  const headers = { 'Content-Type': 'text/plain' };
  overrideHeaders(headers, [
    ['response-content-type', 'image/png'],
    ['response-expires', ''],
    ['response-x-evil', 'x'],
  ]);
  expect(headers).toEqual({ 'Content-Type': 'image/png' });
});
