/** OSS signature version 4 (OSS4-HMAC-SHA256), in the Authorization header and in a URL: recognise and check time. */

import { createRecent } from '../kernel/recent.ts';
import { authorizationPairs } from './canonical.ts';
import { firstValue, type QueryPair, type SignedRequest, signedQuery, type UnusableClaim } from './signed-request.ts';
import { checkWindow, formatBasicIso, parseBasicIso, parseHttpDate, type TimeCheck } from './signing-time.ts';

export const OSS_V4_ALGORITHM = 'OSS4-HMAC-SHA256';
export const OSS_V4_TERMINATOR = 'aliyun_v4_request';
/** The only body hash OSS takes: bodies are not signed. */
export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';
/** Help page "Include a V4 signature in a URL": seven days. */
export const OSS_V4_EXPIRES_MAX_SECONDS = 604_800;

export interface OssV4Scope {
  /** YYYYMMDD */
  readonly day: string;
  readonly region: string;
  /** `oss`, or `oss-cloudbox`. */
  readonly product: string;
}

export interface OssV4Claim {
  readonly scheme: 'oss-v4';
  readonly problem?: undefined;
  readonly where: 'header' | 'url';
  readonly accessKeyId: string;
  readonly signature: string;
  readonly scope: OssV4Scope;
  /** x-oss-date as sent, YYYYMMDDTHHMMSSZ unless the client erred; of a header that has none, its Date. */
  readonly date: string;
  /** x-oss-expires of a URL, in seconds. */
  readonly expiresSeconds: number | undefined;
  /** Lower-case, sorted, without the names that are signed anyway. */
  readonly additionalHeaders: readonly string[];
  readonly securityToken: string | undefined;
}

export type OssV4Problem =
  | 'malformed-authorization'
  | 'malformed-credential'
  /** The detail says where: header or url. EC 0002-00000226 */
  | 'missing-region'
  | 'missing-url-parameter'
  | 'unknown-signature-version'
  | 'two-signatures'
  /** EC 0002-00000209 */
  | 'empty-additional-headers'
  /** EC 0002-00000214 */
  | 'unsupported-payload-hash'
  | 'malformed-expires'
  | 'scope-day-mismatch';
export type UnusableOssV4Claim = UnusableClaim<'oss-v4', OssV4Problem>;

/** Undefined when the request carries no V4 credentials at all. */
export function recogniseOssV4(request: SignedRequest): OssV4Claim | UnusableOssV4Claim | undefined {
  const authorization = request.headers.authorization;
  const query = signedQuery(request);
  const version = firstValue(query, 'x-oss-signature-version');
  if (version !== undefined || firstValue(query, 'x-oss-signature') !== undefined) {
    if (authorization) return unusable('two-signatures', undefined, 'Authorization header and signed URL');
    return claimFromUrl(query, request.headers, version);
  }
  if (!authorization?.startsWith(OSS_V4_ALGORITHM)) return undefined;
  return claimFromHeader(request, authorization.slice(OSS_V4_ALGORITHM.length));
}

/** A header must be fresh; a URL is good from its date (less the skew) until its date and its expiry. */
export function checkOssV4Time(claim: OssV4Claim, nowMs: number, windowMs: number): TimeCheck {
  const timeMs = signedAtMs(claim);
  if (timeMs === undefined || claim.expiresSeconds === undefined) {
    return checkWindow(claim.date, timeMs, nowMs, windowMs);
  }
  const expiresMs = timeMs + claim.expiresSeconds * 1000;
  if (nowMs > expiresMs) return { state: 'expired', expiresMs, serverTimeMs: nowMs };
  if (nowMs >= timeMs - windowMs) return { state: 'ok' };
  return { state: 'skewed', requestTimeMs: timeMs, serverTimeMs: nowMs, maxSkewMs: windowMs };
}

/**
 * aliyun-oss-go-sdk 2.2 and 3.0 source: they sign the Date header as it is and send no x-oss-date, and so do Terraform's
 * buckets and ossutil 1 with `--sign-version v4`, which are built on them.
 */
function signedAtMs({ where, date }: Pick<OssV4Claim, 'where' | 'date'>): number | undefined {
  return parseBasicIso(date) ?? (where === 'header' ? parseHttpDate(date) : undefined);
}

function signedDay({ where, date }: Pick<OssV4Claim, 'where' | 'date'>): string | undefined {
  if (parseBasicIso(date) !== undefined) return date.slice(0, 8);
  const atMs = signedAtMs({ where, date });
  return atMs === undefined ? undefined : formatBasicIso(atMs).slice(0, 8);
}

/** content-type, content-md5 and every x-oss-* take part without being asked. */
export function isDefaultSignedHeader(name: string): boolean {
  return name.startsWith('x-oss-') || name === 'content-type' || name === 'content-md5';
}

function claimFromHeader({ headers }: SignedRequest, text: string): OssV4Claim | UnusableOssV4Claim {
  const { credential, signature, additional } = headerParts(text);
  if (!credential || !signature) return unusable('malformed-authorization', undefined, text.trim());

  const payload = headers['x-oss-content-sha256'];
  if (payload !== undefined && payload !== UNSIGNED_PAYLOAD) {
    return unusable('unsupported-payload-hash', undefined, payload);
  }
  return claimFromParts({
    where: 'header',
    credential,
    signature,
    date: headers['x-oss-date'] ?? headers.date ?? '',
    expires: undefined,
    additional,
    securityToken: headers['x-oss-security-token'],
  });
}

interface HeaderParts {
  credential: string | undefined;
  signature: string | undefined;
  additional: string | undefined;
}

