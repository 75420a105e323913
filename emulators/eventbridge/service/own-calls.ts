/**
 * Recognises this stack's own calls where they arrive, by the two ends of their connection: nothing is added to what is
 * sent, so that no target is told anything that the cloud would not tell it.
 */
import { EventBridgeError } from '../errors.ts';
import { HOPS_MAX } from '../limits.ts';

/** One end of a connection: what its maker has here, its taker has there. */
export interface CallEnd {
  address: string;
  port: number;
}

export interface OwnCalls {
  /** A call that carries an event which came through so many buses. */
  begin(hops: number): OwnCall;
  /** Buses that what comes from there has been through: none, unless it is one of our calls. Throws when it is one too many. */
  arriving(from: CallEnd): number;
}

export interface OwnCall {
  /** Once it is known where the call comes from, and before anything of it is sent. */
  comesFrom(end: CallEnd): void;
  /** Whether it was refused as a round too many. */
  isCircle(): boolean;
  end(): void;
}

/** UNVERIFIED EVB-225: what ends such events on the service. */
export const CIRCLE = `The event went through ${HOPS_MAX} buses already: rules that send events round in a circle end here.`;

export function createOwnCalls(): OwnCalls {
  const underWay = new Map<string, { hops: number; isCircle: boolean }>();

  return {
    begin(hops) {
      const call = { hops, isCircle: false };
      let key: string | undefined;
      return {
        comesFrom(end) {
          key = keyOf(end);
          underWay.set(key, call);
        },
        isCircle: () => call.isCircle,
        end() {
          if (key !== undefined) underWay.delete(key);
        },
      };
    },
    arriving(from) {
      const call = underWay.size === 0 ? undefined : underWay.get(keyOf(from));
      if (!call) return 0;
      const hops = call.hops + 1;
      call.isCircle = hops > HOPS_MAX;
      if (call.isCircle) throw new EventBridgeError('EventInvalid', { reason: CIRCLE });
      return hops;
    },
  };
}

/** A socket for both kinds of addresses writes IPv4 its own way. */
function keyOf({ address, port }: CallEnd): string {
  return `${address.replace(/^::ffff:/i, '')} ${port}`;
}
