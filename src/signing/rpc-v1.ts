/** The gateway's older RPC signature (HMAC-SHA1 over all parameters): pop-core, STS SDKs, Terraform, the aliyun CLI. */

import { byCodeUnit, hmacSha1Base64, looseEncode, percentEncode, sameSignature } from './canonical.ts';
import {
  type QueryPair,
  type SignedRequest,
  type SigningCredentials,
  signedQuery,
  type UnusableClaim,
  type Verdict,
} from './signed-request.ts';
import { checkWindow, formatExtendedIso, parseExtendedIso, type TimeCheck } from './signing-time.ts';

export interface RpcV1Claim {
  readonly scheme: 'rpc-v1';
  readonly problem?: undefined;
  readonly accessKeyId: string;
  readonly signature: string;
  readonly action: string;
  readonly version: string;
  /** Timestamp, `2024-01-02T03:04:05Z`, with milliseconds from older clients. */
  readonly date: string;
  readonly nonce: string | undefined;
  readonly securityToken: string | undefined;
  /** Everything that is signed: query and form parameters in order of arrival, Signature left out. */
  readonly parameters: readonly QueryPair[];
}

export type RpcV1Problem =
  | 'missing-parameter'
  | 'unsupported-signature-method'
  | 'unsupported-signature-version'
  | 'unsupported-signature-type';
export type UnusableRpcV1Claim = UnusableClaim<'rpc-v1', RpcV1Problem>;

/**
 * `form` is the urlencoded body as parsePairs reads it, empty when there is none: clients put parameters in the query, in the form,
 * or some in each. Undefined when neither names an access key in this scheme's way.
 */
export function recogniseRpcV1(
  request: SignedRequest,
  form: readonly QueryPair[] = [],
): RpcV1Claim | UnusableRpcV1Claim | undefined {
  const query = signedQuery(request);
  const parameters = form.length === 0 ? query : [...query, ...form];
  const known = lookUp(parameters);
  const accessKeyId = known.get('accesskeyid');
  const signature = known.get('signature');
  const isMeant = accessKeyId !== undefined && (signature !== undefined || known.has('signaturemethod'));
  if (!isMeant) return undefined;
  const unusable = findProblem(known);
  if (unusable) return { scheme: 'rpc-v1', accessKeyId: accessKeyId || undefined, ...unusable };
  return {
    scheme: 'rpc-v1',
    accessKeyId,
    signature: signature ?? '',
    action: known.get('action') ?? '',
    version: known.get('version') ?? '',
    date: known.get('timestamp') ?? '',
    nonce: known.get('signaturenonce'),
    securityToken: known.get('securitytoken') || undefined,
    parameters: parameters.filter(([name]) => name !== 'Signature'),
  };
}

/** The documented escaping first, then the loose one of @alicloud/sts-sdk, which leaves ! ' ( ) * as they are. */
export function verifyRpcV1({ method }: SignedRequest, claim: RpcV1Claim, secret: string): Verdict {
  const provided = claim.signature;
  const stringToSign = stringToSignOf(method, claim.parameters, percentEncode);
  const expected = hmacSha1Base64(`${secret}&`, stringToSign);
  if (sameSignature(provided, expected)) return { ok: true, form: 'strict' };
  // UNVERIFIED SIG-004: comments in ali-oss say the real gateway refuses this form; without it the SDK is unusable.
  const loose = stringToSignOf(method, claim.parameters, looseEncode);
  if (loose !== stringToSign && sameSignature(provided, hmacSha1Base64(`${secret}&`, loose))) {
    return { ok: true, form: 'loose escaping' };
  }
  return { ok: false, stringToSign, provided, expected };
}

export function checkRpcV1Time(claim: RpcV1Claim, nowMs: number, windowMs: number): TimeCheck {
  return checkWindow(claim.date, parseExtendedIso(claim.date), nowMs, windowMs);
}

export interface RpcV1Signing {
  readonly method: string;
  /** Action, Version and the operation's own parameters, of query and form together. */
  readonly parameters: readonly QueryPair[];
  readonly credentials: SigningCredentials;
  readonly atMs: number;
  readonly nonce: string;
}

/** The parameters to add, to the query or to the form. */
export function signRpcV1({ method, parameters, credentials, atMs, nonce }: RpcV1Signing): QueryPair[] {
  const added: QueryPair[] = [
    ['AccessKeyId', credentials.accessKeyId],
    ['SignatureMethod', 'HMAC-SHA1'],
    ['SignatureVersion', '1.0'],
    ['SignatureNonce', nonce],
    ['Timestamp', formatExtendedIso(atMs)],
  ];
  if (credentials.securityToken !== undefined) added.push(['SecurityToken', credentials.securityToken]);
  const stringToSign = stringToSignOf(method, [...parameters, ...added], percentEncode);
  return [...added, ['Signature', hmacSha1Base64(`${credentials.accessKeySecret}&`, stringToSign)]];
}

/** Case-blind, for the documentation itself spells `TimeStamp`; what is signed keeps the client's spelling. */
function lookUp(parameters: readonly QueryPair[]): ReadonlyMap<string, string> {
  const known = new Map<string, string>();
  for (const [name, value] of parameters) {
    const key = name.toLowerCase();
    if (!known.has(key)) known.set(key, value);
  }
  return known;
}

function findProblem(known: ReadonlyMap<string, string>): { problem: RpcV1Problem; detail: string } | undefined {
  if (!known.get('accesskeyid')) return { problem: 'missing-parameter', detail: 'AccessKeyId' };
  const type = known.get('signaturetype') ?? '';
  if (type !== '') return { problem: 'unsupported-signature-type', detail: type };
  const method = known.get('signaturemethod') ?? 'HMAC-SHA1';
  if (method !== 'HMAC-SHA1') return { problem: 'unsupported-signature-method', detail: method };
  const version = known.get('signatureversion') ?? '1.0';
  if (version !== '1.0') return { problem: 'unsupported-signature-version', detail: version };
  return known.get('signature') ? undefined : { problem: 'missing-parameter', detail: 'Signature' };
}

function stringToSignOf(method: string, parameters: readonly QueryPair[], encode: (text: string) => string): string {
  const canonical = [...parameters]
    .sort((left, right) => byCodeUnit(left[0], right[0]))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
  return `${method}&%2F&${encode(canonical)}`;
}
