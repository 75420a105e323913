/** What EventBridge signs its calls of HTTP targets with: both generations at once, as receivers of either check them. */
import { constants, type KeyObject, privateEncrypt, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { hmacSha1Base64 } from './canonical.ts';

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
  secret: HiddenSecret;
}

/** What the first generation signs with, and how a header hides it: only the key's certificate brings it to light. */
export interface HiddenSecret {
  text: string;
  hidden: string;
}

const signLater = promisify(sign);

const VERSION = '1.0';
const SHA1 = 'HMAC-SHA1';
const SHA256 = 'SHA256';

/** Help page "Signature algorithm", and its older edition, which the SDK for Java still checks. */
export async function signEventBridgePush(push: EventBridgePush): Promise<Record<string, string>> {
  const { atMs, certificateUrl, token, key, secret } = push;
  // UNVERIFIED EVB-131: without a token the SDK for Java signs an empty line for it; receivers of v2 leave the line out.
  const first = stringToSign(push, ['x-eventbridge-signature-method', SHA1], token ?? '');
  const second = stringToSign(push, ['x-eventbridge-hash-method', SHA256], token);
  // On a thread of its own: one takes as long as a whole delivery otherwise.
  const signature = await signLater('RSA-SHA256', Buffer.from(second, 'utf8'), key);
  return {
    'x-eventbridge-signature-timestamp': String(atMs),
    'x-eventbridge-signature-method': SHA1,
    'x-eventbridge-signature-version': VERSION,
    'x-eventbridge-signature-url': certificateUrl,
    ...(token === undefined ? {} : { 'x-eventbridge-signature-token': token }),
    'x-eventbridge-signature-secret': secret.hidden,
    'x-eventbridge-signature': hmacSha1Base64(secret.text, `${first}\n`),
    'x-eventbridge-hash-method': SHA256,
    // UNVERIFIED EVB-130: no newline after the body, as the page has it; some receivers try both.
    'x-eventbridge-signature-v2': signature.toString('base64'),
  };
}

/** As slow as a signature, and not to be had on another thread: one serves many calls. */
export function hideSecret(key: KeyObject, text: string): HiddenSecret {
  const hidden = privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(text, 'utf8'));
  return { text, hidden: hidden.toString('base64') };
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
