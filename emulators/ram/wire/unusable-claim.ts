/** Calls whose signer can't be told: unsigned ones, and signatures of a kind that is not served or not whole. */
import type { Principal } from '../../../src/kernel/principal.ts';
import type { WireRequest } from '../../../src/kernel/wire.ts';
import { type RpcCall, systemParameter } from '../../../src/protocols/rpc.ts';
import type { UnusableAcs3Claim } from '../../../src/signing/acs3.ts';
import type { UnusableRpcV1Claim } from '../../../src/signing/rpc-v1.ts';
import { RamError } from '../errors.ts';

/** Their proof of identity is a token among the parameters. */
const ANONYMOUS_ACTIONS: readonly string[] = ['AssumeRoleWithOIDC', 'AssumeRoleWithSAML'];

export function unsignedCall({ headers }: WireRequest, { action, parameters }: RpcCall): Principal {
  const isBearer =
    headers['x-acs-bearer-token'] !== undefined || systemParameter(parameters, 'SignatureType') === 'BEARERTOKEN';
  if (isBearer) throw new RamError('NotImplemented', { what: 'A bearer token' });
  const [scheme = ''] = (headers.authorization ?? '').split(' ', 1);
  if (scheme !== '') throw new RamError('NotImplemented', { what: `The signature scheme ${scheme.slice(0, 40)}` });
  if (ANONYMOUS_ACTIONS.includes(action)) return { type: 'anonymous' };
  throw new RamError('MissingAccessKeyId');
}

export function unusableClaim(claim: UnusableAcs3Claim | UnusableRpcV1Claim): RamError {
  const { problem, detail } = claim;
  switch (problem) {
    case 'missing-parameter':
      return new RamError(detail === 'AccessKeyId' ? 'MissingAccessKeyId' : 'MissingSignature');
    case 'malformed-authorization':
      return new RamError('IncompleteSignature', { reason: 'Authorization lacks Credential or Signature' });
    case 'unsigned-header':
      return new RamError('IncompleteSignature', { reason: `the header ${detail} must be sent and signed` });
    case 'unsupported-signature-type':
      return new RamError('NotImplemented', { what: `The SignatureType ${detail}` });
    case 'unsupported-algorithm':
    case 'unsupported-signature-method':
    case 'unsupported-signature-version':
      return new RamError('InvalidSignatureMethod', { method: detail });
  }
}
