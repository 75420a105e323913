/** OSS signature version 2 (OSS2), which older SDKs still offer: recognise, verify and sign, in the header and in a URL. */

import { authorizationPairs, hmacSha256Base64, percentEncode, sameSignature } from './canonical.ts';
import {
  type OssResource,
  type OssSigning,
  type OssVerdict,
  type OssVerifyOptions,
  ossResourcePath,
} from './oss-resource.ts';
import { checkOssV1Time } from './oss-v1.ts';
import { canonicalQuery } from './oss-v4-signature.ts';
import { firstValue, type QueryPair, type SignedRequest, signedQuery, type UnusableClaim } from './signed-request.ts';
import { formatHttpDate, type TimeCheck } from './signing-time.ts';

export const OSS_V2_VERSION = 'OSS2';

export interface OssV2Claim {
  readonly scheme: 'oss-v2';
  readonly problem?: undefined;
  readonly where: 'header' | 'url';
  readonly accessKeyId: string;
  readonly signature: string;
  /** The Date line: the header Date of a header signature, x-oss-expires of a URL. */
  readonly date: string;
  /** What is held against the clock: x-oss-date where it is sent, else the Date line. */
  readonly time: string;
  /** Lower-case and sorted. */
  readonly additionalHeaders: readonly string[];
  readonly securityToken: string | undefined;
}

export type OssV2Problem = 'malformed-authorization' | 'missing-url-parameter' | 'two-signatures';
export type UnusableOssV2Claim = UnusableClaim<'oss-v2', OssV2Problem>;

const PREFIX = `${OSS_V2_VERSION} `;

type Headers = SignedRequest['headers'];

/** Undefined when the request carries no V2 credentials at all. */
export function recogniseOssV2(request: SignedRequest): OssV2Claim | UnusableOssV2Claim | undefined {
  const { authorization } = request.headers;
  const query = signedQuery(request);
  if (firstValue(query, 'x-oss-signature-version') === OSS_V2_VERSION) {
    if (authorization) return unusable('two-signatures', undefined, 'Authorization header and signed URL');
    return claimFromUrl(query, request.headers);
  }
  return authorization?.startsWith(PREFIX) ? claimFromHeader(query, request.headers, authorization) : undefined;
}

/** The caller answers for the time (checkOssV2Time) and for the token; this is about the signature alone. */
export function verifyOssV2(
  request: SignedRequest,
  claim: OssV2Claim,
  secret: string,
  { resources }: OssVerifyOptions,
): OssVerdict {
  const query = signedQuery(request);
  let mismatch: OssVerdict | undefined;
  for (const resource of resources) {
    const stringToSign = stringToSignOf({ ...request, ...claim, resource, query });
    const expected = hmacSha256Base64(secret, stringToSign);
    if (sameSignature(claim.signature, expected)) return { ok: true, resource, form: 'strict' };
    mismatch ??= { ok: false, stringToSign, provided: claim.signature, expected };
  }
  return mismatch ?? { ok: false, stringToSign: '', provided: claim.signature, expected: '' };
}

/** A header must be fresh; a URL names the second of its end, as with V1. */
export function checkOssV2Time({ where, time }: OssV2Claim, nowMs: number, windowMs: number): TimeCheck {
  return checkOssV1Time({ where, date: time }, nowMs, windowMs);
}

export interface OssV2Choices {
  /** Lower-case names of headers to sign besides x-oss-*. */
  readonly additionalHeaders?: readonly string[];
}

/** The headers to add: Date unless one is given, x-oss-security-token for temporary keys, Authorization. */
export function signOssV2({
  headers = {},
  query = [],
  credentials,
  additionalHeaders = [],
  ...rest
}: OssSigning & OssV2Choices): Record<string, string> {
  const added: Record<string, string> = headers.date === undefined ? { date: formatHttpDate(rest.atMs) } : {};
  if (credentials.securityToken !== undefined) added['x-oss-security-token'] = credentials.securityToken;
  const sent: Headers = { ...headers, ...added };
  const signed = [...additionalHeaders].sort();
  const text = stringToSignOf({ ...rest, query, headers: sent, date: sent.date ?? '', additionalHeaders: signed });
  const named = signed.length === 0 ? '' : `AdditionalHeaders:${signed.join(';')},`;
  const signature = hmacSha256Base64(credentials.accessKeySecret, text);
  added.authorization = `${PREFIX}AccessKeyId:${credentials.accessKeyId},${named}Signature:${signature}`;
  return added;
}

