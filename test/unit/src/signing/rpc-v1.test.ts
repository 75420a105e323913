/** RPC signatures (HMAC-SHA1) against the documentation's vectors and what the SDKs send. */

import { expect, test } from 'vitest';
import {
  checkRpcV1Time,
  type RpcV1Claim,
  recogniseRpcV1,
  signRpcV1,
  verifyRpcV1,
} from '../../../../src/signing/rpc-v1.ts';
import { type QueryPair, signedRequest } from '../../../../src/signing/signed-request.ts';
import { SIGNATURE_WINDOW_MS } from '../../../../src/signing/signing-time.ts';

const SK = 'TestAccessKeySecret0000000000x';
const SDK = {
  AccessKeyId: 'LTAI5tTestAccessKeyId00',
  SignatureMethod: 'HMAC-SHA1',
  SignatureVersion: '1.0',
  SignatureNonce: '3156853299f313e23d1673dc12e1703d',
  Timestamp: '2024-01-02T03:04:05Z',
  Version: '2015-04-01',
};
const DOCS = { AccessKeyId: 'testid', SignatureMethod: 'HMAC-SHA1', SignatureVersion: '1.0' };
const TOKEN = 'CAISTestSecurityToken+/=';
const REGIONS = {
  ...DOCS,
  Format: 'XML',
  Action: 'DescribeRegions',
  SignatureNonce: '3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf',
  Version: '2014-05-26',
};
const ROLE = { RoleArn: 'acs:ram::1234567890123456:role/r', RoleSessionName: 's1', Policy: '{"Action":"oss:*"}' };

interface Vector {
  readonly origin: string;
  readonly secret: string;
  readonly method: string;
  readonly query: Record<string, string>;
  readonly form: Record<string, string>;
  readonly signature: string;
  readonly stringToSign?: string;
  readonly verdict?: string;
}

/** Of what was recorded here: keys and secret are the default ones. */
const RECORDED = {
  AccessKeyId: 'LTAI5tLocalYunDefaultKey',
  SignatureMethod: 'HMAC-SHA1',
  SignatureVersion: '1.0',
  Version: '2020-04-01',
};
const RECORDED_SECRET = 'LocalYunDefaultSecret0000000000';

