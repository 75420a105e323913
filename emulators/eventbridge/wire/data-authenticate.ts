/** Who calls the data plane: verifies its own signature, the key, and the token of a temporary one. */
import type { Principal } from '../../../src/kernel/principal.ts';
import type { WireRequest } from '../../../src/kernel/wire.ts';
import type { Credential } from '../../../src/ports/credential-source.ts';
import type { AuthenticatorNeeds } from '../../../src/protocols/rpc-authenticate.ts';
import { sameSignature } from '../../../src/signing/canonical.ts';
import { recogniseEventBridgeData, verifyEventBridgeData } from '../../../src/signing/eventbridge-data.ts';
import { EventBridgeError } from '../errors.ts';

/** UNVERIFIED EVB-030: the service may refuse an old `date`, too; the pages name no window, and none is kept here. */
export function createDataAuthenticator(needs: AuthenticatorNeeds): (request: WireRequest) => Principal {
  const { clock, logger, credentials, accountId, auth } = needs;

  function enforce(request: WireRequest): Principal {
    const claim = recogniseEventBridgeData(request);
    if (!claim || claim.problem !== undefined)
      throw new EventBridgeError('AccessDenied', {
        message: 'The request is not signed: authorization must be acs:ACCESS_KEY_ID:SIGNATURE.',
      });
    const credential = credentials.find(claim.accessKeyId);
    if (!credential) throw new EventBridgeError('InvalidAccessKeyId');
    assertToken(claim.securityToken, credential, clock.nowMs());
    const verdict = verifyEventBridgeData(request, claim, credential.accessKeySecret);
    if (verdict.ok) return credential.principal;
    // What was expected is as good as the secret for this one call: it stands in our own log alone.
    logger.warn('A signature does not match: the secret is wrong, or the client signs something else.', {
      path: request.rawPath,
      accessKeyId: claim.accessKeyId,
      provided: verdict.provided,
      expected: verdict.expected,
      stringToSign: verdict.stringToSign,
    });
    throw new EventBridgeError('SignatureDoesNotMatch', { message: MISMATCH });
  }

  function believe(request: WireRequest): Principal {
    const claim = recogniseEventBridgeData(request);
    const known = claim?.accessKeyId === undefined ? undefined : credentials.find(claim.accessKeyId);
    return known?.principal ?? { type: 'account', accountId };
  }

  return (request) => {
    if (auth === 'off') return believe(request);
    try {
      return enforce(request);
    } catch (error) {
      if (auth === 'enforce' || !(error instanceof EventBridgeError)) throw error;
      logger.warn('This call would be refused: auth is set to log only.', { path: request.rawPath, code: error.code });
      return believe(request);
    }
  };
}

const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your key and signing method.';

function assertToken(sent: string | undefined, { securityToken, expiresAtMs }: Credential, nowMs: number): void {
  if (securityToken === undefined && !sent) return;
  if (securityToken === undefined || !sent || !sameSignature(sent, securityToken))
    throw new EventBridgeError('SecurityTokenInvalid');
  if (expiresAtMs !== undefined && nowMs > expiresAtMs) throw new EventBridgeError('StsAccessIdExpired');
}
