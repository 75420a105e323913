/** OSS signature version 1, in the Authorization header and in a URL: recognise, verify, sign. */

import { byCodeUnit, hmacSha1Base64, keyAndSignature, prefixedHeaderLines, sameSignature } from './canonical.ts';
import {
  emptyWithEquals,
  type OssSigning,
  type OssVerdict,
  type OssVerifyOptions,
  ossResourcePath,
} from './oss-resource.ts';
import { isPagingParameter, isSignedSubresource, isUrlCredential } from './oss-subresources.ts';
import { firstValue, type QueryPair, type SignedRequest, signedQuery, type UnusableClaim } from './signed-request.ts';
import { checkWindow, formatHttpDate, parseHttpDate, type TimeCheck } from './signing-time.ts';

export interface OssV1Claim {
  readonly scheme: 'oss-v1';
  readonly problem?: undefined;
  readonly where: 'header' | 'url';
  readonly accessKeyId: string;
  readonly signature: string;
  /** The Date line: x-oss-date or Date of a header signature, Expires of a URL. */
  readonly date: string;
  readonly securityToken: string | undefined;
}

export type OssV1Problem = 'malformed-authorization' | 'missing-url-parameter' | 'two-signatures';
export type UnusableOssV1Claim = UnusableClaim<'oss-v1', OssV1Problem>;

const PREFIX = 'OSS ';

type Headers = SignedRequest['headers'];

/** Undefined when the request carries no V1 credentials at all. */
export function recogniseOssV1(request: SignedRequest): OssV1Claim | UnusableOssV1Claim | undefined {
  const authorization = request.headers.authorization;
  const query = signedQuery(request);
  const accessKeyId = firstValue(query, 'OSSAccessKeyId');
  const signature = firstValue(query, 'Signature');
  // UNVERIFIED SIG-001: Expires alone is an unknown parameter here, not half a signature.
  if (accessKeyId !== undefined || signature !== undefined) {
    if (authorization) return unusable('two-signatures', accessKeyId, 'Authorization header and signed URL');
    return claimFromUrl(query, request.headers, accessKeyId, signature);
  }
  return authorization?.startsWith(PREFIX) ? claimFromHeader(query, request.headers, authorization) : undefined;
}

/** The caller answers for the time (checkOssV1Time) and for the token; this is about the signature alone. */
export function verifyOssV1(
  request: SignedRequest,
  claim: OssV1Claim,
  secret: string,
  { resources }: OssVerifyOptions,
): OssVerdict {
  const head = signedHead(request.method, request.headers, claim.date);
  let mismatch: OssVerdict | undefined;
  for (const [form, subresources] of subresourceForms(request)) {
    for (const resource of resources) {
      const stringToSign = head + ossResourcePath(resource) + subresources;
      const expected = hmacSha1Base64(secret, stringToSign);
      if (sameSignature(claim.signature, expected)) return { ok: true, resource, form };
      mismatch ??= { ok: false, stringToSign, provided: claim.signature, expected };
    }
  }
  return mismatch ?? { ok: false, stringToSign: head, provided: claim.signature, expected: '' };
}

/** Help page "Include signatures in URLs": Expires is seconds since the epoch, and its own window. */
export function checkOssV1Time(claim: Pick<OssV1Claim, 'where' | 'date'>, nowMs: number, windowMs: number): TimeCheck {
  if (claim.where === 'header') return checkWindow(claim.date, parseHttpDate(claim.date), nowMs, windowMs);
  if (!/^-?\d{1,12}$/.test(claim.date)) return { state: 'malformed', value: claim.date, serverTimeMs: nowMs };
  const expiresMs = Number(claim.date) * 1000;
  return nowMs > expiresMs ? { state: 'expired', expiresMs, serverTimeMs: nowMs } : { state: 'ok' };
}

/** The headers to add: x-oss-date unless a date is given, x-oss-security-token for temporary keys, Authorization. */
export function signOssV1({ method, resource, query, headers, credentials, atMs }: OssSigning): Record<string, string> {
  const added: Record<string, string> = {};
  const date = headers?.['x-oss-date'] ?? headers?.date;
  if (date === undefined) added['x-oss-date'] = formatHttpDate(atMs);
  if (credentials.securityToken !== undefined) added['x-oss-security-token'] = credentials.securityToken;
  const signedDate = date ?? added['x-oss-date'] ?? '';
  const stringToSign =
    signedHead(method, { ...headers, ...added }, signedDate) +
    ossResourcePath(resource) +
    subresourceText(firstOfEachName(query ?? []), isSignedSubresource);
  added.authorization = `${PREFIX}${credentials.accessKeyId}:${hmacSha1Base64(credentials.accessKeySecret, stringToSign)}`;
  return added;
}

