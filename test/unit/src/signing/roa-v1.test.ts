/** ROA signatures (`acs ak:sig`) against captures of the SDKs, in every variant that a client signs. */

import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  checkRoaV1Time,
  type RoaV1Claim,
  recogniseRoaV1,
  signRoaV1,
  verifyRoaV1,
} from '../../../../src/signing/roa-v1.ts';
import { type SignedRequest, signedRequest } from '../../../../src/signing/signed-request.ts';
import { SIGNATURE_WINDOW_MS } from '../../../../src/signing/signing-time.ts';

const AK = 'LTAI5tTestAccessKeyId00';
const SK = 'TestAccessKeySecret0000000000x';
const TOKEN = 'CAISTestSecurityToken+/=';
const DATE = 'Tue, 02 Jan 2024 03:04:05 GMT';
const COMMON = {
  accept: 'application/json',
  date: DATE,
  'x-acs-signature-method': 'HMAC-SHA1',
  'x-acs-signature-nonce': '3156853299f313e23d1673dc12e1703d',
  'x-acs-signature-version': '1.0',
};

const VECTORS = [
  {
    origin: 'H, openapi-core',
    method: 'PUT',
    target: '/2023-03-30/functions/hello?z=a%20b&qualifier=LATEST',
    headers: {
      ...COMMON,
      'content-type': 'application/json; charset=utf-8',
      'x-acs-action': 'UpdateFunction',
      'x-acs-credentials-provider': 'static_ak',
      'x-acs-version': '2023-03-30',
      authorization: `acs ${AK}:XiTBsubyfnm2gmDmCsCFuZUmU7k=`,
    } as Record<string, string>,
  },
  {
    origin: 'K, pop-core GET',
    method: 'GET',
    target: '/clusters/c1?a=1&b=x%20y',
    headers: {
      ...COMMON,
      'content-md5': '1B2M2Y8AsgTpgAmY7PhCfg==',
      'x-acs-version': '2015-12-15',
      authorization: `acs ${AK}:ienVqEwduYoXyMa7t67NFAShmNk=`,
    },
  },
  {
    origin: 'L, pop-core POST with a token',
    method: 'POST',
    target: '/clusters',
    headers: {
      ...COMMON,
      'content-md5': 'roqAcLujb/wGhUDEFYKA/Q==',
      'content-type': 'application/json',
      'x-acs-accesskey-id': AK,
      'x-acs-security-token': TOKEN,
      'x-acs-version': '2015-12-15',
      authorization: `acs ${AK}:tzSFDYpWJYuFTajQ9Qsp2nin/jc=`,
    },
  },
];

/** As they came from the aliyun CLI of July 2026 and from Terraform's provider 1.289, signed with this secret. */
const RECORDED_SECRET = 'LocalYunDefaultSecret0000000000';
const CLI = {
  accept: 'application/json',
  'content-md5': '1B2M2Y8AsgTpgAmY7PhCfg==',
  'content-type': 'application/octet-stream',
  date: 'Sat, 21 Nov 2026 22:01:36 GMT',
  'x-acs-credentials-provider': 'static_sts',
  'x-acs-region-id': 'cn-beijing',
  'x-acs-signature-method': 'HMAC-SHA1',
  'x-acs-signature-version': '1.0',
  'x-acs-version': '2023-03-30',
};

test.each([
  [
    'aliyun fc ListFunctions --limit 2 --prefix "a b"',
    'GET',
    '/2023-03-30/functions?limit=2&prefix=a+b',
    { ...CLI, authorization: 'acs LTAI5tLocalYunDefaultKey:8Qnlzhdhg2FxaTv+5Xjcoh7Jc7E=' },
  ],
  [
    'aliyun fc CreateTrigger --body',
    'POST',
    '/2023-03-30/functions/hello/triggers',
    {
      ...CLI,
      'content-md5': 'kQ6YOR4UTBIbg11x3TQcRw==',
      'content-type': 'application/json',
      authorization: 'acs LTAI5tLocalYunDefaultKey:C3hCg20nLb5RUhxf+hwYlU5qDWo=',
    },
  ],
  [
    'aliyun fc InvokeFunction without a body',
    'POST',
    '/2023-03-30/functions/hello/invocations',
    { ...CLI, authorization: 'acs LTAI5tLocalYunDefaultKey:HAib3ngYh9V1EXJoXkzZ7QIfMR0=' },
  ],
  [
    'alicloud_fcv3_trigger',
    'POST',
    '/2023-03-30/functions/hello/triggers',
    {
      accept: 'application/json',
      authorization: 'acs LTAI5tLocalYunDefaultKey:Pc9LuvTTIqsTqdrn+/NC6LhxaT4=',
      'content-type': 'application/json; charset=utf-8',
      date: 'Sat, 21 Nov 2026 22:25:22 GMT',
      'x-acs-signature-method': 'HMAC-SHA1',
      'x-acs-signature-nonce': '212561e7c34b2db692fe7b23191a3cd5',
      'x-acs-signature-version': '1.0',
      'x-acs-version': '2023-03-30',
    },
  ],
])('verifies what was recorded of %s', (_what, method, target, headers) => {
  const request = signedRequest(method, target, headers);
  expect(verifyRoaV1(request, claimOf(request), RECORDED_SECRET)).toMatchObject({ ok: true });
  const other = signedRequest('DELETE', target, headers);
  expect(verifyRoaV1(other, claimOf(other), RECORDED_SECRET)).toMatchObject({ ok: false });
});

