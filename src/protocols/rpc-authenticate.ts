/** Who calls an RPC service: verifies V3 (ACS3-HMAC-SHA256) and the older RPC signature, their time, their token, their nonce. */
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Principal } from '../kernel/principal.ts';
import type { WireRequest } from '../kernel/wire.ts';
import type { Credential, CredentialSource } from '../ports/credential-source.ts';
import { type Acs3Claim, checkAcs3Time, recogniseAcs3, verifyAcs3 } from '../signing/acs3.ts';
import { sameSignature, sha256Hex } from '../signing/canonical.ts';
import { checkRpcV1Time, type RpcV1Claim, recogniseRpcV1, verifyRpcV1 } from '../signing/rpc-v1.ts';
import { SIGNATURE_WINDOW_MS } from '../signing/signing-time.ts';
import { createNonceGuard } from './nonces.ts';
import { PopError } from './pop-errors.ts';
import type { RpcCall } from './rpc.ts';
import { unsignedCall, unusableClaim } from './rpc-unusable-claim.ts';

/** Nonces remembered against replay, each for the signature window; past it the oldest go. */
const NONCES_MAX = 50_000;

/** `log` verifies and only tells; `off` believes everybody. */
export type AuthMode = 'enforce' | 'log' | 'off';

export interface AuthenticatorNeeds {
  clock: Clock;
  logger: Logger;
  credentials: CredentialSource;
  accountId: string;
  auth: AuthMode;
}

export type Authenticator = (request: WireRequest, call: RpcCall) => Principal;

export function createAuthenticator({
  clock,
  logger,
  credentials,
  accountId,
  auth,
}: AuthenticatorNeeds): Authenticator {
  const nonces = createNonceGuard({ windowMs: 2 * SIGNATURE_WINDOW_MS, noncesMax: NONCES_MAX });

  function enforce(request: WireRequest, call: RpcCall): Principal {
    const claim = recognise(request, call);
    if (claim === undefined) return unsignedCall(request, call);
    if (claim.problem !== undefined) throw unusableClaim(claim);
    const credential = credentials.find(claim.accessKeyId);
    if (!credential) throw new PopError('InvalidAccessKeyId.NotFound', { accessKeyId: claim.accessKeyId });
    assertToken(claim.securityToken, credential, clock.nowMs());
    // SDKs sign with the host's clock, whatever the kernel's says.
    assertTime(claim, clock.hostNowMs());
    assertSignature(request, { claim, call, credential });
    if (claim.nonce && !nonces.use(`${claim.accessKeyId} ${claim.nonce}`, clock.hostNowMs()))
      throw new PopError('SignatureNonceUsed');
    return credential.principal;
  }

  function assertSignature(request: WireRequest, { claim, call, credential }: Verified): void {
    const secret = credential.accessKeySecret;
    const verdict =
      claim.scheme === 'acs3'
        ? verifyAcs3(request, claim, secret, { bodySha256: sha256Hex(call.bodyBytes) })
        : verifyRpcV1(request, claim, secret);
    if (verdict.ok) return;
    // What was expected is as good as the secret for this one call: it stands in our own log alone.
    logger.warn('A signature does not match: the secret is wrong, or the client signs something else.', {
      action: call.action,
      accessKeyId: claim.accessKeyId,
      scheme: claim.scheme,
      provided: verdict.provided,
      expected: verdict.expected,
      stringToSign: verdict.stringToSign,
      ...(verdict.canonicalRequest === undefined ? {} : { canonicalRequest: verdict.canonicalRequest }),
    });
    throw new PopError('SignatureDoesNotMatch', { stringToSign: verdict.stringToSign });
  }

  function believe(request: WireRequest, call: RpcCall): Principal {
    const accessKeyId = recognise(request, call)?.accessKeyId;
    const known = accessKeyId === undefined ? undefined : credentials.find(accessKeyId);
    return known?.principal ?? { type: 'account', accountId };
  }

  function tell(request: WireRequest, call: RpcCall): Principal {
    try {
      return enforce(request, call);
    } catch (error) {
      if (!(error instanceof PopError)) throw error;
      logger.warn('This call would be refused: auth is set to log only.', { action: call.action, code: error.code });
      return believe(request, call);
    }
  }

  return { enforce, log: tell, off: believe }[auth];
}

interface Verified {
  claim: Acs3Claim | RpcV1Claim;
  call: RpcCall;
  credential: Credential;
}

function recognise(request: WireRequest, { form }: RpcCall) {
  return recogniseAcs3(request) ?? recogniseRpcV1(request, form);
}

function assertToken(sent: string | undefined, { securityToken, expiresAtMs }: Credential, nowMs: number): void {
  if (securityToken === undefined) {
    // UNVERIFIED RAM-012: a permanent key that comes with a token.
    if (sent) throw new PopError('InvalidSecurityToken.MismatchWithAccessKey');
    return;
  }
  if (!sent) throw new PopError('MissingSecurityToken');
  if (!sameSignature(sent, securityToken)) throw new PopError('InvalidSecurityToken.MismatchWithAccessKey');
  if (expiresAtMs !== undefined && nowMs > expiresAtMs) throw new PopError('InvalidSecurityToken.Expired');
}

function assertTime(claim: Acs3Claim | RpcV1Claim, nowMs: number): void {
  const check =
    claim.scheme === 'acs3'
      ? checkAcs3Time(claim, nowMs, SIGNATURE_WINDOW_MS)
      : checkRpcV1Time(claim, nowMs, SIGNATURE_WINDOW_MS);
  if (check.state === 'ok') return;
  throw new PopError(check.state === 'malformed' ? 'InvalidTimeStamp.Format' : 'InvalidTimeStamp.Expired');
}