const VECTORS: readonly Vector[] = [
  {
    origin: 'aliyun eventbridge CreateRule, recorded of the CLI of July 2026',
    secret: RECORDED_SECRET,
    method: 'POST',
    query: {
      ...RECORDED,
      Action: 'CreateRule',
      EventBusName: 'wire-bus',
      EventTargets: '[]',
      FilterPattern: '{"source":["my app"]}',
      Format: 'JSON',
      RegionId: 'cn-beijing',
      RuleName: 'r',
      SignatureNonce: 'b45f2f513d26d82cc7b20bc3d86804d4',
      SignatureType: '',
      Timestamp: '2026-11-21T22:01:36Z',
    },
    form: {},
    signature: 'AXM4seXzBAsXwlcubTCNR5RhhWA=',
  },
  {
    origin: 'alicloud_event_bridge_event_buses, recorded of provider 1.289',
    secret: RECORDED_SECRET,
    method: 'POST',
    query: {
      ...RECORDED,
      Action: 'ListEventBuses',
      Format: 'json',
      SignatureNonce: 'dc3f1bc18bc92c2ab681e3bdd46ca410',
      Timestamp: '2026-11-21T22:09:01Z',
    },
    form: { EventBusType: 'Custom', Limit: '50' },
    signature: '2tBPoG0/OPIK6SiV5A/HnOmDdqo=',
  },
  {
    origin: 'R0a, help page "Signature method"',
    secret: 'testsecret',
    method: 'GET',
    query: { ...REGIONS, Timestamp: '2016-02-23T12:46:24Z' },
    form: {},
    signature: 'OLeaidS1JvxuMvnyHOwuJ+uX5qY=',
  },
  {
    origin: 'R0b, the same page with the key spelled TimeStamp',
    secret: 'testsecret',
    method: 'GET',
    query: { ...REGIONS, TimeStamp: '2016-02-23T12:46:24Z' },
    form: {},
    signature: 'CT9X0VtwR86fNWSnsc6v8YGOjuE=',
  },
  {
    origin: 'R0c, RAM help page "Request signatures"',
    secret: 'testsecret',
    method: 'GET',
    query: {
      ...DOCS,
      UserName: 'test',
      Format: 'JSON',
      Timestamp: '2015-08-18T03:15:45Z',
      Version: '2015-05-01',
      Action: 'CreateUser',
      SignatureNonce: '6a6e0ca6-4557-11e5-86a2-b8e8563dc8d2',
    },
    form: {},
    signature: 'kRA2cnpJVacIhDMzXnoNZG9tDCI=',
  },
  {
    origin: 'G, system parameters in the query, others in the form, with a token',
    secret: SK,
    method: 'POST',
    query: { ...SDK, Action: 'CreateThing', Format: 'json', Q: '1', SecurityToken: TOKEN },
    form: { Name: 'a b*', 'List.1': 'x', 'List.2': 'y' },
    signature: 'hnCGJ1XVl1VkWmtMh6zd0YUeE4E=',
    stringToSign:
      'POST&%2F&AccessKeyId%3DLTAI5tTestAccessKeyId00%26Action%3DCreateThing%26Format%3Djson%26List.1%3Dx%26List.2%3Dy%26Name%3Da%2520b%252A%26Q%3D1%26SecurityToken%3DCAISTestSecurityToken%252B%252F%253D%26SignatureMethod%3DHMAC-SHA1%26SignatureNonce%3D3156853299f313e23d1673dc12e1703d%26SignatureVersion%3D1.0%26Timestamp%3D2024-01-02T03%253A04%253A05Z%26Version%3D2015-04-01',
  },
  {
    origin: 'I, pop-core, all in the query',
    secret: SK,
    method: 'GET',
    query: {
      ...SDK,
      Action: 'AssumeRole',
      RoleArn: 'acs:ram::1234567890123456:role/test role~',
      RoleSessionName: 'a-b_c.d@e',
      Policy: '{"Action":"oss:*"}',
      DurationSeconds: '900',
      Format: 'JSON',
    },
    form: {},
    signature: 'bMt/DkICQ8bbs24w3AwjR87nVHw=',
    stringToSign:
      'GET&%2F&AccessKeyId%3DLTAI5tTestAccessKeyId00%26Action%3DAssumeRole%26DurationSeconds%3D900%26Format%3DJSON%26Policy%3D%257B%2522Action%2522%253A%2522oss%253A%252A%2522%257D%26RoleArn%3Dacs%253Aram%253A%253A1234567890123456%253Arole%252Ftest%2520role~%26RoleSessionName%3Da-b_c.d%2540e%26SignatureMethod%3DHMAC-SHA1%26SignatureNonce%3D3156853299f313e23d1673dc12e1703d%26SignatureVersion%3D1.0%26Timestamp%3D2024-01-02T03%253A04%253A05Z%26Version%3D2015-04-01',
  },
  {
    origin: 'J, pop-core, all in the form, with a token',
    secret: SK,
    method: 'POST',
    query: {},
    form: {
      ...SDK,
      Action: 'GetCallerIdentity',
      Format: 'JSON',
      'Tag.1.Key': 'k',
      'Tag.1.Value': '中',
      SecurityToken: TOKEN,
    },
    signature: 'ms0qR4TB6/fdpx3wLbaA3IRov0A=',
  },
  {
    origin: 'P, sts-sdk, milliseconds in the timestamp',
    secret: SK,
    method: 'POST',
    query: { ...SDK, Timestamp: '2024-01-02T03:04:05.000Z', Action: 'GetCallerIdentity', Format: 'json' },
    form: {},
    signature: 'DIgQVLXEqTFn0RfgGkCuoC1eiSo=',
  },
  {
    origin: 'P2, sts-sdk, an asterisk that it does not escape',
    secret: SK,
    method: 'POST',
    query: {
      ...SDK,
      ...ROLE,
      Timestamp: '2024-01-02T03:04:05.000Z',
      Action: 'AssumeRole',
      Format: 'json',
      DurationSeconds: '900',
    },
    form: {},
    signature: 'Vmwn8GbeHkSr5YBU6ADaz/QYb/0=',
    verdict: 'loose escaping',
  },
];

function requestOf({ method, query, form, signature }: Vector): {
  request: ReturnType<typeof signedRequest>;
  form: QueryPair[];
} {
  const formPairs = Object.entries(form);
  const queryPairs = Object.entries(query);
  (queryPairs.length > 0 ? queryPairs : formPairs).push(['Signature', signature]);
  return { request: requestWith(method, queryPairs), form: formPairs };
}

function requestWith(method: string, query: readonly QueryPair[]) {
  const search = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
  return signedRequest(method, query.length > 0 ? `/?${search}` : '/');
}

function claimOf(...given: Parameters<typeof recogniseRpcV1>): RpcV1Claim {
  const claim = recogniseRpcV1(...given);
  if (!claim || claim.problem) throw new Error(`not a usable claim: ${JSON.stringify(claim)}`);
  return claim;
}

