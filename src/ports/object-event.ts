/** A change of an object or bucket as the cloud writes it: a record of FC's OSS trigger, and the data of EventBridge's event. */
import type { Principal } from '../kernel/principal.ts';
import type { ObjectChanged } from './facts.ts';

export interface ObjectEvent {
  region: string;
  eventVersion: '1.0';
  eventSource: 'acs:oss';
  eventName: string;
  eventTime: string;
  requestParameters: { sourceIPAddress: string };
  userIdentity: { principalId: string };
  responseElements: { requestId: string };
  oss: {
    bucket: { name: string; arn: string; virtualBucket: string; ownerIdentity: string };
    ossSchemaVersion: '1.0';
    /** Not in what befalls a bucket. */
    object?: ObjectInEvent;
    /** Custom variables of a callback, where the upload gave any. */
    xVars?: Readonly<Record<string, string>>;
  };
}

interface ObjectInEvent {
  size: number;
  objectMeta: { mimeType?: string };
  deltaSize: number;
  eTag: string;
  key: string;
  position?: number;
}

export function bucketArn({
  region,
  accountId,
  bucket,
}: Pick<ObjectChanged, 'region' | 'accountId' | 'bucket'>): string {
  return `acs:oss:${region}:${accountId}:${bucket}`;
}

/** Help page "OSS triggers", and captured events of both services, which agree but for the order. */
export function objectEvent(change: ObjectChanged): ObjectEvent {
  const oss: ObjectEvent['oss'] = {
    bucket: { name: change.bucket, arn: bucketArn(change), virtualBucket: '', ownerIdentity: change.accountId },
    ossSchemaVersion: '1.0',
  };
  if (change.key !== undefined) oss.object = objectIn(change, change.key);
  // Captured beside the object, where the help page's template nests much else, too.
  if (change.variables) oss.xVars = change.variables;
  return {
    region: change.region,
    eventVersion: '1.0',
    eventSource: 'acs:oss',
    eventName: change.eventName,
    eventTime: wholeSecond(change.at),
    requestParameters: { sourceIPAddress: change.sourceIp },
    userIdentity: { principalId: principalId(change.principal) },
    responseElements: { requestId: change.requestId },
    oss,
  };
}

/** OSS stamps its events with whole seconds: every sample ends in `.000Z`. */
export function wholeSecond(atMs: number): string {
  const second = Math.floor(atMs / 1000);
  if (second !== written.second) written = { second, text: new Date(second * 1000).toISOString() };
  return written.text;
}

/** Most are asked for several times: by one event, and by those of the same second. */
let written = { second: 0, text: new Date(0).toISOString() };

/** UNVERIFIED EVB-004: removals carry the removed size, its negative as delta, and no type they never had. */
function objectIn(change: ObjectChanged, key: string): ObjectInEvent {
  const { sizeBytes, contentType, deltaSizeBytes, etag, position } = change;
  const object: ObjectInEvent = {
    size: sizeBytes,
    objectMeta: contentType === undefined ? {} : { mimeType: contentType },
    deltaSize: deltaSizeBytes,
    eTag: etag,
    // UNVERIFIED EVB-005: the key stands as it is, not URL-encoded, as in every sample.
    key,
  };
  if (position !== undefined) object.position = position;
  return object;
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
