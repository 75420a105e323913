/** Who signed this request, by any of the three schemes FC's clients use. */

import type { Clock } from '../../../src/kernel/clock.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { Principal } from '../../../src/kernel/principal.ts';
import { queryValue, type WireRequest } from '../../../src/kernel/wire.ts';
import type { Credential, CredentialSource } from '../../../src/ports/credential-source.ts';
import { ACS3_ALGORITHM, checkAcs3Time, recogniseAcs3, verifyAcs3 } from '../../../src/signing/acs3.ts';
import { sha256Hex } from '../../../src/signing/canonical.ts';
import { checkFcV1Time, recogniseFcV1, verifyFcV1 } from '../../../src/signing/fc-v1.ts';
import { checkRoaV1Time, recogniseRoaV1, verifyRoaV1 } from '../../../src/signing/roa-v1.ts';
import { parsePairs, type SignedRequest } from '../../../src/signing/signed-request.ts';
import { SIGNATURE_WINDOW_MS, type TimeCheck } from '../../../src/signing/signing-time.ts';
import { FcError } from '../errors.ts';

export type AuthMode = 'enforce' | 'log' | 'off';

export interface AuthenticateNeeds {
  clock: Clock;
  logger: Logger;
  credentials: CredentialSource;
  accountId: string;
  auth: AuthMode;
}

/** ACS3 signs the body's hash as the client states it: whether it is this body's is seen once the body has come. */
export function createBodyCheck(auth: AuthMode): (request: WireRequest, body: Uint8Array) => void {
  return ({ headers }, body) => {
    if (auth !== 'enforce' || !headers.authorization?.startsWith(ACS3_ALGORITHM)) return;
    if (headers['x-acs-content-sha256']?.toLowerCase() !== sha256Hex(body)) throw new FcError('SignatureNotMatch');
  };
}

/** What a scheme's verifier says, in one form for all three. */
interface Claimed {
  accessKeyId: string;
  securityToken: string | undefined;
  time: TimeCheck;
  verify(secret: string): { ok: true } | { ok: false; stringToSign: string; expected: string; provided: string };
}

/** Throws FcError unless the signature holds; with `log` it only says so, with `off` it does not look. */
export function createAuthenticate(needs: AuthenticateNeeds): (request: WireRequest) => Principal {
  const account: Principal = { type: 'account', accountId: needs.accountId };
  return (request) => {
    if (needs.auth === 'enforce') return verified(request, needs).principal;
    const known = credentialNamed(request, needs.credentials);
    if (needs.auth === 'log') {
      try {
        return verified(request, needs).principal;
      } catch (error) {
        if (!(error instanceof FcError)) throw error;
        needs.logger.warn('A request would have been refused.', { code: error.code, ...error.details });
      }
    }
    // Signatures apart, a function's calls stay its role's, so that policies can be tried without keys that fit.
    return known?.principal ?? account;
  };
}

function verified(request: WireRequest, { clock, logger, credentials }: AuthenticateNeeds): Credential {
  const claim = readClaim(request, clock.hostNowMs());
  const credential = credentials.find(claim.accessKeyId);
  if (!credential) throw new FcError('InvalidAccessKeyID', { accessKeyId: claim.accessKeyId });
  checkToken(claim, credential, clock.nowMs());
  checkTime(claim.time);
  const verdict = claim.verify(credential.accessKeySecret);
  if (verdict.ok) return credential;
  const { stringToSign, expected, provided } = verdict;
  logger.warn('A signature does not match.', { accessKeyId: claim.accessKeyId, stringToSign, expected, provided });
  throw new FcError('SignatureNotMatch', { accessKeyId: claim.accessKeyId });
}

function readClaim(request: WireRequest, nowMs: number): Claimed {
  // The schemes decode `+` in a query as a space, the edge keeps it: they get it as it came.
  const signed: SignedRequest = { ...request, query: parsePairs(request.rawQuery) };
  const acs3 = recogniseAcs3(signed);
  if (acs3) {
    if (acs3.problem) throw unusable(acs3);
    return {
      ...acs3,
      time: checkAcs3Time(acs3, nowMs, SIGNATURE_WINDOW_MS),
      verify: (secret) => verifyAcs3(signed, acs3, secret),
    };
  }
  const roa = recogniseRoaV1(signed);
  if (roa) {
    if (roa.problem) throw unusable(roa);
    return {
      ...roa,
      time: checkRoaV1Time(roa, nowMs, SIGNATURE_WINDOW_MS),
      verify: (secret) => verifyRoaV1(signed, roa, secret),
    };
  }
  const fc = recogniseFcV1(signed);
  if (fc) {
    if (fc.problem) throw unusable(fc);
    return {
      ...fc,
      time: checkFcV1Time(fc, nowMs, SIGNATURE_WINDOW_MS),
      verify: (secret) => verifyFcV1(signed, fc, secret),
    };
  }
  throw new FcError('MissingRequiredHeader', { header: 'Authorization' });
}

/** UNVERIFIED FC-059: the code for an Authorization header that can't be read. */
function unusable({ problem, detail }: { problem: string; detail: string }): FcError {
  return new FcError('InvalidArgument', { reason: `the Authorization header is not usable: ${problem}: ${detail}` });
}

function checkToken({ securityToken }: Claimed, credential: Credential, nowMs: number): void {
  if (credential.securityToken !== securityToken) {
    const reason =
      securityToken === undefined
        ? 'the security token is missing'
        : 'the security token does not belong to the access key';
    throw new FcError('InvalidSecurityToken', { reason });
  }
  if (credential.expiresAtMs !== undefined && credential.expiresAtMs <= nowMs)
    throw new FcError('InvalidSecurityToken', { reason: 'the security token has expired' });
}

/** UNVERIFIED FC-060: the code for a date outside the window, and that the window is 15 minutes. */
function checkTime(time: TimeCheck): void {
  if (time.state === 'ok') return;
  if (time.state === 'malformed')
    throw new FcError('InvalidArgument', { reason: `the date '${time.value}' of the request is no date` });
  const serverTime = new Date(time.serverTimeMs).toISOString();
  throw new FcError('InvalidArgument', {
    reason: `the date of the request is too far from the server's, which is ${serverTime}`,
  });
}

/** The key a request names, however it is signed. */
function credentialNamed({ headers, query }: WireRequest, credentials: CredentialSource): Credential | undefined {
  const authorization = headers.authorization ?? '';
  const named = /Credential=([^,\s]+)/.exec(authorization) ?? /^(?:acs|FC) ([^:]+):/.exec(authorization);
  const accessKeyId = named?.[1] ?? queryValue({ query }, 'AccessKeyId');
  return accessKeyId === undefined ? undefined : credentials.find(accessKeyId);
}
