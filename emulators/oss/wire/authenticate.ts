/** Who calls OSS: verifies V1 and V4 signatures in header and URL, their windows and their tokens. */
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { Principal } from '../../../src/kernel/principal.ts';
import type { WireRequest } from '../../../src/kernel/wire.ts';
import type { Credential, CredentialSource } from '../../../src/ports/credential-source.ts';
import { type OssClaim, recogniseOss } from '../../../src/signing/oss.ts';
import type { OssResource, OssVerdict } from '../../../src/signing/oss-resource.ts';
import { checkOssV1Time, verifyOssV1 } from '../../../src/signing/oss-v1.ts';
import { checkOssV4Time } from '../../../src/signing/oss-v4.ts';
import { createOssV4Verifier } from '../../../src/signing/oss-v4-signature.ts';
import { formatExtendedIso, SIGNATURE_WINDOW_MS, type TimeCheck } from '../../../src/signing/signing-time.ts';
import { OssError } from '../errors.ts';
import { unusableClaim } from './unusable-claim.ts';

/** `log` verifies and only tells; `off` believes everybody. */
export type AuthMode = 'enforce' | 'log' | 'off';

export interface AuthenticatorNeeds {
  clock: Clock;
  logger: Logger;
  credentials: CredentialSource;
  accountId: string;
  auth: AuthMode;
}

export interface Authenticated {
  principal: Principal;
  /** The reading of the address that was signed; the likeliest one where nothing was. */
  resource: OssResource;
}

export type Authenticator = (request: WireRequest, readings: readonly OssResource[]) => Authenticated;

export function createAuthenticator({
  clock,
  logger,
  credentials,
  accountId,
  auth,
}: AuthenticatorNeeds): Authenticator {
  const v4 = createOssV4Verifier();

  function enforce(request: WireRequest, readings: readonly OssResource[]): Authenticated {
    const claim = recogniseOss(request);
    const resource = likeliest(readings);
    if (claim === undefined) return { principal: { type: 'anonymous' }, resource };
    if (claim.problem !== undefined) throw unusableClaim(claim);

    const credential = credentials.find(claim.accessKeyId);
    // Help page "Include signatures in URLs": the expiry is looked at before the signature.
    if (claim.where === 'url') assertTime(claim, timeOf(claim));
    if (!credential) throw new OssError('InvalidAccessKeyId', { accessKeyId: claim.accessKeyId });
    assertToken(claim, credential, clock.nowMs());
    if (claim.where === 'header') assertTime(claim, timeOf(claim));
    const verdict = verify(request, claim, credential, readings);
    if (!verdict.ok) throw mismatch(request, claim, verdict);
    return { principal: credential.principal, resource: verdict.resource };
  }

  // SDKs sign with the host's clock, whatever the kernel's says.
  function timeOf(claim: OssClaim): TimeCheck {
    const nowMs = clock.hostNowMs();
    if (claim.scheme === 'oss-v1') return checkOssV1Time(claim, nowMs, SIGNATURE_WINDOW_MS);
    return checkOssV4Time(claim, nowMs, SIGNATURE_WINDOW_MS);
  }

  function verify(
    request: WireRequest,
    claim: OssClaim,
    { accessKeySecret }: Credential,
    resources: readonly OssResource[],
  ) {
    if (claim.scheme === 'oss-v1') return verifyOssV1(request, claim, accessKeySecret, { resources });
    return v4.verify(request, claim, accessKeySecret, { resources });
  }

  /** What is thrown carries the string to sign; what was expected is a secret, and stands in our own log alone. */
  function mismatch(request: WireRequest, claim: OssClaim, verdict: Exclude<OssVerdict, { ok: true }>): OssError {
    logger.warn('A signature does not match: the secret is wrong, or the client signs something else.', {
      method: request.method,
      target: request.rawPath,
      accessKeyId: claim.accessKeyId,
      scheme: `${claim.scheme} in the ${claim.where}`,
      provided: verdict.provided,
      expected: verdict.expected,
      stringToSign: verdict.stringToSign,
      ...(verdict.canonicalRequest === undefined ? {} : { canonicalRequest: verdict.canonicalRequest }),
    });
    return new OssError('SignatureDoesNotMatch', {
      accessKeyId: claim.accessKeyId,
      signatureProvided: verdict.provided,
      stringToSign: verdict.stringToSign,
      canonicalRequest: verdict.canonicalRequest,
    });
  }

  /** The principal of a known key, without any proof; the account itself for everybody else. */
  function believe(request: WireRequest, readings: readonly OssResource[]): Authenticated {
    const claim = recogniseOss(request);
    const credential = claim?.accessKeyId === undefined ? undefined : credentials.find(claim.accessKeyId);
    const principal: Principal = credential?.principal ?? { type: 'account', accountId };
    // With several readings of the address the signature still tells which was meant, if it can be read.
    if (claim === undefined || claim.problem !== undefined || !credential || readings.length === 1)
      return { principal, resource: likeliest(readings) };
    const verdict = verify(request, claim, credential, readings);
    return { principal, resource: verdict.ok ? verdict.resource : likeliest(readings) };
  }

  function tell(request: WireRequest, readings: readonly OssResource[]): Authenticated {
    try {
      return enforce(request, readings);
    } catch (error) {
      if (!(error instanceof OssError)) throw error;
      logger.warn('This call would be refused: auth is set to log only.', {
        method: request.method,
        target: request.rawPath,
        code: error.code,
        accessKeyId: error.details.accessKeyId,
      });
      return believe(request, readings);
    }
  }

  return { enforce, log: tell, off: believe }[auth];
}

