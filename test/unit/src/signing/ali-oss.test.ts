/** The vendor's own signing code (npm ali-oss, unmodified) produces what our verifiers accept. */

import { createRequire } from 'node:module';
import OSS from 'ali-oss';
import { describe, expect, test } from 'vitest';
import { recogniseOss } from '../../../../src/signing/oss.ts';
import type { OssResource, OssVerdict } from '../../../../src/signing/oss-resource.ts';
import { verifyOssV1 } from '../../../../src/signing/oss-v1.ts';
import { createOssV4Verifier } from '../../../../src/signing/oss-v4-signature.ts';
import { signedRequest } from '../../../../src/signing/signed-request.ts';

const require = createRequire(import.meta.url);
const { createRequest } = require('ali-oss/lib/common/utils/createRequest.js') as {
  createRequest: (this: object, params: object) => { url: string; params: { headers: Record<string, unknown> } };
};

const SECRET = 'testsecret';
const BUCKET = 'my-bucket';
const verifier = createOssV4Verifier();

interface ClientOptions {
  readonly authorizationV4: boolean;
  readonly stsToken?: string;
  readonly headerEncoding?: string;
}

function clientOf(options: ClientOptions): OSS {
  return new OSS({
    region: 'oss-cn-beijing',
    endpoint: 'http://localhost:9580',
    accessKeyId: 'LTAItestid',
    accessKeySecret: SECRET,
    bucket: BUCKET,
    ...options,
    // Never due: it only keeps the client from advising it on stderr.
    refreshSTSToken: async () => ({}),
    refreshSTSTokenInterval: 3_600_000,
  } as OSS.Options);
}

/** What the wire would carry, as our gateway reads it. */
function verifyUrl(method: string, url: string, headers: Record<string, unknown>, resource: OssResource): OssVerdict {
  const texts = Object.entries(headers).map(([name, value]) => [name, wireText(String(value))]);
  const request = signedRequest(method, url.slice(url.indexOf('/', 'http://'.length)), Object.fromEntries(texts));
  const claim = recogniseOss(request);
  if (!claim || claim.problem || claim.scheme === 'oss-v2')
    throw new Error(`not a usable claim: ${JSON.stringify(claim)}`);
  const options = { resources: [resource] };
  return claim.scheme === 'oss-v4'
    ? verifier.verify(request, claim, SECRET, options)
    : verifyOssV1(request, claim, SECRET, options);
}

/** With `headerEncoding: 'latin1'` each character is one byte of UTF-8, which the server decodes. */
function wireText(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of one byte is what is asked for.
  return /^[\x00-\xff]*$/.test(value) ? Buffer.from(value, 'latin1').toString('utf8') : value;
}

const CALLS: readonly { readonly what: string; readonly params: Record<string, unknown> }[] = [
  {
    what: 'an upload',
    params: { method: 'PUT', object: 'dir/a b+中(1)!.txt', content: Buffer.from('x'), mime: 'txt' },
  },
  { what: 'an upload with metadata', params: { method: 'PUT', object: 'k', headers: { 'x-oss-meta-a': ' v ' } } },
  { what: 'a flag sub-resource', params: { method: 'GET', subres: 'acl' } },
  { what: 'two flags', params: { method: 'GET', subres: ['uploads', 'x'] } },
  { what: 'a part', params: { method: 'PUT', object: 'k', subres: { partNumber: 3, uploadId: 'U/1=' } } },
  { what: 'a listing', params: { method: 'GET', query: { prefix: 'a b/', delimiter: '/', 'max-keys': 10 } } },
  { what: 'a listing with an empty prefix', params: { method: 'GET', query: { prefix: '', marker: 'm' } } },
  { what: 'a listing with an undefined marker', params: { method: 'GET', query: { prefix: 'p', marker: undefined } } },
  {
    what: 'a listing with every kind of nothing',
    params: { method: 'GET', query: { prefix: '', marker: undefined, delimiter: null, 'max-keys': 3 } },
  },
  {
    what: 'a second page',
    params: { method: 'GET', subres: { 'continuation-token': 'CgJh+' }, query: { 'list-type': 2, 'start-after': 'é' } },
  },
  { what: 'image processing', params: { method: 'GET', object: 'k', subres: { 'x-oss-process': 'image/resize,w_9' } } },
  {
    what: 'a sub-resource that no list has',
    params: { method: 'GET', subres: { brandNew: '' }, query: { prefix: 'p' } },
  },
  { what: 'oddly named parameters', params: { method: 'GET', subres: { B: '1', a: '2', '|c': '3', _d: '' } } },
  { what: 'a delete', params: { method: 'DELETE', object: 'k', subres: { versionId: 'null' } } },
];

describe.each([
  { authorizationV4: false },
  { authorizationV4: true },
  { authorizationV4: false, stsToken: 'CAIS+/=' },
  { authorizationV4: true, stsToken: 'CAIS+/=' },
])('with %j', (options) => {
  test.each(CALLS)('accepts $what', ({ params }) => {
    const client = clientOf(options);
    const { url, params: sent } = createRequest.call(client, { bucket: BUCKET, ...params });
    const resource = { bucket: BUCKET, key: params.object as string | undefined };
    const method = params.method as string;
    expect(verifyUrl(method, url, sent.headers, resource)).toMatchObject({ ok: true });
    expect(verifyUrl(method, url, { ...sent.headers, 'x-oss-more': '1' }, resource)).toMatchObject({ ok: false });
    expect(verifyUrl(method, url, sent.headers, { ...resource, key: 'other' })).toMatchObject({ ok: false });
  });

  test('accepts signed URLs', async () => {
    const client = clientOf(options);
    const resource = { bucket: BUCKET, key: 'dir/a b+中.txt' };
    const urls = options.authorizationV4
      ? [await client.signatureUrlV4('GET', 60, { queries: { acl: '' } } as never, resource.key)]
      : [
          client.signatureUrl(resource.key, { expires: 60, process: 'image/resize,w_9' }),
          await client.asyncSignatureUrl(resource.key, { response: { 'content-type': 'text/plain' } }),
        ];
    for (const url of urls) {
      expect(verifyUrl('GET', url, {}, resource)).toMatchObject({ ok: true });
      expect(verifyUrl('PUT', url, {}, resource)).toMatchObject({ ok: false });
      expect(verifyUrl('GET', `${url}&versionId=1`, {}, resource)).toMatchObject({ ok: false });
    }
  });
});

test.each([false, true])('accepts headers in UTF-8, sent with headerEncoding latin1 (V4: %s)', (authorizationV4) => {
  const client = clientOf({ authorizationV4, headerEncoding: 'latin1' });
  const call = { method: 'PUT', bucket: BUCKET, object: 'k', headers: { 'x-oss-meta-name': '中文 é' } };
  const { url, params } = createRequest.call(client, call);
  expect(verifyUrl('PUT', url, params.headers, { bucket: BUCKET, key: 'k' })).toMatchObject({ ok: true });
});
