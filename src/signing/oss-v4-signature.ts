/** OSS signature version 4: the canonical request, its verifier (which keeps derived keys) and its signer. */

import { createHmac } from 'node:crypto';
import { byCodeUnit, percentEncode, percentEncodePath, sameSignature, sha256Hex } from './canonical.ts';
import { hmacSha256, type TextSigner } from './hmac-sha256.ts';
import {
  emptyWithEquals,
  type OssResource,
  type OssSigning,
  type OssVerdict,
  type OssVerifyOptions,
} from './oss-resource.ts';
import { isPagingParameter } from './oss-subresources.ts';
import {
  isDefaultSignedHeader,
  OSS_V4_ALGORITHM,
  OSS_V4_TERMINATOR,
  type OssV4Claim,
  type OssV4Scope,
  UNSIGNED_PAYLOAD,
} from './oss-v4.ts';
import { type QueryPair, type SignedRequest, signedQuery } from './signed-request.ts';
import { formatBasicIso } from './signing-time.ts';

/** Derived signing keys kept by one verifier. A key lives for a day and a region; each STS secret needs its own. */
export const OSS_V4_SIGNING_KEYS_MAX = 256;

export interface OssV4Verifier {
  /** The caller answers for the time (checkOssV4Time) and for the token; this is about the signature alone. */
  verify(request: SignedRequest, claim: OssV4Claim, secret: string, options: OssVerifyOptions): OssVerdict;
}

interface SigningKey {
  secret: string;
  scope: OssV4Scope;
  scopeText: string;
  sign: TextSigner;
}

/** Keeps derived keys between calls: deriving one costs four HMACs, more than the rest of a verification. */
export function createOssV4Verifier({ signingKeysMax = OSS_V4_SIGNING_KEYS_MAX } = {}): OssV4Verifier {
  const keys = new Map<string, SigningKey>();
  let last: SigningKey | undefined;

  function signingKey(secret: string, scope: OssV4Scope): SigningKey {
    const name = `${scopeText(scope)}/${secret}`;
    const known = keys.get(name);
    if (known) {
      known.scope = scope;
      return known;
    }
    const derived = { secret, scope, scopeText: scopeText(scope), sign: hmacSha256(deriveSigningKey(secret, scope)) };
    const oldest = keys.size >= signingKeysMax ? keys.keys().next().value : undefined;
    if (oldest !== undefined) keys.delete(oldest);
    keys.set(name, derived);
    return derived;
  }

  return {
    verify(request, claim, secret, { resources }) {
      // A client's scope is read once, and calls mostly come many of a client: a name to look for is another text each time.
      if (last?.scope !== claim.scope || last.secret !== secret) last = signingKey(secret, claim.scope);
      return verifyWith(last, request, claim, resources);
    },
  };
}

/** For temporary keys adds x-oss-security-token; always x-oss-date, x-oss-content-sha256 and Authorization. */
export function signOssV4({
  method,
  resource,
  query = [],
  headers = {},
  credentials,
  atMs,
  region,
  additionalHeaders = [],
  product = 'oss',
}: OssSigning & OssV4Choices): Record<string, string> {
  const date = headers['x-oss-date'] ?? formatBasicIso(atMs);
  const scope: OssV4Scope = { day: date.slice(0, 8), region, product };
  const added: Record<string, string> = { 'x-oss-date': date, 'x-oss-content-sha256': UNSIGNED_PAYLOAD };
  if (credentials.securityToken !== undefined) added['x-oss-security-token'] = credentials.securityToken;

  const canonical =
    `${method}\n${canonicalPath(resource)}\n${canonicalQuery(query)}\n` +
    canonicalTail({ ...headers, ...added }, additionalHeaders);
  const signature = hmacHex(
    deriveSigningKey(credentials.accessKeySecret, scope),
    stringToSignOf(date, scopeText(scope), canonical),
  );
  const additional = additionalHeaders.length > 0 ? `AdditionalHeaders=${additionalHeaders.join(';')},` : '';
  added.authorization = `${OSS_V4_ALGORITHM} Credential=${credentials.accessKeyId}/${scopeText(scope)},${additional}Signature=${signature}`;
  return added;
}

