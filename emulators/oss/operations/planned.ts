/** What the cloud serves and this room does not yet: each is refused by its name, and none falls through to a neighbour. */
import { type OperationRow, planned } from '../../../src/kernel/operation.ts';

const SERVICE = '/';
const BUCKET = '/{bucket}';
const OBJECT = '/{bucket}/{key+}';

export const plannedOnService: readonly OperationRow<unknown>[] = [
  on(SERVICE, 'accessPoint', { GET: 'ListAccessPoints' }),
  on(SERVICE, 'resourcePool', { GET: 'ListResourcePools' }),
  on(SERVICE, 'resourcePoolInfo', { GET: 'GetResourcePoolInfo' }),
  on(SERVICE, 'resourcePoolBuckets', { GET: 'ListResourcePoolBuckets' }),
  on(SERVICE, 'requesterQosInfo', {
    PUT: 'PutResourcePoolRequesterQoSInfo',
    GET: 'GetResourcePoolRequesterQoSInfo',
    DELETE: 'DeleteResourcePoolRequesterQoSInfo',
  }),
  on(SERVICE, 'qosInfo', { GET: 'GetUserQoSInfo' }),
  on(SERVICE, 'x-oss-write-get-object-response', { POST: 'WriteGetObjectResponse' }),
].flat();

export const plannedOnBuckets: readonly OperationRow<unknown>[] = [
  on(BUCKET, 'replication', { GET: 'GetBucketReplication' }),
  on(BUCKET, ['replication', 'comp=add'], { POST: 'PutBucketReplication' }),
  on(BUCKET, ['replication', 'comp=delete'], { POST: 'DeleteBucketReplication' }),
  on(BUCKET, 'replicationLocation', { GET: 'GetBucketReplicationLocation' }),
  on(BUCKET, 'replicationProgress', { GET: 'GetBucketReplicationProgress' }),
  on(BUCKET, 'rtc', { PUT: 'PutBucketRTC' }),
  on(BUCKET, ['policy', 'comp=callback'], {
    PUT: 'PutBucketCallbackPolicy',
    GET: 'GetBucketCallbackPolicy',
    DELETE: 'DeleteBucketCallbackPolicy',
  }),
  on(BUCKET, 'metaQuery', { GET: 'GetMetaQueryStatus' }),
  on(BUCKET, ['metaQuery', 'comp=add'], { POST: 'OpenMetaQuery' }),
  on(BUCKET, ['metaQuery', 'comp=query'], { POST: 'DoMetaQuery' }),
  on(BUCKET, ['metaQuery', 'comp=delete'], { POST: 'CloseMetaQuery' }),
  on(BUCKET, 'processConfiguration', {
    PUT: 'PutBucketProcessConfiguration',
    GET: 'GetBucketProcessConfiguration',
  }),
  on(BUCKET, 'responseHeader', {
    PUT: 'PutBucketResponseHeader',
    GET: 'GetBucketResponseHeader',
    DELETE: 'DeleteBucketResponseHeader',
  }),
  on(BUCKET, 'qosInfo', { PUT: 'PutBucketQoSInfo', GET: 'GetBucketQoSInfo', DELETE: 'DeleteBucketQoSInfo' }),
  on(BUCKET, 'qos', { PUT: 'PutBucketStorageCapacity', GET: 'GetBucketStorageCapacity' }),
  on(BUCKET, 'requesterQosInfo', {
    PUT: 'PutBucketRequesterQoSInfo',
    GET: 'ListBucketRequesterQoSInfos',
    DELETE: 'DeleteBucketRequesterQoSInfo',
  }),
  on(BUCKET, ['requesterQosInfo', 'qosRequester'], { GET: 'GetBucketRequesterQoSInfo' }),
  on(BUCKET, 'accessPoint', { PUT: 'CreateAccessPoint', GET: 'GetAccessPoint', DELETE: 'DeleteAccessPoint' }),
  on(BUCKET, 'accessPointPolicy', {
    PUT: 'PutAccessPointPolicy',
    GET: 'GetAccessPointPolicy',
    DELETE: 'DeleteAccessPointPolicy',
  }),
  on(BUCKET, ['publicAccessBlock', 'x-oss-access-point-name'], {
    PUT: 'PutAccessPointPublicAccessBlock',
    GET: 'GetAccessPointPublicAccessBlock',
    DELETE: 'DeleteAccessPointPublicAccessBlock',
  }),
  on(BUCKET, 'accessPointForObjectProcess', {
    PUT: 'CreateAccessPointForObjectProcess',
    GET: 'GetAccessPointForObjectProcess',
    DELETE: 'DeleteAccessPointForObjectProcess',
  }),
  on(BUCKET, 'accessPointConfigForObjectProcess', {
    PUT: 'PutAccessPointConfigForObjectProcess',
    GET: 'GetAccessPointConfigForObjectProcess',
  }),
  on(BUCKET, 'accessPointPolicyForObjectProcess', {
    PUT: 'PutAccessPointPolicyForObjectProcess',
    GET: 'GetAccessPointPolicyForObjectProcess',
    DELETE: 'DeleteAccessPointPolicyForObjectProcess',
  }),
].flat();

export const plannedOnObjects: readonly OperationRow<unknown>[] = [
  on(OBJECT, 'x-oss-process', { POST: 'ProcessObject' }),
  on(OBJECT, 'x-oss-async-process', { POST: 'AsyncProcessObject' }),
  on(BUCKET, 'asyncFetch', { POST: 'PostAsyncFetch', GET: 'GetAsyncFetch' }),
  on(OBJECT, 'seal', { POST: 'SealAppendObject' }),
  on(OBJECT, 'live', { PUT: 'PutLiveChannel', GET: 'GetLiveChannelInfo', DELETE: 'DeleteLiveChannel' }),
  on(OBJECT, 'vod', { POST: 'PostVodPlaylist', GET: 'GetVodPlaylist' }),
].flat();

/** The operations on one sub-resource, by method. */
function on(
  path: string,
  query: string | readonly string[],
  names: Readonly<Record<string, string>>,
): OperationRow<unknown>[] {
  return Object.entries(names).map(([method, name]) => planned(name, { method, path, query: [query].flat() }));
}
