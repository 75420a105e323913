/** What the cloud serves and this room does not yet: each is refused by its name, and none falls through to a neighbour. */
import { type OperationRow, planned } from '../../../src/kernel/operation.ts';

const BUCKET = '/{bucket}';
const OBJECT = '/{bucket}/{key+}';

export const plannedOnBuckets: readonly OperationRow<unknown>[] = [
  documents(BUCKET, 'versioning', { PUT: 'PutBucketVersioning', GET: 'GetBucketVersioning' }),
  on(BUCKET, 'GET', { ListObjectVersions: 'versions' }),
  documents(BUCKET, 'website', { PUT: 'PutBucketWebsite', GET: 'GetBucketWebsite', DELETE: 'DeleteBucketWebsite' }),
  documents(BUCKET, 'encryption', {
    PUT: 'PutBucketEncryption',
    GET: 'GetBucketEncryption',
    DELETE: 'DeleteBucketEncryption',
  }),
  documents(BUCKET, 'transferAcceleration', {
    PUT: 'PutBucketTransferAcceleration',
    GET: 'GetBucketTransferAcceleration',
  }),
  documents(BUCKET, 'inventory', {
    PUT: 'PutBucketInventory',
    GET: 'ListBucketInventory',
    DELETE: 'DeleteBucketInventory',
  }),
  [planned('GetBucketInventory', { method: 'GET', path: BUCKET, query: ['inventory', 'inventoryId'] })],
  documents(BUCKET, 'worm', { POST: 'InitiateBucketWorm', GET: 'GetBucketWorm', DELETE: 'AbortBucketWorm' }),
  on(BUCKET, 'POST', { CompleteBucketWorm: 'wormId' }),
  [planned('ExtendBucketWorm', { method: 'POST', path: BUCKET, query: ['wormId', 'wormExtend'] })],
  documents(BUCKET, 'replication', {
    POST: 'PutBucketReplication',
    GET: 'GetBucketReplication',
  }),
  on(BUCKET, 'GET', { GetBucketReplicationLocation: 'replicationLocation' }),
  on(BUCKET, 'GET', { GetBucketReplicationProgress: 'replicationProgress' }),
  documents(BUCKET, 'cname', { POST: 'PutCname', GET: 'ListCname' }),
  documents(BUCKET, 'style', { PUT: 'PutStyle', GET: 'ListStyle', DELETE: 'DeleteStyle' }),
  documents(BUCKET, 'resourceGroup', { PUT: 'PutBucketResourceGroup', GET: 'GetBucketResourceGroup' }),
  documents(BUCKET, 'accessmonitor', { PUT: 'PutBucketAccessMonitor', GET: 'GetBucketAccessMonitor' }),
  documents(BUCKET, 'httpsConfig', { PUT: 'PutBucketHttpsConfig', GET: 'GetBucketHttpsConfig' }),
  documents(BUCKET, 'publicAccessBlock', {
    PUT: 'PutBucketPublicAccessBlock',
    GET: 'GetBucketPublicAccessBlock',
    DELETE: 'DeleteBucketPublicAccessBlock',
  }),
  documents(BUCKET, 'bucketArchiveDirectRead', {
    PUT: 'PutBucketArchiveDirectRead',
    GET: 'GetBucketArchiveDirectRead',
  }),
  documents(BUCKET, 'metaQuery', { POST: 'DoMetaQuery', GET: 'GetMetaQueryStatus' }),
  documents(BUCKET, 'responseHeader', {
    PUT: 'PutBucketResponseHeader',
    GET: 'GetBucketResponseHeader',
    DELETE: 'DeleteBucketResponseHeader',
  }),
  documents(BUCKET, 'userDefinedLogFieldsConfig', {
    PUT: 'PutUserDefinedLogFieldsConfig',
    GET: 'GetUserDefinedLogFieldsConfig',
    DELETE: 'DeleteUserDefinedLogFieldsConfig',
  }),
  documents(BUCKET, 'redundancyTransition', {
    POST: 'CreateBucketDataRedundancyTransition',
    GET: 'ListBucketDataRedundancyTransition',
  }),
  documents(BUCKET, 'accessPoint', { PUT: 'CreateAccessPoint', GET: 'GetAccessPoint', DELETE: 'DeleteAccessPoint' }),
].flat();

export const plannedOnObjects: readonly OperationRow<unknown>[] = [
  on(OBJECT, 'POST', { SelectObject: 'x-oss-process=csv/select' }),
  on(OBJECT, 'POST', { ProcessObject: 'x-oss-process' }),
  on(OBJECT, 'POST', { AsyncProcessObject: 'x-oss-async-process' }),
  documents(BUCKET, 'asyncFetch', { POST: 'PostAsyncFetch', GET: 'GetAsyncFetch' }),
  documents(OBJECT, 'live', { PUT: 'PutLiveChannel', GET: 'GetLiveChannelInfo', DELETE: 'DeleteLiveChannel' }),
  on(OBJECT, 'POST', { PostVodPlaylist: 'vod' }),
  on(OBJECT, 'GET', { GetVodPlaylist: 'vod' }),
].flat();

function on(path: string, method: string, flags: Readonly<Record<string, string>>): OperationRow<unknown>[] {
  return Object.entries(flags).map(([name, flag]) => planned(name, { method, path, query: [flag] }));
}

/** The operations on one sub-resource, by method. */
function documents(path: string, flag: string, names: Readonly<Record<string, string>>): OperationRow<unknown>[] {
  return Object.entries(names).map(([method, name]) => planned(name, { method, path, query: [flag] }));
}
