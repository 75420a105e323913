/** Says of a function target that its ARN is of another account or region: ARNs are copied from the cloud, and work here. */
import type { TargetRow } from '../store/rules.ts';
import type { Owner } from './names.ts';

const FUNCTION_ARN = /^acs:fc:(?<region>[^:]*):(?<accountId>[^:]*):/;
const SHOWN_CHARACTERS_MAX = 300;

/**
 * One sentence, or undefined when there is nothing to say.
 * UNVERIFIED EVB-193: Help page "Limits" wants targets in the bus's account and region; what answers others is not said.
 */
export function hintOfForeignFunction({ id, type, endpoint }: TargetRow, owner: Owner): string | undefined {
  const named = type === 'acs.fc.function' ? FUNCTION_ARN.exec(endpoint)?.groups : undefined;
  if (!named || (isOwn(named.region, owner.region) && isOwn(named.accountId, owner.accountId))) return undefined;
  const shown = endpoint.slice(0, SHOWN_CHARACTERS_MAX);
  return `the target ${id} names ${shown}, which is not of this account and region: on the cloud it must be. Here the function of that name in account ${owner.accountId}, region ${owner.region} is called.`;
}

/** An ARN may leave it out. */
function isOwn(named: string | undefined, own: string): boolean {
  return named === '' || named === own;
}
