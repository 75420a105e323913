/** The error document, and what stands in for it where there is no body. */
import { expect, test } from 'vitest';
import { OssError, ossErrors } from '../../../../../emulators/oss/errors.ts';
import { errorReply } from '../../../../../emulators/oss/wire/error-reply.ts';
import { parseXml } from '../../../../../src/protocols/xml.ts';
import { DRAFT } from '../../../../support/oss-services.ts';
import { wireRequest } from '../../../../support/wire-request.ts';

const context = (method = 'GET') => ({
  requestId: '5C3D9175B6FC201293AD0001',
  target: undefined,
  request: wireRequest({ method, rawPath: '/nope.txt', headers: { host: 'bucket.oss-cn-hangzhou.aliyuncs.com' } }),
  elapsedMs: 0,
});

test('is the documented document, in its order', () => {
  const reply = errorReply(new OssError('NoSuchKey', { key: 'nope<.txt' }), context());
  expect(reply).toEqual({
    status: 404,
    headers: { 'Content-Type': 'application/xml', 'x-oss-ec': '0026-00000001' },
    body:
      '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>' +
      '<RequestId>5C3D9175B6FC201293AD0001</RequestId><HostId>bucket.oss-cn-hangzhou.aliyuncs.com</HostId>' +
      '<Key>nope&lt;.txt</Key><EC>0026-00000001</EC>' +
      '<RecommendDoc>https://api.aliyun.com/troubleshoot?q=0026-00000001</RecommendDoc></Error>',
  });
});

test('goes into x-oss-err where the answer has no body', () => {
  const error = new OssError('NoSuchKey', { key: 'nope' });
  const head = errorReply(error, context('HEAD'));
  expect(head.body).toBeUndefined();
  expect(Buffer.from(String(head.headers?.['x-oss-err']), 'base64').toString()).toBe(errorReply(error, context()).body);
});

test('carries the string to sign as text and as bytes, and never what was expected', () => {
  const error = new OssError('SignatureDoesNotMatch', {
    accessKeyId: 'AK',
    signatureProvided: 'theirs',
    stringToSign: 'GET\n/b',
    expected: 'ours',
  });
  const { body } = errorReply(error, context());
  expect(parseXml(String(body))).toMatchObject({
    content: {
      OSSAccessKeyId: 'AK',
      SignatureProvided: 'theirs',
      StringToSign: 'GET\n/b',
      StringToSignBytes: '47 45 54 0A 2F 62',
    },
  });
  expect(body).not.toContain('ours');
});

test('is empty for 304, with the headers a client compares', () => {
  const record = { ...DRAFT, bucket: 'b', key: 'k', etag: 'ABC', sizeBytes: 1, crc64: '1', contentMd5: undefined };
  expect(errorReply(new OssError('NotModified', { record }), context())).toEqual({
    status: 304,
    headers: { ETag: '"ABC"', 'Last-Modified': 'Fri, 02 Jan 2026 03:04:05 GMT' },
  });
});

test('shows the reason of a refusal on one line of a header', () => {
  const reply = errorReply(new OssError('AccessDenied', { reason: 'No statement\nallows it.' }), context());
  expect(reply.headers?.['x-localyun-reason']).toBe('No statement allows it.');
});

/** Of these it is right to try again: a bug may be of one moment, and an outage of the store underneath ends. */
const PASSING = ['InternalError', 'ServiceUnavailable'];

test('no entry of the catalogue is a 401 or a permanent 5xx: SDKs retry those', () => {
  for (const [code, { status }] of Object.entries(ossErrors))
    if (!PASSING.includes(code)) expect([401, 408, 429].includes(status) || status >= 500).toBe(false);
});

test('repeats no more than a part of what a client sent', () => {
  const error = new OssError('InvalidArgument', { argumentName: 'a', argumentValue: '<'.repeat(1_000_000) });
  const body = String(errorReply(error, context()).body);
  expect(body.length).toBeLessThan(20_000);
  expect(parseXml(body)).toMatchObject({
    ok: true,
    content: { ArgumentName: 'a', ArgumentValue: `${'<'.repeat(2048)}…` },
  });
});

test('fits into a header whatever was sent, and still says what is wrong', () => {
  const argumentValue = '"'.repeat(8000);
  const stringToSign = 'GET\n'.repeat(5000);
  for (const error of [
    new OssError('InvalidArgument', { argumentName: argumentValue, argumentValue, header: argumentValue }),
    new OssError('SignatureDoesNotMatch', { stringToSign }),
    new OssError('AccessDenied', { reason: argumentValue }),
    new OssError('NotImplemented', { message: argumentValue }),
  ]) {
    const { headers = {} } = errorReply(error, context('HEAD'));
    expect(JSON.stringify(headers).length).toBeLessThan(14_000);
    const header = String(headers['x-oss-err']);
    expect(header.length).toBeLessThan(8192);
    expect(parseXml(Buffer.from(header, 'base64'))).toMatchObject({ ok: true, content: { Code: error.code } });
  }
});