/** The query parameters to add to a URL that is good for `expiresSeconds`; `headers` are those its user must send. */
export function presignOssV4({
  method,
  resource,
  query = [],
  headers = {},
  credentials,
  atMs,
  region,
  additionalHeaders = [],
  product = 'oss',
  expiresSeconds,
}: OssSigning & OssV4Choices & { readonly expiresSeconds: number }): QueryPair[] {
  const date = formatBasicIso(atMs);
  const scope: OssV4Scope = { day: date.slice(0, 8), region, product };
  const added: QueryPair[] = [
    ['x-oss-signature-version', OSS_V4_ALGORITHM],
    ['x-oss-credential', `${credentials.accessKeyId}/${scopeText(scope)}`],
    ['x-oss-date', date],
    ['x-oss-expires', String(expiresSeconds)],
  ];
  if (credentials.securityToken !== undefined) added.push(['x-oss-security-token', credentials.securityToken]);
  if (additionalHeaders.length > 0) added.push(['x-oss-additional-headers', additionalHeaders.join(';')]);

  const canonical =
    `${method}\n${canonicalPath(resource)}\n${canonicalQuery([...query, ...added])}\n` +
    canonicalTail(headers, additionalHeaders, UNSIGNED_PAYLOAD);
  const key = deriveSigningKey(credentials.accessKeySecret, scope);
  return [...added, ['x-oss-signature', hmacHex(key, stringToSignOf(date, scopeText(scope), canonical))]];
}

export interface OssV4Choices {
  readonly region: string;
  /** Lower-case, sorted names of headers to sign besides those that always are. */
  readonly additionalHeaders?: readonly string[];
  readonly product?: string;
}

/** The key of one secret, day, region and product; also signs post policies. */
export function deriveSigningKey(secret: string, { day, region, product }: OssV4Scope): Buffer {
  const dayKey = hmac(`aliyun_v4${secret}`, day);
  return hmac(hmac(hmac(dayKey, region), product), OSS_V4_TERMINATOR);
}

function verifyWith(
  { sign, scopeText: scope }: SigningKey,
  request: SignedRequest,
  claim: OssV4Claim,
  resources: readonly OssResource[],
): OssVerdict {
  const payload = claim.where === 'url' ? UNSIGNED_PAYLOAD : undefined;
  const tail = canonicalTail(request.headers, claim.additionalHeaders, payload);
  let mismatch: OssVerdict | undefined;
  for (const [form, query] of request.rawQuery === '' ? NO_QUERY : queryForms(request)) {
    for (const resource of resources) {
      const canonicalRequest = `${request.method}\n${canonicalPath(resource)}\n${query}\n${tail}`;
      const stringToSign = stringToSignOf(claim.date, scope, canonicalRequest);
      const expected = sign(stringToSign);
      if (sameSignature(claim.signature, expected)) return { ok: true, resource, form };
      mismatch ??= { ok: false, stringToSign, canonicalRequest, provided: claim.signature, expected };
    }
  }
  return mismatch ?? { ok: false, stringToSign: '', canonicalRequest: '', provided: claim.signature, expected: '' };
}

/** Escaped in its parts, which are texts in one piece: what is put together from several is copied before it is looked through. */
function canonicalPath({ bucket, key }: OssResource): string {
  if (bucket === undefined || bucket === '') return '/';
  return `/${percentEncodePath(bucket)}/${key === undefined ? '' : percentEncodePath(key)}`;
}

function stringToSignOf(date: string, scope: string, canonicalRequest: string): string {
  return `${OSS_V4_ALGORITHM}\n${date}\n${scope}\n${sha256Hex(canonicalRequest)}`;
}

function scopeText({ day, region, product }: OssV4Scope): string {
  return `${day}/${region}/${product}/${OSS_V4_TERMINATOR}`;
}

