/** Turns a change in OSS into the CloudEvent that EventBridge publishes for it. */
import type { ObjectChanged } from '../../../src/ports/facts.ts';
import { bucketArn, type ObjectEvent, objectEvent, wholeSecond } from '../../../src/ports/object-event.ts';

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
  id: string;
  bus: string;
  region: string;
  accountId: string;
  publishedAtMs: number;
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

export function buildOssEvent(fact: ObjectChanged, publishing: Publishing): OssEvent {
  const arn = bucketArn(fact);
  const data = objectEvent(fact);
  return {
    id: publishing.id,
    source: 'acs.oss',
    specversion: '1.0',
    type: `oss:${fact.eventName}`,
    datacontenttype: 'application/json;charset=utf-8',
    // UNVERIFIED EVB-003: the subject of bucket events is taken to be the bucket's ARN.
    subject: fact.key === undefined ? arn : `${arn}/${fact.key}`,
    time: wholeSecond(fact.at),
    aliyunaccountid: publishing.accountId,
    aliyunoriginalaccountid: fact.accountId,
    aliyunpublishtime: new Date(publishing.publishedAtMs).toISOString(),
    aliyuneventbusname: publishing.bus,
    aliyunregionid: publishing.region,
    data: publishing.eventShape === 'article' ? Object.assign(data, shortPaths(fact)) : data,
  };
}

function shortPaths({ bucket, key, sizeBytes, etag }: ObjectChanged): ShortPaths {
  const short = { bucket: { name: bucket } };
  return key === undefined ? short : { ...short, object: { key, size: sizeBytes, eTag: etag } };
}