/** The query parameters to add to a URL that is good for `expiresSeconds`. */
export function presignOssV1({
  method,
  resource,
  query = [],
  headers = {},
  credentials,
  atMs,
  expiresSeconds,
}: OssSigning & { readonly expiresSeconds: number }): QueryPair[] {
  const expires = String(Math.floor(atMs / 1000) + expiresSeconds);
  const token: QueryPair[] =
    credentials.securityToken === undefined ? [] : [['security-token', credentials.securityToken]];
  const stringToSign =
    signedHead(method, headers, expires) +
    ossResourcePath(resource) +
    subresourceText(firstOfEachName([...query, ...token]), isSignedSubresource);
  return [
    ...token,
    ['OSSAccessKeyId', credentials.accessKeyId],
    ['Expires', expires],
    ['Signature', hmacSha1Base64(credentials.accessKeySecret, stringToSign)],
  ];
}

function claimFromHeader(
  query: readonly QueryPair[],
  headers: Headers,
  authorization: string,
): OssV1Claim | UnusableOssV1Claim {
  const parts = keyAndSignature(authorization.slice(PREFIX.length));
  if (!parts) return unusable('malformed-authorization', undefined, authorization);
  return {
    scheme: 'oss-v1',
    where: 'header',
    ...parts,
    date: headers['x-oss-date'] ?? headers.date ?? '',
    // alibabacloud-oss-python-sdk-v2 sends `security-token`, which is outside the signature.
    securityToken: headers['x-oss-security-token'] ?? headers['security-token'] ?? firstValue(query, 'security-token'),
  };
}

function claimFromUrl(
  query: readonly QueryPair[],
  headers: Headers,
  accessKeyId: string | undefined,
  signature: string | undefined,
): OssV1Claim | UnusableOssV1Claim {
  const date = firstValue(query, 'Expires');
  if (!accessKeyId) return unusable('missing-url-parameter', undefined, 'OSSAccessKeyId');
  if (!signature) return unusable('missing-url-parameter', accessKeyId, 'Signature');
  if (date === undefined) return unusable('missing-url-parameter', accessKeyId, 'Expires');
  const securityToken =
    firstValue(query, 'security-token') ?? headers['x-oss-security-token'] ?? headers['security-token'];
  return { scheme: 'oss-v1', where: 'url', accessKeyId, signature, date, securityToken };
}

function unusable(problem: OssV1Problem, accessKeyId: string | undefined, detail: string): UnusableOssV1Claim {
  return { scheme: 'oss-v1', problem, accessKeyId, detail };
}

/** Everything of the string to sign before the resource. */
function signedHead(method: string, headers: Headers, date: string): string {
  const md5 = headers['content-md5'] ?? '';
  const type = headers['content-type'] ?? '';
  return `${method}\n${md5}\n${type}\n${date}\n${prefixedHeaderLines(headers, 'x-oss-')}`;
}

/** The server's own list first, then what single clients do differently. Forms only ever add names, never drop one. */
function* subresourceForms(request: SignedRequest): Generator<readonly [form: string, text: string]> {
  const pairs = firstOfEachName(signedQuery(request));
  const strict = subresourceText(pairs, isSignedSubresource);
  yield ['strict', strict];
  if (pairs.length === 0) return;

  const seen = new Set([strict]);
  const withEquals = emptyWithEquals(request.rawQuery);
  for (const keptEquals of withEquals.size > 0 ? [undefined, withEquals] : [undefined]) {
    for (const [form, isSigned] of CLIENT_FORMS) {
      const text = subresourceText(pairs, isSigned, keptEquals);
      if (seen.has(text)) continue;
      seen.add(text);
      yield [keptEquals ? `${form}, empty values with '='` : form, text];
    }
  }
}

const CLIENT_FORMS: readonly (readonly [form: string, isSigned: (name: string) => boolean])[] = [
  // Java V1 signs `name=` for an empty value that is not null.
  ['listed names', isSignedSubresource],
  // alibabacloud-oss-go-sdk-v2 and gateway-oss.
  ['listed names and x-oss-*', (name) => isSignedSubresource(name) || name.startsWith('x-oss-')],
  // ali-oss signs whatever its caller put into `subres`, and nothing of `query`, where it pages its listings.
  ['all but paging', (name) => !isPagingParameter(name)],
  ['every name', () => true],
];

/** `?a&b=c`, or nothing. The value is raw; an empty one has no '=' unless its name is in `keptEquals`. */
function subresourceText(
  pairs: readonly QueryPair[],
  isSigned: (name: string) => boolean,
  keptEquals?: ReadonlySet<string>,
): string {
  let text = '';
  for (const [name, value] of pairs) {
    if (!isSigned(name)) continue;
    text += text === '' ? '?' : '&';
    text += value === '' && !keptEquals?.has(name) ? name : `${name}=${value}`;
  }
  return text;
}

/** Sorted by name, the first of a name only, without the URL's own credentials. */
function firstOfEachName(query: readonly QueryPair[]): readonly QueryPair[] {
  if (query.length === 0) return query;
  const first = new Map<string, QueryPair>();
  for (const pair of query) if (!isUrlCredential(pair[0]) && !first.has(pair[0])) first.set(pair[0], pair);
  return [...first.values()].sort((left, right) => byCodeUnit(left[0], right[0]));
}
