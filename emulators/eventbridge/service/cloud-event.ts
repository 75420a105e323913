/** Turns a change in OSS into the CloudEvent that EventBridge publishes for it. */
import type { Principal } from '../../../src/kernel/principal.ts';
import type { ObjectChanged } from '../../../src/ports/facts.ts';

/** A CloudEvent in the order the service writes its attributes. */
export interface CloudEvent {
  id: string;
  source: string;
  specversion: string;
  type: string;
  datacontenttype: string;
  subject: string;
  time: string;
  aliyunaccountid: string;
  aliyunoriginalaccountid: string;
  aliyunpublishtime: string;
  aliyuneventbusname: string;
  aliyunregionid: string;
  data: Record<string, unknown>;
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
const BUS_EVENTS: ReadonlySet<string> = new Set([
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
]);

export function isBusEvent(eventName: string): boolean {
  return BUS_EVENTS.has(eventName);
}

export function buildOssEvent(fact: ObjectChanged, publishing: Publishing): CloudEvent {
  const bucketArn = `acs:oss:${fact.region}:${fact.accountId}:${fact.bucket}`;
  return {
    id: publishing.id,
    source: 'acs.oss',
    specversion: '1.0',
    type: `oss:${fact.eventName}`,
    datacontenttype: 'application/json;charset=utf-8',
    // UNVERIFIED EVB-003: the subject of bucket events is taken to be the bucket's ARN.
    subject: fact.key === undefined ? bucketArn : `${bucketArn}/${fact.key}`,
    time: wholeSecond(fact.at),
    aliyunaccountid: publishing.accountId,
    aliyunoriginalaccountid: fact.accountId,
    aliyunpublishtime: new Date(publishing.publishedAtMs).toISOString(),
    aliyuneventbusname: publishing.bus,
    aliyunregionid: publishing.region,
    data: {
      region: fact.region,
      eventVersion: '1.0',
      eventSource: 'acs:oss',
      eventName: fact.eventName,
      eventTime: wholeSecond(fact.at),
      requestParameters: { sourceIPAddress: fact.sourceIp },
      userIdentity: { principalId: principalId(fact.principal) },
      responseElements: { requestId: fact.requestId },
      oss: {
        bucket: { name: fact.bucket, arn: bucketArn, virtualBucket: '', ownerIdentity: fact.accountId },
        ossSchemaVersion: '1.0',
        ...(fact.key === undefined ? {} : { object: objectRecord(fact, fact.key) }),
      },
      ...(publishing.eventShape === 'article' ? shortPaths(fact) : {}),
    },
  };
}

/** UNVERIFIED EVB-004: removals carry the removed size, its negative as delta, and no type they never had. */
function objectRecord(fact: ObjectChanged, key: string): Record<string, unknown> {
  return {
    size: fact.sizeBytes,
    objectMeta: fact.contentType === undefined ? {} : { mimeType: fact.contentType },
    deltaSize: fact.deltaSizeBytes,
    eTag: fact.etag,
    // UNVERIFIED EVB-005: the key stands as it is, not URL-encoded, as in every sample.
    key,
    ...(fact.position === undefined ? {} : { position: fact.position }),
  };
}

function shortPaths({ bucket, key, sizeBytes, etag }: ObjectChanged): Record<string, unknown> {
  const short = { bucket: { name: bucket } };
  return key === undefined ? short : { ...short, object: { key, size: sizeBytes, eTag: etag } };
}

/** UNVERIFIED EVB-006: samples only show an account's id; users have theirs, sessions `<role id>:<session>`, strangers none. */
function principalId(principal: Principal): string {
  switch (principal.type) {
    case 'anonymous':
      return '';
    case 'account':
      return principal.accountId;
    case 'user':
      return principal.userId;
    case 'role':
      return `${principal.roleId}:${principal.sessionName}`;
    default:
      return principal satisfies never;
  }
}

/** OSS stamps its events with whole seconds: every sample ends in `.000Z`. */
function wholeSecond(atMs: number): string {
  return new Date(Math.floor(atMs / 1000) * 1000).toISOString();
}
