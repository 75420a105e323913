/** What EventBridge signs its calls of HTTP targets with: both generations at once, as receivers of either check them. */
import { constants, createHmac, type KeyObject, privateEncrypt, sign } from 'node:crypto';

export interface EventBridgePush {
  /** With its query, as the receiver sees it. */
  url: string;
  body: string;
  /** The one that the target's owner chose. */
  token: string | undefined;
  /** Host time: receivers refuse what is older than a minute. */
  atMs: number;
  /** Where the certificate of the key can be had. */
  certificateUrl: string;
  key: KeyObject;
  /** Made for this call; the first generation hides it in a header. */
  secret: string;
}

const VERSION = '1.0';
const SHA1 = 'HMAC-SHA1';
const SHA256 = 'SHA256';

/** Help page "Signature algorithm", and its older edition, which the SDK for Java still checks. */
export function signEventBridgePush(push: EventBridgePush): Record<string, string> {
  const { atMs, certificateUrl, token, key, secret } = push;
  // UNVERIFIED EVB-131: without a token the SDK for Java signs an empty line for it; receivers of v2 leave the line out.
  const first = stringToSign(push, ['x-eventbridge-signature-method', SHA1], token ?? '');
  const second = stringToSign(push, ['x-eventbridge-hash-method', SHA256], token);
  const hidden = privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(secret, 'utf8'));
  return {
    'x-eventbridge-signature-timestamp': String(atMs),
    'x-eventbridge-signature-method': SHA1,
    'x-eventbridge-signature-version': VERSION,
    'x-eventbridge-signature-url': certificateUrl,
    ...(token === undefined ? {} : { 'x-eventbridge-signature-token': token }),
    'x-eventbridge-signature-secret': hidden.toString('base64'),
    'x-eventbridge-signature': createHmac('sha1', secret).update(`${first}\n`, 'utf8').digest('base64'),
    'x-eventbridge-hash-method': SHA256,
    // UNVERIFIED EVB-130: no newline after the body, as the page has it; some receivers try both.
    'x-eventbridge-signature-v2': sign('RSA-SHA256', Buffer.from(second, 'utf8'), key).toString('base64'),
  };
}

function stringToSign(
  { url, body, atMs, certificateUrl }: EventBridgePush,
  method: readonly [name: string, value: string],
  token: string | undefined,
): string {
  const lines: (readonly [name: string, value: string])[] = [
    ['x-eventbridge-signature-timestamp', String(atMs)],
    method,
    ['x-eventbridge-signature-version', VERSION],
    ['x-eventbridge-signature-url', certificateUrl],
  ];
  if (token !== undefined) lines.push(['x-eventbridge-signature-token', token]);
  return [url, ...lines.map(([name, value]) => `${name}: ${value}`), body].join('\n');
}
