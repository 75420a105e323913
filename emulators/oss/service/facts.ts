/** What OSS tells the other rooms: one fact per successful change, appended in the transaction of the change itself. */
import type { Outbox } from '../../../src/kernel/outbox.ts';
import type { Principal } from '../../../src/kernel/principal.ts';
import { FACTS, type ObjectChanged } from '../../../src/ports/facts.ts';
import type { ObjectRecord } from '../store/object-store.ts';

/** Where a change came from: the call behind it. */
export interface Origin {
  requestId: string;
  sourceIp: string;
  principal: Principal;
  /** Kernel time of the call. */
  atMs: number;
  /** Changes it made that were told so far: `tell` counts them. */
  told: number;
  /** Custom variables of the callback it asked for: `x:uid`. */
  variables?: Readonly<Record<string, string>> | undefined;
}

/** What became of the object or bucket. */
export interface Change {
  /** Without the `oss:` prefix. */
  eventName: string;
  bucket: string;
  key?: string;
  sizeBytes?: number;
  deltaSizeBytes?: number;
  etag?: string;
  contentType?: string;
  /** Where an append began. */
  position?: number;
}

/** Called inside the open transaction. */
export type Tell = (origin: Origin, change: Change) => void;

export interface TellNeeds {
  outbox: Pick<Outbox, 'append'>;
  region: string;
  accountId: string;
}

export function createTell({ outbox, region, accountId }: TellNeeds): Tell {
  return (origin, change) => {
    const { requestId, sourceIp, principal, atMs, variables } = origin;
    const fact: ObjectChanged = {
      eventName: change.eventName,
      bucket: change.bucket,
      key: change.key,
      sizeBytes: change.sizeBytes ?? 0,
      deltaSizeBytes: change.deltaSizeBytes ?? 0,
      etag: change.etag ?? '',
      contentType: change.contentType,
      requestId,
      sourceIp,
      principal,
      region,
      accountId,
      at: atMs,
    };
    if (change.position !== undefined) fact.position = change.position;
    if (origin.told > 0) fact.nth = origin.told;
    origin.told++;
    if (variables) fact.variables = variables;
    outbox.append(FACTS.objectChanged, fact);
  };
}

/** The change of an object that is now `after`, and was `before` or not there. */
export function objectChange(eventName: string, before: ObjectRecord | undefined, after: ObjectRecord): Change {
  const { bucket, key, sizeBytes, etag, contentType } = after;
  return { eventName, bucket, key, sizeBytes, deltaSizeBytes: sizeBytes - (before?.sizeBytes ?? 0), etag, contentType };
}

/** UNVERIFIED OSS-034: a removal tells the size that is gone, and the same as a negative difference. */
export function removal(eventName: string, { bucket, key, sizeBytes, etag, contentType }: ObjectRecord): Change {
  return { eventName, bucket, key, sizeBytes, deltaSizeBytes: -sizeBytes, etag, contentType };
}
