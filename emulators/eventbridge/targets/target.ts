/** What every target type is to the delivery engine: something that takes an event and says whether it did. */
import type { TargetRow } from '../store/rules.ts';

export interface TargetDriver {
  /** Resolves for failures too; a rejection is a bug and counts as one. The target's own service bounds how long it takes. */
  deliver(delivery: TargetDelivery): Promise<DeliveryOutcome>;
}

export interface TargetDelivery {
  deliveryId: string;
  eventId: string;
  bus: string;
  rule: string;
  target: TargetRow;
  /** The event as JSON. */
  text: string;
}

export interface DeliveryOutcome {
  /** Undefined when the event was taken. */
  error: string | undefined;
  invocationRequestId: string | undefined;
}
