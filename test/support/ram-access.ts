/** An access port for callers who have no policies of their own: what a resource's policy says is all there is. */
import type { AccessDecision, AccessQuestion } from '../../src/ports/access-decider.ts';
import { NONE } from './oss-server.ts';

export function ramAccess({ resourceDecision }: AccessQuestion): AccessDecision {
  return resourceDecision ?? NONE;
}
