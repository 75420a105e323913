/** Delivers to another event bus of the account: the whole event, under its own id. */
import { busOfArn, type Owner } from '../service/names.ts';
import type { TargetDelivery, TargetDriver } from './target.ts';

export interface EventBusTargetNeeds {
  owner: Owner;
  /** Publishes the event to the bus too; resolves with why it can't be, or undefined. */
  forward(delivery: { sequence: number; bus: string }): Promise<string | undefined>;
}

export function createEventBusTarget({ owner, forward }: EventBusTargetNeeds): TargetDriver {
  return {
    async deliver(delivery) {
      const { target, params, sequence } = delivery;
      const bus = params.eventbusname || busOfArn(target.endpoint);
      if (bus === undefined)
        return { error: `The target names no event bus: its endpoint is "${target.endpoint}".`, isFinal: true };
      const elsewhere = findElsewhere(delivery, owner);
      if (elsewhere !== undefined) return { error: elsewhere, isFinal: true };
      const problem = await forward({ sequence, bus });
      return problem === undefined ? { error: undefined } : { error: problem, isFinal: true };
    },
  };
}

/** There is one account and one region here. */
function findElsewhere({ params }: TargetDelivery, { region, accountId }: Owner): string | undefined {
  if (params.regionid && params.regionid !== region)
    return `The event bus is in the region ${params.regionid}; LocalYun has ${region} alone.`;
  if (params.accounttype === 'AnotherAccount' && params.accountid !== accountId)
    return `The event bus is of another account (${params.accountid ?? ''}); LocalYun has ${accountId} alone.`;
  return undefined;
}
