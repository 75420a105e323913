/** Turns a change in OSS into the CloudEvent that EventBridge publishes for it. */
import type { ObjectChanged } from '../../../src/ports/facts.ts';
import { bucketArn, type ObjectEvent, objectEvent, wholeSecond } from '../../../src/ports/object-event.ts';
import type { Remake } from '../store/events.ts';

/** An event as a bus publishes it: CloudEvents attributes, extensions, and what the bus added. */
export interface CloudEvent {
  id: string;
  source: string;
  type: string;
  specversion: string;
  subject?: string;
  [attribute: string]: unknown;
}

/** What OSS makes. */
export interface OssEvent extends CloudEvent {
  subject: string;
  data: ObjectEvent & ShortPaths;
}

/** Of the shape `article`. */
interface ShortPaths {
  bucket?: { name: string };
  object?: { key: string; size: number; eTag: string };
}

/** `article` adds the short paths `data.bucket` and `data.object` to the documented event. */
export type EventShape = 'documented' | 'article';

export interface Publishing {
  bus: string;
  publishedAtMs: number;
  eventShape: EventShape;
}

/** All that an event of OSS says comes from these, from its bus and from when it was published. */
export interface MadeFrom {
  change: ObjectChanged;
  eventShape: EventShape;
}

/**
 * Help page "OSS events": the types EventBridge has. GetObject and a change of storage class only reach SMQ.
 * UNVERIFIED EVB-002: `ObjectModified:UpdateObjectMeta` is an event of FC's native trigger, and not in this list.
 */
export const OSS_EVENTS: readonly string[] = [
  'BucketCreated:PutBucket',
  'BucketRemoved:DeleteBucket',
  'ObjectCreated:AppendObject',
  'ObjectCreated:CopyObject',
  'ObjectCreated:PostObject',
  'ObjectCreated:PutObject',
  'ObjectCreated:PutSymlink',
  'ObjectCreated:InitiateMultipartUpload',
  'ObjectCreated:UploadPart',
  'ObjectCreated:UploadPartCopy',
  'ObjectCreated:CompleteMultipartUpload',
  'ObjectRemoved:DeleteObject',
  'ObjectRemoved:DeleteObjects',
  'ObjectRemoved:AbortMultipartUpload',
  'ObjectRestore:FinishRestore',
  'ObjectReplication:ObjectCreated',
  'ObjectReplication:ObjectModified',
  'ObjectReplication:ObjectRemoved',
];

const BUS_EVENTS: ReadonlySet<string> = new Set(OSS_EVENTS);

export function isBusEvent(eventName: string): boolean {
  return BUS_EVENTS.has(eventName);
}

export function buildOssEvent(fact: ObjectChanged, { bus, publishedAtMs, eventShape }: Publishing): OssEvent {
  const data = objectEvent(fact);
  return {
    id: idOf(fact),
    source: SOURCE,
    specversion: '1.0',
    type: typeOf(fact),
    datacontenttype: 'application/json;charset=utf-8',
    subject: subjectOf(fact),
    time: wholeSecond(fact.at),
    aliyunaccountid: fact.accountId,
    aliyunoriginalaccountid: fact.accountId,
    aliyunpublishtime: new Date(publishedAtMs).toISOString(),
    aliyuneventbusname: bus,
    aliyunregionid: fact.region,
    data: eventShape === 'article' ? Object.assign(data, shortPaths(fact)) : data,
  };
}

/** An event of OSS as it was, from the row that it is kept as. */
export const remakeOssEvent: Remake = ({ madeFrom, bus, publishedAtMs }) => {
  const { change, eventShape } = madeFrom as MadeFrom;
  return {
    id: idOf(change),
    source: SOURCE,
    type: typeOf(change),
    subject: subjectOf(change),
    get text() {
      return JSON.stringify(buildOssEvent(change, { bus, publishedAtMs, eventShape }));
    },
  };
};

const SOURCE = 'acs.oss';

/** UNVERIFIED EVB-014: what a DeleteMultipleObjects makes of its second key on is not known. */
function idOf({ requestId, nth }: ObjectChanged): string {
  return nth === undefined ? requestId : `${requestId}-${nth}`;
}

function typeOf({ eventName }: ObjectChanged): string {
  return `oss:${eventName}`;
}

/** UNVERIFIED EVB-003: the subject of bucket events is taken to be the bucket's ARN. */
function subjectOf(change: ObjectChanged): string {
  const arn = bucketArn(change);
  return change.key === undefined ? arn : `${arn}/${change.key}`;
}

function shortPaths({ bucket, key, sizeBytes, etag }: ObjectChanged): ShortPaths {
  const short = { bucket: { name: bucket } };
  return key === undefined ? short : { ...short, object: { key, size: sizeBytes, eTag: etag } };
}
