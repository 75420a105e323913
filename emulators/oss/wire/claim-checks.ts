/** What is checked of readable credentials besides their signature: the time, and the token of a temporary key. */
import type { Credential } from '../../../src/ports/credential-source.ts';
import type { OssClaim } from '../../../src/signing/oss.ts';
import { checkOssV1Time } from '../../../src/signing/oss-v1.ts';
import { checkOssV2Time } from '../../../src/signing/oss-v2.ts';
import { checkOssV4Time } from '../../../src/signing/oss-v4.ts';
import { SIGNATURE_WINDOW_MS, type TimeCheck } from '../../../src/signing/signing-time.ts';
import { OssError } from '../errors.ts';
import { xmlTime } from './times.ts';

/** `hostNowMs`, for SDKs sign with the host's clock whatever the kernel's says. */
export function assertTime(claim: OssClaim, hostNowMs: number): void {
  const check = checkTime(claim, hostNowMs);
  switch (check.state) {
    case 'ok':
      return;
    case 'skewed':
      throw new OssError('RequestTimeTooSkewed', {
        maxAllowedSkewMilliseconds: check.maxSkewMs,
        requestTime: xmlTime(check.requestTimeMs),
        serverTime: xmlTime(check.serverTimeMs),
      });
    case 'expired':
      throw new OssError('AccessDenied', {
        message: 'Request has expired.',
        // UNVERIFIED OSS-026: these two elements of an expired URL's answer.
        expires: xmlTime(check.expiresMs),
        serverTime: xmlTime(check.serverTimeMs),
      });
    case 'malformed':
      throw new OssError('AccessDenied', { message: malformedTime(claim, check.value) });
  }
}

function checkTime(claim: OssClaim, hostNowMs: number): TimeCheck {
  if (claim.scheme === 'oss-v1') return checkOssV1Time(claim, hostNowMs, SIGNATURE_WINDOW_MS);
  if (claim.scheme === 'oss-v2') return checkOssV2Time(claim, hostNowMs, SIGNATURE_WINDOW_MS);
  return checkOssV4Time(claim, hostNowMs, SIGNATURE_WINDOW_MS);
}

/** UNVERIFIED OSS-027: the header's wording; the URL's is documented. */
function malformedTime(claim: OssClaim, value: string): string {
  if (claim.scheme !== 'oss-v4' && claim.where === 'url') return 'Invalid date (should be seconds since epoch).';
  return value === ''
    ? 'OSS authentication requires a valid Date.'
    : `OSS authentication requires a valid Date. Provided: ${value}`;
}

/** alibabacloud-oss-go-sdk-v2 1.5 tests: 400 for a named header that is not sent. UNVERIFIED OSS-190: code and wording. */
export function assertSignedHeaders(claim: OssClaim, headers: Readonly<Record<string, string>>): void {
  if (claim.scheme === 'oss-v1') return;
  const missing = claim.additionalHeaders.find((name) => !Object.hasOwn(headers, name));
  if (missing !== undefined)
    throw new OssError('InvalidArgument', {
      message: `The signed header ${missing} is not in the request.`,
      argumentName: 'AdditionalHeaders',
      argumentValue: missing,
    });
}

export function assertToken(
  claim: Pick<OssClaim, 'accessKeyId' | 'securityToken'>,
  credential: Credential,
  nowMs: number,
): void {
  if (credential.securityToken === undefined) {
    // UNVERIFIED OSS-028: a permanent key that comes with a token.
    if (claim.securityToken) throw new OssError('InvalidSecurityToken', { securityToken: claim.securityToken });
    return;
  }
  // UNVERIFIED OSS-029: a temporary key without its token is a key nobody knows.
  if (!claim.securityToken)
    throw new OssError('InvalidAccessKeyId', { accessKeyId: claim.accessKeyId, ec: '0002-00000003' });
  // UNVERIFIED OSS-021: that a token of another key isn't AccessKeyIdAndSecurityTokenNotMatch.
  if (claim.securityToken !== credential.securityToken)
    throw new OssError('InvalidSecurityToken', { securityToken: claim.securityToken });
  if (credential.expiresAtMs !== undefined && nowMs > credential.expiresAtMs)
    throw new OssError('SecurityTokenExpired', { securityToken: claim.securityToken });
}
