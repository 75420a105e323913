/** Function Compute's own signature (`Authorization: FC ak:sig`, HMAC-SHA256): @alicloud/fc2 and parts of fc3. */

import { hmacSha256Base64, keyAndSignature, prefixedHeaderLines } from './canonical.ts';
import {
  decodePercent,
  type QueryPair,
  type SignedRequest,
  type SigningCredentials,
  signedQuery,
  type UnusableClaim,
  type Verdict,
  verifyForms,
} from './signed-request.ts';
import { checkWindow, formatHttpDate, parseHttpDate, type TimeCheck } from './signing-time.ts';

export interface FcV1Claim {
  readonly scheme: 'fc-v1';
  readonly problem?: undefined;
  readonly accessKeyId: string;
  readonly signature: string;
  /** The Date header, RFC 1123. */
  readonly date: string;
  readonly securityToken: string | undefined;
}

export type UnusableFcV1Claim = UnusableClaim<'fc-v1', 'malformed-authorization'>;

const PREFIX = 'FC ';

export function recogniseFcV1({ headers }: SignedRequest): FcV1Claim | UnusableFcV1Claim | undefined {
  const authorization = headers.authorization;
  if (!authorization?.startsWith(PREFIX)) return undefined;
  const parts = keyAndSignature(authorization.slice(PREFIX.length));
  if (!parts) {
    return { scheme: 'fc-v1', problem: 'malformed-authorization', accessKeyId: undefined, detail: authorization };
  }
  return { scheme: 'fc-v1', ...parts, date: headers.date ?? '', securityToken: headers['x-fc-security-token'] };
}

/** Content-MD5 is taken as sent: fc2 puts the base64 of the hex text there, so it is no digest to check a body with. */
export function verifyFcV1(request: SignedRequest, claim: FcV1Claim, secret: string): Verdict {
  return verifyForms(stringsToSign(request), claim.signature, (text) => hmacSha256Base64(secret, text));
}

export function checkFcV1Time(claim: FcV1Claim, nowMs: number, windowMs: number): TimeCheck {
  return checkWindow(claim.date, parseHttpDate(claim.date), nowMs, windowMs);
}

export interface FcV1Signing {
  readonly method: string;
  /** Decoded, with the API version: `/2016-08-15/services`. */
  readonly path: string;
  /** Signed only on an HTTP-trigger path. */
  readonly query?: readonly QueryPair[];
  /** Lower-case names; `x-fc-account-id` belongs here. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly credentials: SigningCredentials;
  readonly atMs: number;
}

/** Date, Authorization and, for temporary keys, x-fc-security-token to add. */
export function signFcV1({ method, path, query = [], headers = {}, credentials, atMs }: FcV1Signing) {
  const added: Record<string, string> = { date: formatHttpDate(atMs) };
  if (credentials.securityToken !== undefined) added['x-fc-security-token'] = credentials.securityToken;
  const target = isProxyPath(path) ? path + queryLines(query) : path;
  const stringToSign = signedHead(method, { ...headers, ...added }) + target;
  added.authorization = `${PREFIX}${credentials.accessKeyId}:${hmacSha256Base64(credentials.accessKeySecret, stringToSign)}`;
  return added;
}

function signedHead(method: string, headers: Readonly<Record<string, string>>): string {
  const md5 = headers['content-md5'] ?? '';
  const type = headers['content-type'] ?? '';
  return `${method}\n${md5}\n${type}\n${headers.date ?? ''}\n${prefixedHeaderLines(headers, 'x-fc-')}`;
}

function* stringsToSign(request: SignedRequest): Generator<readonly [form: string, text: string]> {
  const head = signedHead(request.method, request.headers);
  for (const [form, target] of targetForms(request)) yield [form, head + target];
}

/** The path decoded, as fc2 signs it, then as it came; on an HTTP-trigger path the query follows, a line each. */
function* targetForms(request: SignedRequest): Generator<readonly [form: string, text: string]> {
  const { rawPath } = request;
  const query = signedQuery(request);
  const decoded = decodePercent(rawPath);
  for (const path of decoded === rawPath ? [decoded] : [decoded, rawPath]) {
    const form = path === decoded ? 'strict' : 'raw path';
    if (!isProxyPath(path)) {
      yield [form, path];
      continue;
    }
    yield [form, path + queryLines(query)];
    // fc2 ends in an empty line when an HTTP trigger is called without a query; other clients may not.
    if (query.length === 0) yield [`${form}, no query line`, path];
  }
}

function isProxyPath(path: string): boolean {
  return path.includes('/proxy/');
}

function queryLines(query: readonly QueryPair[]): string {
  return `\n${query
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join('\n')}`;
}