function likeliest(readings: readonly OssResource[]): OssResource {
  return readings[0] ?? {};
}

function assertTime(claim: OssClaim, check: TimeCheck): void {
  switch (check.state) {
    case 'ok':
      return;
    case 'skewed':
      throw new OssError('RequestTimeTooSkewed', {
        maxAllowedSkewMilliseconds: check.maxSkewMs,
        requestTime: isoTime(check.requestTimeMs),
        serverTime: isoTime(check.serverTimeMs),
      });
    case 'expired':
      throw new OssError('AccessDenied', {
        message: 'Request has expired.',
        // UNVERIFIED OSS-026: these two elements of an expired URL's answer.
        expires: isoTime(check.expiresMs),
        serverTime: isoTime(check.serverTimeMs),
      });
    case 'malformed':
      throw new OssError('AccessDenied', { message: malformedTime(claim, check.value) });
  }
}

/** UNVERIFIED OSS-027: the header's wording; the URL's is documented. */
function malformedTime(claim: OssClaim, value: string): string {
  if (claim.scheme === 'oss-v1' && claim.where === 'url') return 'Invalid date (should be seconds since epoch).';
  return value === ''
    ? 'OSS authentication requires a valid Date.'
    : `OSS authentication requires a valid Date. Provided: ${value}`;
}

function assertToken(claim: OssClaim, credential: Credential, nowMs: number): void {
  if (credential.securityToken === undefined) {
    // UNVERIFIED OSS-028: a permanent key that comes with a token.
    if (claim.securityToken) throw new OssError('InvalidSecurityToken', { securityToken: claim.securityToken });
    return;
  }
  // UNVERIFIED OSS-029: a temporary key without its token is a key nobody knows.
  if (!claim.securityToken)
    throw new OssError('InvalidAccessKeyId', { accessKeyId: claim.accessKeyId, ec: '0002-00000003' });
  if (claim.securityToken !== credential.securityToken)
    throw new OssError('InvalidSecurityToken', { securityToken: claim.securityToken });
  if (credential.expiresAtMs !== undefined && nowMs > credential.expiresAtMs)
    throw new OssError('SecurityTokenExpired', { securityToken: claim.securityToken });
}

function isoTime(ms: number): string {
  return formatExtendedIso(ms).replace('Z', '.000Z');
}
