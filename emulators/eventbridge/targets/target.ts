/** What every target type is to the delivery engine: something that takes an event and says whether it did. */

export interface TargetDriver {
  /** Resolves for failures too; a rejection is a bug and counts as one. The target's own service bounds how long it takes. */
  deliver(delivery: TargetDelivery): Promise<DeliveryOutcome>;
}

/** Drivers by target type; a type without one is kept, and its deliveries end with that reason. */
export type TargetDrivers = Readonly<Partial<Record<string, TargetDriver>>>;

export interface TargetDelivery {
  deliveryId: string;
  eventId: string;
  /** Of the event in the history. */
  sequence: number;
  bus: string;
  rule: string;
  target: { id: string; type: string; endpoint: string };
  /** The target's parameters, made from this event, by their names in lower case: clients differ in it. */
  params: TargetParams;
  /** The event as JSON. */
  text: string;
  /** Buses it went through to get here; of a batch, the most. */
  hops: number;
}

export type TargetParams = Readonly<Partial<Record<string, string>>>;

export interface DeliveryOutcome {
  /** Undefined when the event was taken. */
  error: string | undefined;
  invocationRequestId?: string | undefined;
  /** What a server answered with. */
  status?: number;
  /** Trying again can't help. */
  isFinal?: boolean;
}
