/** A function as a target: the same whoever makes it. */
import { constantParam, ORIGINAL_BODY, type TargetRow } from '../store/rules.ts';
import type { Param } from '../transform/param.ts';
import type { Owner } from './names.ts';

export interface CalledFunction {
  functionName: string;
  /** Empty or undefined: none is named. */
  qualifier: string | undefined;
  invocationType: 'Sync' | 'Async';
  /** Undefined: the event as it is. */
  body?: Param | undefined;
}

/** As it looks when it is made by PutTargets. */
export function functionTarget(
  { functionName, qualifier, invocationType, body = ORIGINAL_BODY }: CalledFunction,
  { region, accountId }: Owner,
): Pick<TargetRow, 'type' | 'endpoint' | 'params'> {
  return {
    type: 'acs.fc.function',
    endpoint: `acs:fc:${region}:${accountId}:functions/${functionName}${qualifier ? `/${qualifier}` : ''}`,
    params: [
      body,
      constantParam('functionName', functionName),
      ...(qualifier ? [constantParam('Qualifier', qualifier)] : []),
      constantParam('InvocationType', invocationType),
      constantParam('DataFormat', 'Object'),
    ],
  };
}
