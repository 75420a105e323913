/** The data plane's signature: recorded requests of the SDK, and what is no signature. */
import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  recogniseEventBridgeData,
  signEventBridgeData,
  verifyEventBridgeData,
} from '../../../../src/signing/eventbridge-data.ts';
import { signedRequest } from '../../../../src/signing/signed-request.ts';

/** Recorded: @alicloud/eventbridge 1.3.2 with the key `ak` and the secret `sk`. */
const HEADERS = {
  date: 'Sat, 21 Nov 2026 08:16:58 GMT',
  host: '127.0.0.1:18090',
  accept: 'application/json',
  'x-acs-signature-nonce': '6b54d692dcbe1e9c2b009fe88331da6f',
  'x-acs-signature-method': 'HMAC-SHA1',
  'x-acs-signature-version': '1.0',
  'x-eventbridge-version': '2015-06-06',
  'content-type': 'application/cloudevents-batch+json; charset=utf-8',
  authorization: 'acs:ak:8XaLIdhfX1Jw1LTJrQahR4UmJLI=',
};
const STS = {
  ...HEADERS,
  date: 'Sat, 21 Nov 2026 08:16:59 GMT',
  'x-acs-signature-nonce': 'c25bd96d9200fda217cbd152581a71e4',
  'x-acs-accesskey-id': 'ak',
  'x-acs-security-token': 'tok',
  authorization: 'acs:ak:1HKICR+f0rJPj7tbtUHD54OgwdM=',
};

function verify(headers: Record<string, string>, secret = 'sk', target = '/openapi/putEvents') {
  const request = signedRequest('POST', target, headers);
  const claim = recogniseEventBridgeData(request);
  if (!claim || claim.problem !== undefined) throw new Error('No usable claim.');
  return verifyEventBridgeData(request, claim, secret);
}

test.each([
  ['a permanent key', HEADERS],
  ['a temporary key', STS],
])('a recorded request of %s is verified', (_what, headers) => {
  expect(verify(headers)).toEqual({ ok: true, form: 'strict' });
});

test('a space after acs is as good as a colon', () => {
  expect(verify({ ...HEADERS, authorization: 'acs ak:8XaLIdhfX1Jw1LTJrQahR4UmJLI=' })).toMatchObject({ ok: true });
});

test.each([
  ['another secret', HEADERS, 'other', '/openapi/putEvents'],
  ['another path', HEADERS, 'sk', '/openapi/createEventBus'],
  ['a query that was not signed', HEADERS, 'sk', '/openapi/putEvents?a=b'],
  ['another date', { ...HEADERS, date: 'Sat, 21 Nov 2026 08:16:59 GMT' }, 'sk', '/openapi/putEvents'],
  ['a signed header more', { ...HEADERS, 'x-acs-more': '1' }, 'sk', '/openapi/putEvents'],
])('%s does not match, and the text that was expected is told', (_what, headers, secret, target) => {
  expect(verify(headers, secret, target)).toMatchObject({
    ok: false,
    stringToSign: expect.stringMatching(/^POST\n\napplication\/cloudevents-batch/),
  });
});

test('what is signed here is verified here, queries and samples of the CloudEvents SDK included', () => {
  const credentials = { accessKeyId: 'ak', accessKeySecret: 'sk', securityToken: 't' };
  const { rawPath, rawQuery, query, method } = signedRequest('POST', '/openapi/putEvents?b=2&a=1%20x');
  const request = { rawPath, rawQuery, query, method };
  const added = signEventBridgeData({ request, headers: {}, credentials, atMs: Date.UTC(2026, 0), nonce: 'n' });
  expect(verify(added, 'sk', '/openapi/putEvents?b=2&a=1%20x')).toEqual({ ok: true, form: 'strict' });
  // A sample of the CloudEvents SDK: its own headers, and the word null for a date it does not send.
  const text = 'POST\nnull\napplication/json\nnull\nx-eventbridge-version:2015-06-06\n/openapi/putEvents';
  const authorization = `acs:ak:${createHmac('sha1', 'sk').update(text).digest('base64')}`;
  const sample = { 'content-type': 'application/json', 'x-eventbridge-version': '2015-06-06', authorization };
  expect(verify(sample)).toEqual({ ok: true, form: 'x-eventbridge headers, null for absent' });
});

test.each(['', 'acs', 'acs:', 'acs:ak', 'OSS ak:sig', 'acs3 ak:x'])('"%s" is no usable claim', (authorization) => {
  const claim = recogniseEventBridgeData(signedRequest('POST', '/', { authorization }));
  expect(claim === undefined || claim.problem === 'malformed-authorization').toBe(true);
});
