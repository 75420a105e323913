/** STS GetCallerIdentity: who signed this call. Needs no permission. */
import { z } from 'zod';
import { rpcMatch, rpcReply } from '../../../src/protocols/rpc.ts';
import { RamError } from '../errors.ts';
import { callerIdentity } from '../service/caller-identity.ts';
import { operation, STS } from './services.ts';

export const GetCallerIdentity = operation({
  name: 'GetCallerIdentity',
  match: rpcMatch(STS, 'GetCallerIdentity'),
  ram: [],
  input: () => z.object({}),
  handle(_input, _services, { principal }) {
    const identity = callerIdentity(principal);
    if (!identity) throw new RamError('MissingAccessKeyId');
    return identity;
  },
  encode: (identity) => rpcReply({ ...identity }),
});
