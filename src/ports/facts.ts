/** The facts rooms tell each other through the outbox: one shape a fact type, agreed here and nowhere else. */
import type { Principal } from '../kernel/principal.ts';

/** `oss.object.changed`: one successful change to an object or bucket that the cloud has an event for. */
export interface ObjectChanged {
  /** Without the `oss:` prefix: `ObjectCreated:PutObject`, `ObjectRemoved:DeleteObject`, `BucketCreated:PutBucket` … */
  eventName: string;
  bucket: string;
  /** Raw UTF-8; undefined for bucket events. */
  key: string | undefined;
  /** After the change; the removed size for removals. Bytes. */
  sizeBytes: number;
  /** New size minus old size. */
  deltaSizeBytes: number;
  /** Upper hex, no quotes; '' where there is none. */
  etag: string;
  contentType: string | undefined;
  /** Only for AppendObject. */
  position?: number;
  /** Custom variables of the callback that an upload asked for: `x:uid`. */
  variables?: Readonly<Record<string, string>> | undefined;
  /** `x-oss-request-id` of the call that did it. */
  requestId: string;
  /** Which of the changes that this call made, from 0; undefined for the first. */
  nth?: number | undefined;
  sourceIp: string;
  principal: Principal;
  region: string;
  accountId: string;
  /** Kernel time in ms. */
  at: number;
}

/** `fc.trigger.changed`: a trigger was created, updated or (config undefined) deleted. */
export interface TriggerChanged {
  functionName: string;
  qualifier: string;
  triggerName: string;
  triggerType: string;
  /** The parsed triggerConfig; undefined when the trigger is gone. */
  config: unknown;
}

/** `fc.invocation.finished`: one run of a function ended, for whatever listens (destinations, the console). */
export interface InvocationFinished {
  requestId: string;
  functionName: string;
  outcome: string;
}

export const FACTS = {
  objectChanged: 'oss.object.changed',
  triggerChanged: 'fc.trigger.changed',
  invocationFinished: 'fc.invocation.finished',
} as const;
