/** Whatever a client sends, reading and verifying it is an answer, never an exception, and never a yes. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkAcs3Time, recogniseAcs3, verifyAcs3 } from '../../../../src/signing/acs3.ts';
import { checkFcV1Time, recogniseFcV1, verifyFcV1 } from '../../../../src/signing/fc-v1.ts';
import { recogniseOss } from '../../../../src/signing/oss.ts';
import { checkOssV1Time, verifyOssV1 } from '../../../../src/signing/oss-v1.ts';
import { checkOssV2Time, verifyOssV2 } from '../../../../src/signing/oss-v2.ts';
import { checkOssV4Time } from '../../../../src/signing/oss-v4.ts';
import { createOssV4Verifier } from '../../../../src/signing/oss-v4-signature.ts';
import { checkRoaV1Time, recogniseRoaV1, verifyRoaV1 } from '../../../../src/signing/roa-v1.ts';
import { checkRpcV1Time, recogniseRpcV1, verifyRpcV1 } from '../../../../src/signing/rpc-v1.ts';
import { parsePairs, type SignedRequest, signedRequest } from '../../../../src/signing/signed-request.ts';
import { SIGNATURE_WINDOW_MS } from '../../../../src/signing/signing-time.ts';

const NOW_MS = Date.UTC(2026, 0, 1);
const SECRET = 'a secret that no garbage was signed with';
const verifier = createOssV4Verifier({ signingKeysMax: 4 });

/** Text of every kind: plain, broken surrogates included, and pieces that look like credentials. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', ' ', ',', '=', ':', '\ud800', '%', '%zz', '%ff', '\n', 'constructor', '__proto__'),
  fc.constantFrom('20260101T000000Z', 'Thu, 01 Jan 2026 00:00:00 GMT', '2026-01-01T00:00:00Z', '1', 'UNSIGNED-PAYLOAD'),
);

const authorization = fc
  .tuple(
    fc.constantFrom('OSS ', 'OSS4-HMAC-SHA256 ', 'ACS3-HMAC-SHA256 ', 'acs ', 'FC ', 'OSS2 ', ''),
    fc.oneof(
      text,
      fc.tuple(text, text).map(([key, signature]) => `${key}:${signature}`),
      fc
        .tuple(text, text, text)
        .map(([key, list, signature]) => `AccessKeyId:${key},AdditionalHeaders:${list},Signature:${signature}`),
      fc
        .tuple(text, text, text)
        .map(
          ([credential, list, signature]) =>
            `Credential=${credential}/20260101/r/oss/aliyun_v4_request,AdditionalHeaders=${list},SignedHeaders=host;x-acs-action;x-acs-version;x-acs-date;x-acs-content-sha256;x-acs-signature-nonce;${list},Signature=${signature}`,
        ),
    ),
  )
  .map(([prefix, rest]) => prefix + rest);

const headerName = fc.constantFrom(
  ...(
    'date content-type content-md5 accept host x-oss-date x-oss-security-token x-oss-meta-a x-oss-content-sha256 ' +
    'x-acs-action x-acs-version x-acs-date x-acs-content-sha256 x-acs-signature-nonce x-fc-account-id __proto__'
  ).split(' '),
);

const parameterName = fc.oneof(
  text,
  fc.constantFrom(
    ...'OSSAccessKeyId Signature Expires acl prefix x-oss-signature-version x-oss-signature x-oss-credential x-oss-date x-oss-expires x-oss-additional-headers x-oss-access-key-id AccessKeyId SignatureMethod SignatureVersion Timestamp Action'.split(
      ' ',
    ),
  ),
);
const parameterValue = fc.oneof(
  text,
  fc.constantFrom('OSS4-HMAC-SHA256', 'OSS2', 'ak/20260101/r/oss/aliyun_v4_request', '60'),
);

const request: fc.Arbitrary<SignedRequest> = fc
  .record({
    method: fc.oneof(fc.constantFrom('GET', 'PUT'), text),
    path: text,
    parameters: fc.array(fc.tuple(parameterName, fc.constantFrom('=', ''), parameterValue), { maxLength: 8 }),
    headers: fc.dictionary(headerName, text, { maxKeys: 12 }),
    authorization: fc.option(authorization, { nil: undefined }),
  })
  .map(({ method, path, parameters, headers, authorization: credentials }) => {
    const rawQuery = parameters.map(([name, equals, value]) => name + equals + value).join('&');
    const all = credentials === undefined ? headers : { ...headers, authorization: credentials };
    return signedRequest(method, `${path.replaceAll('?', '')}?${rawQuery}`, all);
  });

const RESOURCES = [{ bucket: 'b', key: 'k\ud800' }, { bucket: 'b' }, {}];

/** Every verdict that a request brings about, over all schemes. */
function verdicts(given: SignedRequest): { ok: boolean }[] {
  const found: { ok: boolean }[] = [];
  const oss = recogniseOss(given);
  if (oss?.scheme === 'oss-v1' && !oss.problem) {
    checkOssV1Time(oss, NOW_MS, SIGNATURE_WINDOW_MS);
    found.push(verifyOssV1(given, oss, SECRET, { resources: RESOURCES }));
  }
  if (oss?.scheme === 'oss-v2' && !oss.problem) {
    checkOssV2Time(oss, NOW_MS, SIGNATURE_WINDOW_MS);
    found.push(verifyOssV2(given, oss, SECRET, { resources: RESOURCES }));
  }
  if (oss?.scheme === 'oss-v4' && !oss.problem) {
    checkOssV4Time(oss, NOW_MS, SIGNATURE_WINDOW_MS);
    found.push(verifier.verify(given, oss, SECRET, { resources: RESOURCES }));
  }
  const acs3 = recogniseAcs3(given);
  if (acs3 && !acs3.problem) {
    checkAcs3Time(acs3, NOW_MS, SIGNATURE_WINDOW_MS);
    found.push(verifyAcs3(given, acs3, SECRET));
  }
  const roa = recogniseRoaV1(given);
  if (roa && !roa.problem) {
    checkRoaV1Time(roa, NOW_MS, SIGNATURE_WINDOW_MS);
    found.push(verifyRoaV1(given, roa, SECRET));
  }
  const rpc = recogniseRpcV1(given, parsePairs(given.rawQuery));
  if (rpc && !rpc.problem) {
    checkRpcV1Time(rpc, NOW_MS, SIGNATURE_WINDOW_MS);
    found.push(verifyRpcV1(given, rpc, SECRET));
  }
  const fcClaim = recogniseFcV1(given);
  if (fcClaim && !fcClaim.problem) {
    checkFcV1Time(fcClaim, NOW_MS, SIGNATURE_WINDOW_MS);
    found.push(verifyFcV1(given, fcClaim, SECRET));
  }
  return found;
}

test('never throws at garbage, and never takes it for signed', () => {
  let judged = 0;
  fc.assert(
    fc.property(request, (given) => {
      const found = verdicts(given);
      judged += found.length;
      expect(found.every(({ ok }) => !ok)).toBe(true);
    }),
    { numRuns: 3000 },
  );
  // Otherwise the garbage was turned away at the door and proved nothing about the verifiers.
  expect(judged).toBeGreaterThan(300);
});

test('refuses a genuine Authorization header at once when it is a megabyte long', () => {
  for (const prefix of [
    'OSS ak:',
    'acs ak:',
    'FC ak:',
    'OSS2 AccessKeyId:',
    'OSS4-HMAC-SHA256 Credential=',
    'ACS3-HMAC-SHA256 Credential=',
  ]) {
    const given = signedRequest('GET', '/', { authorization: prefix + 'a,=;'.repeat(250_000) });
    expect(verdicts(given).every(({ ok }) => !ok)).toBe(true);
  }
});
