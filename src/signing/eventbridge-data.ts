/** The signature of EventBridge's data plane (`authorization: acs:AK:signature`, HMAC-SHA1): recognise, verify, sign. */

import { hmacSha1Base64, keyAndSignature, spacedHeaderLines } from './canonical.ts';
import {
  type SignedRequest,
  type SigningCredentials,
  signedQuery,
  type UnusableClaim,
  type Verdict,
  verifyForms,
} from './signed-request.ts';
import { formatHttpDate } from './signing-time.ts';

export interface EventBridgeDataClaim {
  readonly scheme: 'eventbridge-data';
  readonly problem?: undefined;
  readonly accessKeyId: string;
  readonly signature: string;
  readonly securityToken: string | undefined;
}

export type UnusableEventBridgeDataClaim = UnusableClaim<'eventbridge-data', 'malformed-authorization'>;

/** The SDK writes `acs:`, a help page `acs `. */
const PREFIX = /^acs[: ]\s*/i;

export function recogniseEventBridgeData({
  headers,
}: SignedRequest): EventBridgeDataClaim | UnusableEventBridgeDataClaim | undefined {
  const { authorization } = headers;
  if (authorization === undefined || !PREFIX.test(authorization)) return undefined;
  const parts = keyAndSignature(authorization.replace(PREFIX, ''));
  if (!parts) {
    return {
      scheme: 'eventbridge-data',
      problem: 'malformed-authorization',
      accessKeyId: undefined,
      detail: authorization,
    };
  }
  return { scheme: 'eventbridge-data', ...parts, securityToken: headers['x-acs-security-token'] };
}

interface Form {
  name: string;
  /** Headers that are signed, by how their names start. */
  prefix: string;
  /** What stands for a header that was not sent. */
  absent: string;
}

/** As the SDKs sign, then as the vendor's samples for the CloudEvents SDK do. */
const FORMS: readonly Form[] = [
  { name: 'strict', prefix: 'x-acs-', absent: '' },
  { name: 'x-eventbridge headers', prefix: 'x-eventbridge', absent: '' },
  { name: 'x-eventbridge headers, null for absent', prefix: 'x-eventbridge', absent: 'null' },
];

export function verifyEventBridgeData(request: SignedRequest, claim: EventBridgeDataClaim, secret: string): Verdict {
  const forms = FORMS.map((form) => [form.name, textToSign(request, form)] as const);
  return verifyForms(forms, claim.signature, (text) => hmacSha1Base64(secret, text));
}

export interface EventBridgeDataSigning {
  readonly request: Omit<SignedRequest, 'headers'>;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly credentials: SigningCredentials;
  readonly atMs: number;
  readonly nonce: string;
}

/** The headers to add. */
export function signEventBridgeData({ request, headers, credentials, atMs, nonce }: EventBridgeDataSigning) {
  const { accessKeyId, accessKeySecret, securityToken } = credentials;
  const added: Record<string, string> = {
    date: formatHttpDate(atMs),
    'x-acs-signature-nonce': nonce,
    'x-acs-signature-method': 'HMAC-SHA1',
    'x-acs-signature-version': '1.0',
    ...(securityToken === undefined
      ? {}
      : { 'x-acs-accesskey-id': accessKeyId, 'x-acs-security-token': securityToken }),
  };
  const stringToSign = textToSign({ ...request, headers: { ...headers, ...added } }, FORMS[0] as Form);
  return { ...added, authorization: `acs:${accessKeyId}:${hmacSha1Base64(accessKeySecret, stringToSign)}` };
}

function textToSign(request: SignedRequest, { prefix, absent }: Form): string {
  const { method, rawPath, headers } = request;
  const named = (name: string) => headers[name] ?? absent;
  const signed = spacedHeaderLines(headers, prefix);
  const query = signedQuery(request)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join('&');
  const resource = query === '' ? rawPath : `${rawPath}?${query}`;
  return `${method}\n${named('content-md5')}\n${named('content-type')}\n${named('date')}\n${signed}${resource}`;
}