/** The query parameters to add to a URL that is good for `expiresSeconds`; `headers` are those its user must send. */
export function presignOssV2({
  headers = {},
  query = [],
  credentials,
  additionalHeaders = [],
  expiresSeconds,
  ...rest
}: OssSigning & OssV2Choices & { readonly expiresSeconds: number }): QueryPair[] {
  const date = String(Math.floor(rest.atMs / 1000) + expiresSeconds);
  const signed = [...additionalHeaders].sort();
  const added: QueryPair[] = [
    ['x-oss-signature-version', OSS_V2_VERSION],
    ['x-oss-expires', date],
    ['x-oss-access-key-id', credentials.accessKeyId],
  ];
  if (credentials.securityToken !== undefined) added.push(['security-token', credentials.securityToken]);
  if (signed.length > 0) added.push(['x-oss-additional-headers', signed.join(';')]);
  const text = stringToSignOf({ ...rest, query: [...query, ...added], headers, date, additionalHeaders: signed });
  return [...added, ['x-oss-signature', hmacSha256Base64(credentials.accessKeySecret, text)]];
}

function claimFromHeader(
  query: readonly QueryPair[],
  headers: Headers,
  authorization: string,
): OssV2Claim | UnusableOssV2Claim {
  // aliyun-oss-java-sdk puts a space after each comma.
  const pairs = authorizationPairs(authorization.slice(PREFIX.length), ':');
  const accessKeyId = pairs.get('accesskeyid');
  const signature = pairs.get('signature');
  if (!accessKeyId || !signature) return unusable('malformed-authorization', accessKeyId, authorization);
  // UNVERIFIED OSS-240: that Date is what is signed also beside x-oss-date, and x-oss-date what is held against the clock.
  const date = headers.date ?? headers['x-oss-date'] ?? '';
  return {
    ...{ scheme: 'oss-v2', where: 'header', accessKeyId, signature, date, time: headers['x-oss-date'] ?? date },
    additionalHeaders: namesOf(pairs.get('additionalheaders')),
    securityToken: headers['x-oss-security-token'] ?? firstValue(query, 'security-token'),
  };
}

function claimFromUrl(query: readonly QueryPair[], headers: Headers): OssV2Claim | UnusableOssV2Claim {
  const accessKeyId = firstValue(query, 'x-oss-access-key-id');
  const signature = firstValue(query, 'x-oss-signature');
  const date = firstValue(query, 'x-oss-expires');
  if (!accessKeyId) return unusable('missing-url-parameter', undefined, 'x-oss-access-key-id');
  if (!signature) return unusable('missing-url-parameter', accessKeyId, 'x-oss-signature');
  if (date === undefined) return unusable('missing-url-parameter', accessKeyId, 'x-oss-expires');
  return {
    ...{ scheme: 'oss-v2', where: 'url', accessKeyId, signature, date, time: date },
    additionalHeaders: namesOf(firstValue(query, 'x-oss-additional-headers')),
    securityToken: firstValue(query, 'security-token') ?? headers['x-oss-security-token'],
  };
}

/** oss2 names them in no order and signs them sorted. */
function namesOf(text = ''): string[] {
  const names = text.split(';').map((name) => name.trim().toLowerCase());
  return [...new Set(names.filter((name) => name !== ''))].sort();
}

function unusable(problem: OssV2Problem, accessKeyId: string | undefined, detail: string): UnusableOssV2Claim {
  return { scheme: 'oss-v2', problem, accessKeyId, detail };
}

interface Signed extends Pick<OssV2Claim, 'date' | 'additionalHeaders'> {
  readonly method: string;
  readonly resource: OssResource;
  readonly query: readonly QueryPair[];
  readonly headers: Headers;
}

/** Unlike V1 it covers every parameter, and escapes the slashes of the resource, too. */
function stringToSignOf({ method, headers, date, additionalHeaders, resource, query }: Signed): string {
  const names = Object.keys(headers).filter((name) => name.startsWith('x-oss-') || additionalHeaders.includes(name));
  const lines = names.sort().map((name) => `${name}:${(headers[name] ?? '').trim()}\n`);
  const asked = canonicalQuery(query);
  return (
    `${method}\n${headers['content-md5'] ?? ''}\n${headers['content-type'] ?? ''}\n${date}\n${lines.join('')}` +
    `${additionalHeaders.join(';')}\n${percentEncode(ossResourcePath(resource))}${asked === '' ? '' : `?${asked}`}`
  );
}
