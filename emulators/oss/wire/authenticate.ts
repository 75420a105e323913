/** Who calls OSS: verifies V1, V2 and V4 signatures in header and URL, their windows and their tokens. */
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { Principal } from '../../../src/kernel/principal.ts';
import type { WireRequest } from '../../../src/kernel/wire.ts';
import type { Credential, CredentialSource } from '../../../src/ports/credential-source.ts';
import { type OssClaim, recogniseOss } from '../../../src/signing/oss.ts';
import type { OssResource, OssVerdict } from '../../../src/signing/oss-resource.ts';
import { verifyOssV1 } from '../../../src/signing/oss-v1.ts';
import { verifyOssV2 } from '../../../src/signing/oss-v2.ts';
import { createOssV4Verifier } from '../../../src/signing/oss-v4-signature.ts';
import { OssError } from '../errors.ts';
import { assertSignedHeaders, assertTime, assertToken } from './claim-checks.ts';
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

export function createAuthenticator(needs: AuthenticatorNeeds): Authenticator {
  const { clock, logger, credentials, accountId } = needs;
  const v4 = createOssV4Verifier();

  function enforce(request: WireRequest, readings: readonly OssResource[]): Authenticated {
    const claim = recogniseOss(request);
    const resource = likeliest(readings);
    if (claim === undefined) return { principal: { type: 'anonymous' }, resource };
    if (claim.problem !== undefined) throw unusableClaim(claim);

    const credential = credentials.find(claim.accessKeyId);
    // Help page "Include signatures in URLs": the expiry is looked at before the signature.
    if (claim.where === 'url') assertTime(claim, clock.hostNowMs());
    if (!credential) throw new OssError('InvalidAccessKeyId', { accessKeyId: claim.accessKeyId });
    assertToken(claim, credential, clock.nowMs());
    if (claim.where === 'header') assertTime(claim, clock.hostNowMs());
    assertSignedHeaders(claim, request.headers);
    const verdict = verify(request, claim, credential, readings);
    if (!verdict.ok) throw mismatch({ request, claim, verdict, logger });
    return { principal: credential.principal, resource: verdict.resource };
  }

  function verify(
    request: WireRequest,
    claim: OssClaim,
    { accessKeySecret }: Credential,
    resources: readonly OssResource[],
  ) {
    if (claim.scheme === 'oss-v1') return verifyOssV1(request, claim, accessKeySecret, { resources });
    if (claim.scheme === 'oss-v2') return verifyOssV2(request, claim, accessKeySecret, { resources });
    return v4.verify(request, claim, accessKeySecret, { resources });
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

  return { enforce, log: onlyTelling({ enforce, believe, logger }), off: believe }[needs.auth];
}

interface Told {
  enforce: Authenticator;
  believe: Authenticator;
  logger: Logger;
}

/** The mode `log`: who would be refused is believed, and stands in the log. */
function onlyTelling({ enforce, believe, logger }: Told): Authenticator {
  return (request, readings) => {
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
  };
}

function likeliest(readings: readonly OssResource[]): OssResource {
  return readings[0] ?? {};
}

interface Mismatched {
  request: WireRequest;
  claim: OssClaim;
  verdict: Exclude<OssVerdict, { ok: true }>;
  logger: Logger;
}

/** What is thrown carries the string to sign; what was expected is a secret, and stands in our own log alone. */
function mismatch({ request, claim, verdict, logger }: Mismatched): OssError {
  const { provided, stringToSign, canonicalRequest } = verdict;
  logger.warn('A signature does not match: the secret is wrong, or the client signs something else.', {
    method: request.method,
    target: request.rawPath,
    accessKeyId: claim.accessKeyId,
    scheme: `${claim.scheme} in the ${claim.where}`,
    provided,
    expected: verdict.expected,
    stringToSign,
    ...(canonicalRequest === undefined ? {} : { canonicalRequest }),
  });
  return new OssError('SignatureDoesNotMatch', {
    accessKeyId: claim.accessKeyId,
    signatureProvided: provided,
    stringToSign,
    canonicalRequest,
  });
}
