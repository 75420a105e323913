/** The gateway's older REST signature (`Authorization: acs ak:sig`, HMAC-SHA1): Terraform, the aliyun CLI, pop-core. */

import { byCodeUnit, hmacSha1Base64, keyAndSignature, spacedHeaderLines } from './canonical.ts';
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

export interface RoaV1Claim {
  readonly scheme: 'roa-v1';
  readonly problem?: undefined;
  readonly accessKeyId: string;
  readonly signature: string;
  readonly version: string;
  /** The Date header, RFC 1123. */
  readonly date: string;
  readonly nonce: string | undefined;
  readonly securityToken: string | undefined;
}

export type RoaV1Problem = 'malformed-authorization' | 'unsupported-signature-method';
export type UnusableRoaV1Claim = UnusableClaim<'roa-v1', RoaV1Problem>;

/** With a space: `acs:ak:sig` is EventBridge's data plane and another scheme. */
const PREFIX = 'acs ';
/** Headers that are signed, by how their names start. */
const ACS = 'x-acs-';

export function recogniseRoaV1({ headers }: SignedRequest): RoaV1Claim | UnusableRoaV1Claim | undefined {
  const authorization = headers.authorization;
  if (!authorization?.startsWith(PREFIX)) return undefined;
  const parts = keyAndSignature(authorization.slice(PREFIX.length));
  if (!parts) return unusable('malformed-authorization', undefined, authorization);

  const method = headers['x-acs-signature-method'];
  if (method !== undefined && method !== 'HMAC-SHA1') {
    return unusable('unsupported-signature-method', parts.accessKeyId, method);
  }
  return {
    scheme: 'roa-v1',
    ...parts,
    version: headers['x-acs-version'] ?? '',
    date: headers.date ?? '',
    nonce: headers['x-acs-signature-nonce'],
    securityToken: headers['x-acs-security-token'],
  };
}

/** Tries what pop-core and tea-roa sign first, then what alibaba-cloud-sdk-go and Python do. */
export function verifyRoaV1(request: SignedRequest, claim: RoaV1Claim, secret: string): Verdict {
  return verifyForms(stringsToSign(request), claim.signature, (text) => hmacSha1Base64(secret, text));
}

export function checkRoaV1Time(claim: RoaV1Claim, nowMs: number, windowMs: number): TimeCheck {
  return checkWindow(claim.date, parseHttpDate(claim.date), nowMs, windowMs);
}

export interface RoaV1Signing {
  readonly method: string;
  readonly rawPath: string;
  readonly query?: readonly QueryPair[];
  /** Lower-case names; `accept`, `content-md5` and `content-type` are signed when given. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly version: string;
  readonly credentials: SigningCredentials;
  readonly atMs: number;
  readonly nonce: string;
}

/** The x-acs-* headers, Date and Authorization to add. */
export function signRoaV1(signing: RoaV1Signing): Record<string, string> {
  const { method, rawPath, query = [], headers = {}, credentials } = signing;
  const added: Record<string, string> = {
    date: formatHttpDate(signing.atMs),
    'x-acs-signature-method': 'HMAC-SHA1',
    'x-acs-signature-nonce': signing.nonce,
    'x-acs-signature-version': '1.0',
    'x-acs-version': signing.version,
  };
  if (credentials.securityToken !== undefined) {
    added['x-acs-accesskey-id'] = credentials.accessKeyId;
    added['x-acs-security-token'] = credentials.securityToken;
  }
  const all = { ...headers, ...added };
  const stringToSign =
    headLines(method, all, EMPTY_LINE) + spacedHeaderLines(all, ACS) + rawPath + queryText(query, KEEP_EQUALS);
  added.authorization = `${PREFIX}${credentials.accessKeyId}:${hmacSha1Base64(credentials.accessKeySecret, stringToSign)}`;
  return added;
}

function unusable(problem: RoaV1Problem, accessKeyId: string | undefined, detail: string): UnusableRoaV1Claim {
  return { scheme: 'roa-v1', problem, accessKeyId, detail };
}

/** What stands for a header that is absent: tea-roa leaves an empty line, alibaba-cloud-sdk-go drops the line. */
type AbsentHeader = '\n' | '';
const EMPTY_LINE: AbsentHeader = '\n';
const NO_LINE: AbsentHeader = '';

/** What follows the name of a parameter without value: the Node SDKs write '=', tea-roa and Python nothing. */
type AbsentValue = '=' | '';
const KEEP_EQUALS: AbsentValue = '=';
const BARE_NAME: AbsentValue = '';

function* stringsToSign(request: SignedRequest): Generator<readonly [form: string, text: string]> {
  const { method, headers, rawPath } = request;
  const query = signedQuery(request);
  const acs = spacedHeaderLines(headers, ACS);
  const seen = new Set<string>();
  for (const absentHeader of [EMPTY_LINE, NO_LINE]) {
    for (const path of [rawPath, decodePercent(rawPath)]) {
      for (const absentValue of [KEEP_EQUALS, BARE_NAME]) {
        const text = headLines(method, headers, absentHeader) + acs + path + queryText(query, absentValue);
        if (seen.has(text)) continue;
        seen.add(text);
        yield [seen.size === 1 ? 'strict' : `variant ${JSON.stringify([absentHeader, path, absentValue])}`, text];
      }
    }
  }
}

function headLines(method: string, headers: Readonly<Record<string, string>>, absent: AbsentHeader): string {
  let lines = `${method}\n`;
  for (const name of ['accept', 'content-md5', 'content-type', 'date']) {
    const value = headers[name];
    lines += value === undefined || value === '' ? absent : `${value}\n`;
  }
  return lines;
}

/** Sorted by name, values decoded. */
function queryText(query: readonly QueryPair[], absent: AbsentValue): string {
  if (query.length === 0) return '';
  const parts = [...query]
    .sort((left, right) => byCodeUnit(left[0], right[0]))
    .map(([name, value]) => (value === '' ? name + absent : `${name}=${value}`));
  return `?${parts.join('&')}`;
}