/** Canonical headers, an empty line's worth of newline, the additional names, the payload. */
function canonicalTail(
  headers: Readonly<Record<string, string>>,
  additionalHeaders: readonly string[],
  payload: string = headers['x-oss-content-sha256'] ?? UNSIGNED_PAYLOAD,
): string {
  let lines = '';
  const names: string[] = [];
  for (const name in headers) if (isDefaultSignedHeader(name) || additionalHeaders.includes(name)) names.push(name);
  for (const name of names.sort()) lines += `${name}:${(headers[name] ?? '').trim()}\n`;
  return `${lines}\n${additionalHeaders.join(';')}\n${payload}`;
}

const NO_QUERY = [['strict', '']] as const;

/** The documented query first, then what ali-oss makes of odd names and empty values. */
function* queryForms(request: SignedRequest): Generator<readonly [form: string, text: string]> {
  const query = signedQuery(request);
  const strict = canonicalQuery(query);
  yield ['strict', strict];
  if (query.length === 0) return;

  const seen = new Set([strict]);
  const keptEquals = emptyWithEquals(request.rawQuery);
  for (const [form, options] of [
    ['arrival order', { order: BY_NAME }],
    ['locale order', { order: BY_LOCALE }],
    ["empty values with '='", { keptEquals }],
    ["empty values with '=', locale order", { order: BY_LOCALE, keptEquals }],
    ...emptyPagingForms([...keptEquals].filter(isPagingParameter)),
  ] as const) {
    const text = canonicalQuery(query, options);
    if (seen.has(text)) continue;
    seen.add(text);
    yield [form, text];
  }
}

/** Three ways for each empty paging parameter, so 27 more tries at most before a refusal. */
const EMPTY_PAGING_MAX = 3;

/**
 * ali-oss puts `prefix=` on the wire for '', null and undefined alike, and signs `prefix=`, `prefix` and nothing.
 * UNVERIFIED SIG-002: which of these the real service takes. Empty, these names change no answer, so neither is
 * anything lost by taking all.
 */
function* emptyPagingForms(names: readonly string[]): Generator<readonly [form: string, options: QueryOptions]> {
  const free = names.slice(0, EMPTY_PAGING_MAX);
  for (let choice = 1; choice < 3 ** free.length; choice++) {
    const style = (index: number) => Math.floor(choice / 3 ** index) % 3;
    const keptEquals = new Set(free.filter((_, index) => style(index) === 1));
    const left = new Set(free.filter((_, index) => style(index) === 2));
    yield ['empty paging', { keptEquals, left }];
  }
}

type Encoded = readonly [name: string, value: string, rawName: string];
type Order = (left: Encoded, right: Encoded) => number;

/** alibabacloud-oss-python-sdk-v2 1.3.2 source: sorted by name, then by value. */
const BY_NAME_AND_VALUE: Order = (left, right) => byCodeUnit(left[0], right[0]) || byCodeUnit(left[1], right[1]);
const BY_NAME: Order = (left, right) => byCodeUnit(left[0], right[0]);
/** ali-oss 6.23 source: names compared by localeCompare, before they are escaped. */
const BY_LOCALE: Order = (left, right) => left[2].localeCompare(right[2], 'en');

interface QueryOptions {
  readonly order?: Order;
  /** Empty parameters that keep their '='. */
  readonly keptEquals?: ReadonlySet<string>;
  /** Empty parameters that are left out. */
  readonly left?: ReadonlySet<string>;
}

/** Every parameter but the signature itself; no '=' after an empty value. V2 has the same. */
export function canonicalQuery(
  query: readonly QueryPair[],
  { order = BY_NAME_AND_VALUE, keptEquals, left }: QueryOptions = {},
): string {
  if (query.length === 0) return '';
  const encoded: Encoded[] = [];
  for (const [name, value] of query) {
    if (name === 'x-oss-signature' || (value === '' && left?.has(name))) continue;
    encoded.push([percentEncode(name), percentEncode(value), name]);
  }
  return encoded
    .sort(order)
    .map(([name, value, rawName]) => (value === '' && !keptEquals?.has(rawName) ? name : `${name}=${value}`))
    .join('&');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest();
}

function hmacHex(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text, 'utf8').digest('hex');
}
