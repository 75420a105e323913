/** Calls whose signer can't be told: unsigned ones, and signatures of a kind that is not served or not whole. */
import type { Principal } from '../kernel/principal.ts';
import type { WireRequest } from '../kernel/wire.ts';
import type { UnusableAcs3Claim } from '../signing/acs3.ts';
import type { UnusableRpcV1Claim } from '../signing/rpc-v1.ts';
import { PopError } from './pop-errors.ts';
import { type RpcCall, systemParameter } from './rpc.ts';

/** Their proof of identity is a token among the parameters. */
const ANONYMOUS_ACTIONS: readonly string[] = ['AssumeRoleWithOIDC', 'AssumeRoleWithSAML'];

export function unsignedCall({ headers }: WireRequest, { action, parameters }: RpcCall): Principal {
  const isBearer =
    headers['x-acs-bearer-token'] !== undefined || systemParameter(parameters, 'SignatureType') === 'BEARERTOKEN';
  if (isBearer) throw new PopError('NotImplemented', { what: 'A bearer token' });
  const [scheme = ''] = (headers.authorization ?? '').split(' ', 1);
  if (scheme !== '') throw new PopError('NotImplemented', { what: `The signature scheme ${scheme.slice(0, 40)}` });
  if (ANONYMOUS_ACTIONS.includes(action)) return { type: 'anonymous' };
  throw new PopError('MissingAccessKeyId');
}

export function unusableClaim(claim: UnusableAcs3Claim | UnusableRpcV1Claim): PopError {
  const { problem, detail } = claim;
  switch (problem) {
    case 'missing-parameter':
      return new PopError(detail === 'AccessKeyId' ? 'MissingAccessKeyId' : 'MissingSignature');
    case 'malformed-authorization':
      return new PopError('IncompleteSignature', { reason: 'Authorization lacks Credential or Signature' });
    case 'unsigned-header':
      return new PopError('IncompleteSignature', { reason: `the header ${detail} must be sent and signed` });
    case 'unsupported-signature-type':
      return new PopError('NotImplemented', { what: `The SignatureType ${detail}` });
    case 'unsupported-algorithm':
    case 'unsupported-signature-method':
    case 'unsupported-signature-version':
      return new PopError('InvalidSignatureMethod', { method: detail });
  }
}