test.each(VECTORS)('verifies vector $origin', (vector) => {
  const { request, form } = requestOf(vector);
  const claim = claimOf(request, form);
  expect(verifyRpcV1(request, claim, vector.secret)).toEqual({ ok: true, form: vector.verdict ?? 'strict' });
  const wrong = verifyRpcV1(request, claim, `${vector.secret}x`);
  expect(wrong.ok).toBe(false);
  if (vector.stringToSign) expect(wrong).toMatchObject({ stringToSign: vector.stringToSign });
  const signedAtMs = Date.parse(claim.date);
  expect(checkRpcV1Time(claim, signedAtMs + SIGNATURE_WINDOW_MS, SIGNATURE_WINDOW_MS).state).toBe('ok');
  expect(checkRpcV1Time(claim, signedAtMs + SIGNATURE_WINDOW_MS + 1, SIGNATURE_WINDOW_MS).state).toBe('skewed');
});

test.each(VECTORS)('refuses vector $origin once a parameter or the method is changed', (vector) => {
  const { secret, method, query, form } = vector;
  for (const part of ['query', 'form'] as const) {
    for (const name of Object.keys(vector[part])) {
      // Another method, type or version is no usable claim at all.
      if (/^Signature[MTV]/.test(name)) continue;
      const changed = { ...vector, [part]: { ...vector[part], [name]: `${vector[part][name]}x` } };
      const tampered = requestOf(changed);
      expect(verifyRpcV1(tampered.request, claimOf(tampered.request, tampered.form), secret).ok, name).toBe(false);
    }
  }
  const more = requestOf({ ...vector, query, form: { ...form, More: '' } });
  expect(verifyRpcV1(more.request, claimOf(more.request, more.form), secret).ok).toBe(false);
  const verb = requestOf({ ...vector, method: method === 'GET' ? 'POST' : 'GET' });
  expect(verifyRpcV1(verb.request, claimOf(verb.request, verb.form), secret).ok).toBe(false);
});

test('keeps an empty parameter in what is signed, as alibaba-cloud-sdk-go sends SignatureType', () => {
  const credentials = { accessKeyId: 'ak', accessKeySecret: SK, securityToken: TOKEN };
  const parameters: QueryPair[] = [
    ['Action', 'ListUsers'],
    ['Version', '2015-05-01'],
    ['SignatureType', ''],
  ];
  const added = signRpcV1({ method: 'GET', parameters, credentials, atMs: Date.UTC(2026, 0, 1), nonce: 'n' });
  const claim = claimOf(requestWith('GET', [...parameters, ...added]));
  expect(claim).toMatchObject({ action: 'ListUsers', version: '2015-05-01', securityToken: TOKEN, nonce: 'n' });
  expect(verifyRpcV1(requestWith('GET', []), claim, SK)).toMatchObject({ ok: true, form: 'strict' });
  const without = claimOf(requestWith('GET', [...parameters.slice(0, 2), ...added]));
  expect(verifyRpcV1(requestWith('GET', []), without, SK).ok).toBe(false);
});

test.each([
  [{ Action: 'A' }, undefined],
  [{ Signature: 's', Action: 'A' }, undefined],
  [{ OSSAccessKeyId: 'ak', Signature: 's', Expires: '1' }, undefined],
  [{ AccessKeyId: 'ak', SignatureMethod: 'HMAC-SHA1' }, 'missing-parameter'],
  [{ AccessKeyId: '', Signature: 's' }, 'missing-parameter'],
  [{ AccessKeyId: 'ak', Signature: 's', SignatureMethod: 'HMAC-SHA256' }, 'unsupported-signature-method'],
  [{ AccessKeyId: 'ak', Signature: 's', SignatureVersion: '2.0' }, 'unsupported-signature-version'],
  [{ AccessKeyId: 'ak', Signature: 's', SignatureType: 'BEARERTOKEN' }, 'unsupported-signature-type'],
])('reads the parameters %j as %s', (parameters, problem) => {
  const pairs = Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined);
  expect(recogniseRpcV1(requestWith('GET', pairs))?.problem).toBe(problem);
  expect(recogniseRpcV1(requestWith('POST', []), pairs)?.problem).toBe(problem);
});

test('calls a timestamp malformed that is none', () => {
  const claim = claimOf(
    requestWith('GET', [
      ['AccessKeyId', 'ak'],
      ['Signature', 's'],
      ['Timestamp', 'now'],
    ]),
  );
  expect(checkRpcV1Time(claim, 0, 1).state).toBe('malformed');
});
