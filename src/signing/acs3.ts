/** ACS3-HMAC-SHA256, the signature of every current OpenAPI SDK (RPC and ROA alike): recognise, verify, sign. */

import { createHmac } from 'node:crypto';
import { authorizationPairs, byCodeUnit, percentEncode, sameSignature, sha256Hex } from './canonical.ts';
import {
  type Mismatch,
  type QueryPair,
  type SignedRequest,
  type SigningCredentials,
  signedQuery,
  type UnusableClaim,
} from './signed-request.ts';
import { checkWindow, formatExtendedIso, parseExtendedIso, type TimeCheck } from './signing-time.ts';

export const ACS3_ALGORITHM = 'ACS3-HMAC-SHA256';

export interface Acs3Claim {
  readonly scheme: 'acs3';
  readonly problem?: undefined;
  readonly accessKeyId: string;
  readonly signature: string;
  /** Lower-case, in the client's order. */
  readonly signedHeaders: readonly string[];
  readonly action: string;
  readonly version: string;
  /** x-acs-date, `2024-01-02T03:04:05Z`. */
  readonly date: string;
  /** One use each: the caller may refuse a second. */
  readonly nonce: string;
  /** What the client says the body hashes to, lower-case hex. */
  readonly contentSha256: string;
  readonly securityToken: string | undefined;
}

export type Acs3Problem =
  | 'unsupported-algorithm'
  | 'malformed-authorization'
  /** `detail` names a header that must be present and signed. */
  | 'unsigned-header';
export type UnusableAcs3Claim = UnusableClaim<'acs3', Acs3Problem>;

export interface Acs3VerifyOptions {
  /** Lower-case hex of the body that really came; absent while it has not been read. */
  readonly bodySha256?: string | undefined;
}

export type Acs3Verdict =
  | { readonly ok: true; readonly form: string }
  | (Mismatch & {
      /** 'body': x-acs-content-sha256 is not the hash of the body that came. */
      readonly reason: 'signature' | 'body';
    });

/** Undefined when the request carries no credentials of the ACS3 or ACS4 family at all. */
export function recogniseAcs3({ headers }: SignedRequest): Acs3Claim | UnusableAcs3Claim | undefined {
  const authorization = headers.authorization ?? '';
  if (!/^ACS[34]-/.test(authorization)) return undefined;
  const [algorithm = ''] = authorization.split(' ', 1);
  if (algorithm !== ACS3_ALGORITHM) return unusable('unsupported-algorithm', undefined, algorithm);

  const pairs = authorizationPairs(authorization.slice(ACS3_ALGORITHM.length));
  const accessKeyId = pairs.get('credential');
  const signature = pairs.get('signature');
  if (!accessKeyId || !signature) return unusable('malformed-authorization', accessKeyId, authorization);

  const signedHeaders = (pairs.get('signedheaders') ?? '').split(';').map((name) => name.trim().toLowerCase());
  const unsigned = REQUIRED_HEADERS.find((name) => !signedHeaders.includes(name) || headers[name] === undefined);
  if (unsigned) return unusable('unsigned-header', accessKeyId, unsigned);
  return {
    scheme: 'acs3',
    accessKeyId,
    signature,
    signedHeaders,
    action: headers['x-acs-action'] ?? '',
    version: headers['x-acs-version'] ?? '',
    date: headers['x-acs-date'] ?? '',
    nonce: headers['x-acs-signature-nonce'] ?? '',
    contentSha256: (headers['x-acs-content-sha256'] ?? '').toLowerCase(),
    securityToken: headers['x-acs-security-token'],
  };
}

/** Help page "V3 request structure and signature": the list of headers is the client's, these must be in it. */
const REQUIRED_HEADERS = [
  'host',
  'x-acs-action',
  'x-acs-version',
  'x-acs-date',
  'x-acs-content-sha256',
  'x-acs-signature-nonce',
];

/** Checks the signature and, when the body's own hash is given, that it is the one that was signed. */
export function verifyAcs3(
  request: SignedRequest,
  claim: Acs3Claim,
  secret: string,
  { bodySha256 }: Acs3VerifyOptions = {},
): Acs3Verdict {
  const provided = claim.signature;
  const isOtherBody = bodySha256 !== undefined && bodySha256 !== claim.contentSha256;
  const headers = canonicalHeaders(request.headers, claim.signedHeaders);
  const tail = `${headers}\n${claim.signedHeaders.join(';')}\n${bodySha256 ?? claim.contentSha256}`;
  let mismatch: Acs3Verdict | undefined;
  for (const [form, pathAndQuery] of targetForms(request)) {
    const canonicalRequest = `${request.method}\n${pathAndQuery}\n${tail}`;
    const stringToSign = stringToSignOf(canonicalRequest);
    const expected = hmacHex(secret, stringToSign);
    if (!isOtherBody && sameSignature(provided, expected)) return { ok: true, form };
    const reason = isOtherBody ? 'body' : 'signature';
    mismatch ??= { ok: false, reason, stringToSign, canonicalRequest, provided, expected };
    if (isOtherBody) break;
  }
  return mismatch ?? { ok: false, reason: 'signature', stringToSign: '', provided, expected: '' };
}