const LAST_PAIR = ',Signature=';
const SIGNATURE_LENGTH = 64;
/** Headers without their signature: a client's is the same for a day. Bounded by the characters of all. */
const headersRead = createRecent<HeaderParts>(64 * 1024);

function headerParts(text: string): HeaderParts {
  const end = text.length - SIGNATURE_LENGTH;
  if (!text.startsWith(LAST_PAIR, end - LAST_PAIR.length)) return readHeader(text);
  const head = text.slice(0, end - LAST_PAIR.length);
  let known = headersRead.get(head);
  if (!known) {
    known = readHeader(head);
    headersRead.set(head, known, head.length);
  }
  // The first of a name wins.
  return known.signature === undefined ? { ...known, signature: text.slice(end).trim() } : known;
}

function readHeader(text: string): HeaderParts {
  const pairs = authorizationPairs(text);
  return {
    credential: pairs.get('credential'),
    signature: pairs.get('signature'),
    additional: pairs.get('additionalheaders'),
  };
}

function claimFromUrl(
  query: readonly QueryPair[],
  headers: SignedRequest['headers'],
  version: string | undefined,
): OssV4Claim | UnusableOssV4Claim {
  if (version !== OSS_V4_ALGORITHM) {
    return version === undefined
      ? unusable('missing-url-parameter', undefined, 'x-oss-signature-version')
      : unusable('unknown-signature-version', undefined, version);
  }
  const missing = ['x-oss-credential', 'x-oss-date', 'x-oss-expires', 'x-oss-signature'].find(
    (name) => !firstValue(query, name),
  );
  if (missing) return unusable('missing-url-parameter', undefined, missing);
  return claimFromParts({
    where: 'url',
    credential: firstValue(query, 'x-oss-credential') ?? '',
    signature: firstValue(query, 'x-oss-signature') ?? '',
    date: firstValue(query, 'x-oss-date') ?? '',
    expires: firstValue(query, 'x-oss-expires'),
    additional: firstValue(query, 'x-oss-additional-headers'),
    securityToken: firstValue(query, 'x-oss-security-token') ?? headers['x-oss-security-token'],
  });
}

interface Parts {
  readonly where: 'header' | 'url';
  readonly credential: string;
  readonly signature: string;
  readonly date: string;
  readonly expires: string | undefined;
  readonly additional: string | undefined;
  readonly securityToken: string | undefined;
}

function claimFromParts(parts: Parts): OssV4Claim | UnusableOssV4Claim {
  const credential = readCredential(parts.credential);
  if (!credential && parts.credential.split('/').at(-3) === '')
    return unusable('missing-region', undefined, parts.where);
  if (!credential) return unusable('malformed-credential', undefined, parts.credential);
  const { accessKeyId, scope } = credential;

  if (parts.additional === '') return unusable('empty-additional-headers', accessKeyId, '');
  const expiresSeconds = parts.expires === undefined ? undefined : readExpires(parts.expires);
  if (parts.expires !== undefined && expiresSeconds === undefined) {
    return unusable('malformed-expires', accessKeyId, parts.expires);
  }
  // A date that is no date at all is told by checkOssV4Time.
  const day = signedDay(parts);
  if (day !== undefined && day !== scope.day) {
    return unusable('scope-day-mismatch', accessKeyId, `x-oss-date ${parts.date}, credential ${scope.day}`);
  }
  const { where, signature, date, securityToken } = parts;
  const additionalHeaders = normaliseAdditionalHeaders(parts.additional);
  return {
    scheme: 'oss-v4',
    where,
    accessKeyId,
    signature,
    scope,
    date,
    expiresSeconds,
    additionalHeaders,
    securityToken,
  };
}

export interface Credential {
  readonly accessKeyId: string;
  readonly scope: OssV4Scope;
}

/** A client's is the same for a day. Bounded by the characters of all. */
const readCredentials = createRecent<Credential>(64 * 1024);

/** `<AccessKeyId>/<day>/<region>/<product>/aliyun_v4_request`, read from its end. */
export function readCredential(text: string): Credential | undefined {
  const known = readCredentials.get(text);
  if (known) return known;
  const parts = text.split('/');
  const [day = '', region = '', product = '', terminator = ''] = parts.slice(-4);
  const accessKeyId = parts.slice(0, -4).join('/');
  const isUsable =
    accessKeyId !== '' &&
    /^\d{8}$/.test(day) &&
    region !== '' &&
    (product === 'oss' || product === 'oss-cloudbox') &&
    terminator === OSS_V4_TERMINATOR;
  if (!isUsable) return undefined;
  const credential = { accessKeyId, scope: { day, region, product } };
  readCredentials.set(text, credential, text.length);
  return credential;
}

/** The error page for EC 0002-00000215 speaks of a UNIX time; every SDK and the presign page mean seconds. */
function readExpires(text: string): number | undefined {
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  return seconds >= 1 && seconds <= OSS_V4_EXPIRES_MAX_SECONDS ? seconds : undefined;
}

const NO_HEADERS: readonly string[] = [];

function normaliseAdditionalHeaders(text: string | undefined): readonly string[] {
  if (text === undefined) return NO_HEADERS;
  const names = text.split(';').map((name) => name.trim().toLowerCase());
  return [...new Set(names)].filter((name) => name !== '' && !isDefaultSignedHeader(name)).sort();
}

function unusable(problem: OssV4Problem, accessKeyId: string | undefined, detail: string): UnusableOssV4Claim {
  return { scheme: 'oss-v4', problem, accessKeyId, detail };
}