function claimOf(request: SignedRequest): RoaV1Claim {
  const claim = recogniseRoaV1(request);
  if (!claim || claim.problem) throw new Error(`not a usable claim: ${JSON.stringify(claim)}`);
  return claim;
}

test.each(VECTORS)('verifies vector $origin', ({ method, target, headers }) => {
  const request = signedRequest(method, target, headers);
  const claim = claimOf(request);
  expect(claim.securityToken).toBe(headers['x-acs-security-token']);
  expect(verifyRoaV1(request, claim, SK)).toEqual({ ok: true, form: 'strict' });
  expect(verifyRoaV1(request, claim, `${SK}x`)).toMatchObject({ ok: false, provided: claim.signature });
});

test.each(VECTORS)('refuses vector $origin once any signed part is changed', ({ method, target, headers }) => {
  const changed: [string, string, string, Record<string, string>][] = [
    ['method', 'DELETE', target, headers],
    ['path', method, `/x${target}`, headers],
    ['query', method, `${target}${target.includes('?') ? '&' : '?'}more=1`, headers],
    ['a header more', method, target, { ...headers, 'x-acs-more': '1' }],
  ];
  for (const name of Object.keys(headers)) {
    if (name !== 'authorization' && name !== 'x-acs-signature-method') {
      changed.push([name, method, target, { ...headers, [name]: `${headers[name]}x` }]);
    }
  }
  for (const [what, verb, path, fields] of changed) {
    const request = signedRequest(verb, path, fields);
    expect(verifyRoaV1(request, claimOf(request), SK).ok, what).toBe(false);
  }
});

test('shows the string to sign of the first variant', () => {
  const { target, headers } = VECTORS[0] ?? { target: '', headers: {} };
  const request = signedRequest('PUT', target, headers);
  expect(verifyRoaV1(request, claimOf(request), 'wrong')).toMatchObject({
    stringToSign: [
      'PUT',
      'application/json',
      '',
      'application/json; charset=utf-8',
      DATE,
      'x-acs-action:UpdateFunction',
      'x-acs-credentials-provider:static_ak',
      'x-acs-signature-method:HMAC-SHA1',
      'x-acs-signature-nonce:3156853299f313e23d1673dc12e1703d',
      'x-acs-signature-version:1.0',
      'x-acs-version:2023-03-30',
      '/2023-03-30/functions/hello?qualifier=LATEST&z=a b',
    ].join('\n'),
  });
});

test.each([
  ['tea-roa: empty lines for absent headers, a bare name for an empty value', 'GET\n\n\n\n\nx-acs-version:v\n/a%3Ab?k'],
  ['alibaba-cloud-sdk-go: no lines for absent headers, the path decoded', 'GET\nx-acs-version:v\n/a:b?k='],
  ['Node: empty lines and an equals sign', 'GET\n\n\n\n\nx-acs-version:v\n/a%3Ab?k='],
  ['Go with a bare name', 'GET\nx-acs-version:v\n/a:b?k'],
])('accepts %s', (_client, stringToSign) => {
  const signature = createHmac('sha1', SK).update(stringToSign).digest('base64');
  const request = signedRequest('GET', '/a%3Ab?k=', { 'x-acs-version': 'v', authorization: `acs ak:${signature}` });
  expect(verifyRoaV1(request, claimOf(request), SK)).toMatchObject({ ok: true });
});

test('accepts what it signs, white space in a header value included', () => {
  const credentials = { accessKeyId: AK, accessKeySecret: SK, securityToken: TOKEN };
  const headers = { accept: 'application/json', 'x-acs-note': ' a\tb ' };
  const added = signRoaV1({
    method: 'GET',
    rawPath: '/p%20q',
    query: [
      ['b', ''],
      ['a', '中 *'],
    ],
    headers,
    version: '2023-03-30',
    credentials,
    atMs: Date.UTC(2026, 0, 1),
    nonce: 'n',
  });
  const request = signedRequest('GET', '/p%20q?b&a=%E4%B8%AD%20*', { ...headers, ...added });
  const claim = claimOf(request);
  expect(claim).toMatchObject({ accessKeyId: AK, securityToken: TOKEN, nonce: 'n', version: '2023-03-30' });
  expect(verifyRoaV1(request, claim, SK)).toEqual({ ok: true, form: 'strict' });
  expect(checkRoaV1Time(claim, Date.UTC(2026, 0, 1), SIGNATURE_WINDOW_MS).state).toBe('ok');
  expect(checkRoaV1Time(claim, Date.UTC(2026, 0, 2), SIGNATURE_WINDOW_MS).state).toBe('skewed');
  expect(checkRoaV1Time({ ...claim, date: '' }, 0, SIGNATURE_WINDOW_MS).state).toBe('malformed');
});

test.each([
  ['acs', undefined],
  ['acs ', 'malformed-authorization'],
  ['acs ak', 'malformed-authorization'],
  ['acs ak:', 'malformed-authorization'],
  ['acs:ak:sig', undefined],
  ['ACS3-HMAC-SHA256 Credential=ak', undefined],
])('reads the Authorization header %j as %s', (authorization, problem) => {
  expect(recogniseRoaV1(signedRequest('GET', '/', { authorization }))?.problem).toBe(problem);
});

test('names a signature method that it does not know', () => {
  const headers = { authorization: 'acs ak:sig', 'x-acs-signature-method': 'HMAC-SHA256' };
  expect(recogniseRoaV1(signedRequest('GET', '/', headers))).toMatchObject({
    problem: 'unsupported-signature-method',
    accessKeyId: 'ak',
    detail: 'HMAC-SHA256',
  });
});