/** The gateway's own pages say 31 minutes in one place and 15 in another: the window is the caller's. */
export function checkAcs3Time(claim: Acs3Claim, nowMs: number, windowMs: number): TimeCheck {
  return checkWindow(claim.date, parseExtendedIso(claim.date), nowMs, windowMs);
}

export interface Acs3Signing {
  readonly method: string;
  /** Escaped as it will go on the wire; `/` for RPC style. */
  readonly rawPath: string;
  readonly query?: readonly QueryPair[];
  /** Lower-case names; `host` with its port must be among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly action: string;
  readonly version: string;
  readonly credentials: SigningCredentials;
  readonly atMs: number;
  readonly nonce: string;
}

/** The x-acs-* headers and Authorization to add. */
export function signAcs3(signing: Acs3Signing): Record<string, string> {
  const { method, rawPath, query = [], headers, body = '', credentials } = signing;
  const contentSha256 = sha256Hex(body);
  const added: Record<string, string> = {
    'x-acs-action': signing.action,
    'x-acs-version': signing.version,
    'x-acs-date': formatExtendedIso(signing.atMs),
    'x-acs-signature-nonce': signing.nonce,
    'x-acs-content-sha256': contentSha256,
  };
  if (credentials.securityToken !== undefined) {
    added['x-acs-accesskey-id'] = credentials.accessKeyId;
    added['x-acs-security-token'] = credentials.securityToken;
  }
  const all = { ...headers, ...added };
  const signedHeaders = Object.keys(all).filter(isSignedByClients).sort();
  const canonicalRequest =
    `${method}\n${canonicalPath(rawPath)}\n${canonicalQuery(query, keepName)}\n` +
    `${canonicalHeaders(all, signedHeaders)}\n${signedHeaders.join(';')}\n${contentSha256}`;
  const signature = hmacHex(credentials.accessKeySecret, stringToSignOf(canonicalRequest));
  added.authorization = `${ACS3_ALGORITHM} Credential=${credentials.accessKeyId},SignedHeaders=${signedHeaders.join(';')},Signature=${signature}`;
  return added;
}

function isSignedByClients(name: string): boolean {
  return name.startsWith('x-acs-') || name === 'host' || name === 'content-type';
}

function unusable(problem: Acs3Problem, accessKeyId: string | undefined, detail: string): UnusableAcs3Claim {
  return { scheme: 'acs3', problem, accessKeyId, detail };
}

function stringToSignOf(canonicalRequest: string): string {
  return `${ACS3_ALGORITHM}\n${sha256Hex(canonicalRequest)}`;
}

function hmacHex(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text, 'utf8').digest('hex');
}

/** A name that is listed but absent contributes nothing, so that it can't match by chance. */
function canonicalHeaders(headers: Readonly<Record<string, string>>, names: readonly string[]): string {
  let lines = '';
  for (const name of [...names].sort()) {
    // A client may well list `constructor`, which every object has and no request.
    const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
    if (value !== undefined) lines += `${name}:${value.trim()}\n`;
  }
  return lines;
}

/** Path and query as @alicloud/openapi-core signs them, then as other SDKs do. */
function* targetForms(request: SignedRequest): Generator<readonly [form: string, text: string]> {
  const { rawPath } = request;
  const query = signedQuery(request);
  const seen = new Set<string>();
  // UNVERIFIED SIG-003: documentation escapes the names of parameters too, the Node and Go SDKs don't.
  for (const [queryForm, queryText] of [
    ['strict', canonicalQuery(query, keepName)],
    ['escaped names', canonicalQuery(query, percentEncode)],
  ] as const) {
    for (const [pathForm, path] of [
      ['', canonicalPath(rawPath)],
      // The Python SDK leaves the path alone; @alicloud/openapi-util replaces the first occurrence only.
      [', raw path', rawPath === '' ? '/' : rawPath],
      [', path replaced once', rawPath.replace('+', '%20').replace('*', '%2A').replace('%7E', '~')],
    ] as const) {
      const text = `${path}\n${queryText}`;
      if (seen.has(text)) continue;
      seen.add(text);
      yield [queryForm + pathForm, text];
    }
  }
}

function canonicalPath(rawPath: string): string {
  if (rawPath === '') return '/';
  return rawPath.replaceAll('+', '%20').replaceAll('*', '%2A').replaceAll('%7E', '~');
}

function keepName(name: string): string {
  return name;
}

/** Sorted by decoded name; `name=` even when the value is empty. */
function canonicalQuery(query: readonly QueryPair[], encodeName: (name: string) => string): string {
  if (query.length === 0) return '';
  return [...query]
    .sort((left, right) => byCodeUnit(left[0], right[0]))
    .map(([name, value]) => `${encodeName(name)}=${percentEncode(value)}`)
    .join('&');
}
