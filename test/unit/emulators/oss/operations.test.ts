/** The API reference, restated: each of its operations is a row, served or planned, and none falls through to another. */
import { expect, test } from 'vitest';
import { operations } from '../../../../emulators/oss/operations/index.ts';
import { createServedTable } from '../../../../emulators/oss/wire/served-table.ts';
import { createClock } from '../../../../src/kernel/clock.ts';
import { parsePairs } from '../../../../src/signing/signed-request.ts';

const table = createServedTable(operations, createClock());

function find(request: string, header?: string) {
  const [method = '', target = ''] = request.split(' ');
  const [path = '', query = ''] = target.split('?');
  const segments = path.split('/').filter((segment) => segment !== '');
  const headers = header === undefined ? {} : { [header]: 'x' };
  return table.find({ method, query: parsePairs(query), headers }, { segments })?.row;
}

/** By name: a request for it on the account (/), a bucket (/b) or an object (/b/k). */
const SERVED: Readonly<Record<string, string>> = {
  ListBuckets: 'GET /',
  DescribeRegions: 'GET /?regions=oss-cn-hangzhou',

  PutBucket: 'PUT /b',
  DeleteBucket: 'DELETE /b',
  GetBucketInfo: 'GET /b?bucketInfo',
  GetBucketLocation: 'GET /b?location',
  GetBucketStat: 'GET /b?stat',
  PutBucketAcl: 'PUT /b?acl',
  GetBucketAcl: 'GET /b?acl',
  ListObjects: 'GET /b?prefix=a&delimiter=/&marker=a&max-keys=1&encoding-type=url',
  ListObjectsV2: 'GET /b?list-type=2&start-after=a&continuation-token=a&fetch-owner=true',
  PutBucketVersioning: 'PUT /b?versioning',
  GetBucketVersioning: 'GET /b?versioning',
  ListObjectVersions: 'GET /b?versions&key-marker=a&version-id-marker=a',

  PutBucketCors: 'PUT /b?cors',
  GetBucketCors: 'GET /b?cors',
  DeleteBucketCors: 'DELETE /b?cors',
  PutBucketLifecycle: 'PUT /b?lifecycle',
  GetBucketLifecycle: 'GET /b?lifecycle',
  DeleteBucketLifecycle: 'DELETE /b?lifecycle',
  PutBucketWebsite: 'PUT /b?website',
  GetBucketWebsite: 'GET /b?website',
  DeleteBucketWebsite: 'DELETE /b?website',
  PutBucketReferer: 'PUT /b?referer',
  GetBucketReferer: 'GET /b?referer',
  PutBucketLogging: 'PUT /b?logging',
  GetBucketLogging: 'GET /b?logging',
  DeleteBucketLogging: 'DELETE /b?logging',
  PutBucketTags: 'PUT /b?tagging',
  GetBucketTags: 'GET /b?tagging',
  DeleteBucketTags: 'DELETE /b?tagging=k1,k2',
  PutBucketEncryption: 'PUT /b?encryption',
  GetBucketEncryption: 'GET /b?encryption',
  DeleteBucketEncryption: 'DELETE /b?encryption',
  PutBucketPolicy: 'PUT /b?policy',
  GetBucketPolicy: 'GET /b?policy',
  DeleteBucketPolicy: 'DELETE /b?policy',
  GetBucketPolicyStatus: 'GET /b?policyStatus',
  PutBucketRequestPayment: 'PUT /b?requestPayment',
  GetBucketRequestPayment: 'GET /b?requestPayment',
  PutBucketTransferAcceleration: 'PUT /b?transferAcceleration',
  GetBucketTransferAcceleration: 'GET /b?transferAcceleration',
  PutBucketInventory: 'PUT /b?inventory&inventoryId=i',
  GetBucketInventory: 'GET /b?inventory&inventoryId=i',
  ListBucketInventory: 'GET /b?inventory&continuation-token=a',
  DeleteBucketInventory: 'DELETE /b?inventory&inventoryId=i',
  PutCname: 'POST /b?cname&comp=add',
  DeleteCname: 'POST /b?cname&comp=delete',
  CreateCnameToken: 'POST /b?cname&comp=token',
  GetCnameToken: 'GET /b?cname=d&comp=token',
  ListCname: 'GET /b?cname',
  PutBucketResourceGroup: 'PUT /b?resourceGroup',
  GetBucketResourceGroup: 'GET /b?resourceGroup',
  PutBucketAccessMonitor: 'PUT /b?accessmonitor',
  GetBucketAccessMonitor: 'GET /b?accessmonitor',
  PutBucketHttpsConfig: 'PUT /b?httpsConfig',
  GetBucketHttpsConfig: 'GET /b?httpsConfig',
  PutBucketPublicAccessBlock: 'PUT /b?publicAccessBlock',
  GetBucketPublicAccessBlock: 'GET /b?publicAccessBlock',
  DeleteBucketPublicAccessBlock: 'DELETE /b?publicAccessBlock',
  PutPublicAccessBlock: 'PUT /?publicAccessBlock',
  GetPublicAccessBlock: 'GET /?publicAccessBlock',
  DeletePublicAccessBlock: 'DELETE /?publicAccessBlock',
  PutBucketArchiveDirectRead: 'PUT /b?bucketArchiveDirectRead',
  GetBucketArchiveDirectRead: 'GET /b?bucketArchiveDirectRead',
  ListLiveChannel: 'GET /b?live',
  OptionsBucket: 'OPTIONS /b',

  PutObject: 'PUT /b/k',
  PostObject: 'POST /b',
  GetObject: 'GET /b/k?versionId=v&response-content-type=a',
  HeadObject: 'HEAD /b/k',
  GetObjectMeta: 'HEAD /b/k?objectMeta',
  OptionObject: 'OPTIONS /b/k',
  AppendObject: 'POST /b/k?append&position=0',
  DeleteObject: 'DELETE /b/k?versionId=v',
  DeleteMultipleObjects: 'POST /b?delete',
  PutSymlink: 'PUT /b/k?symlink',
  GetSymlink: 'GET /b/k?symlink',
  PutObjectACL: 'PUT /b/k?acl',
  GetObjectACL: 'GET /b/k?acl',
  PutObjectTagging: 'PUT /b/k?tagging',
  GetObjectTagging: 'GET /b/k?tagging',
  DeleteObjectTagging: 'DELETE /b/k?tagging',
  RestoreObject: 'POST /b/k?restore',
  CleanRestoredObject: 'POST /b/k?cleanRestoredObject',

  InitiateMultipartUpload: 'POST /b/k?uploads',
  UploadPart: 'PUT /b/k?partNumber=1&uploadId=u',
  CompleteMultipartUpload: 'POST /b/k?uploadId=u',
  AbortMultipartUpload: 'DELETE /b/k?uploadId=u',
  ListParts: 'GET /b/k?uploadId=u&max-parts=1&part-number-marker=1',
  ListMultipartUploads: 'GET /b?uploads&key-marker=a&upload-id-marker=a&max-uploads=1',
};

/** Named by the reference, and here at least refused by that name. */
const AT_LEAST_PLANNED: Readonly<Record<string, string>> = {
  InitiateBucketWorm: 'POST /b?worm',
  CompleteBucketWorm: 'POST /b?wormId=w',
  ExtendBucketWorm: 'POST /b?wormExtend&wormId=w',
  AbortBucketWorm: 'DELETE /b?worm',
  GetBucketWorm: 'GET /b?worm',
  PutBucketReplication: 'POST /b?replication&comp=add',
  DeleteBucketReplication: 'POST /b?replication&comp=delete',
  GetBucketReplication: 'GET /b?replication',
  GetBucketReplicationLocation: 'GET /b?replicationLocation',
  GetBucketReplicationProgress: 'GET /b?replicationProgress&rule-id=r',
  PutBucketRTC: 'PUT /b?rtc',
  PutStyle: 'PUT /b?style&styleName=s',
  GetStyle: 'GET /b?style&styleName=s',
  ListStyle: 'GET /b?style',
  DeleteStyle: 'DELETE /b?style&styleName=s',
  OpenMetaQuery: 'POST /b?metaQuery&comp=add',
  DoMetaQuery: 'POST /b?metaQuery&comp=query',
  CloseMetaQuery: 'POST /b?metaQuery&comp=delete',
  GetMetaQueryStatus: 'GET /b?metaQuery',
  PutBucketQoSInfo: 'PUT /b?qosInfo',
  GetBucketQoSInfo: 'GET /b?qosInfo',
  DeleteBucketQoSInfo: 'DELETE /b?qosInfo',
  PutBucketResponseHeader: 'PUT /b?responseHeader',
  GetBucketResponseHeader: 'GET /b?responseHeader',
  DeleteBucketResponseHeader: 'DELETE /b?responseHeader',
  PutUserDefinedLogFieldsConfig: 'PUT /b?userDefinedLogFieldsConfig',
  GetUserDefinedLogFieldsConfig: 'GET /b?userDefinedLogFieldsConfig',
  DeleteUserDefinedLogFieldsConfig: 'DELETE /b?userDefinedLogFieldsConfig',
  PutBucketOverwriteConfig: 'PUT /b?overwriteConfig',
  GetBucketOverwriteConfig: 'GET /b?overwriteConfig',
  DeleteBucketOverwriteConfig: 'DELETE /b?overwriteConfig',
  CreateBucketDataRedundancyTransition: 'POST /b?redundancyTransition&x-oss-target-redundancy-type=ZRS',
  GetBucketDataRedundancyTransition: 'GET /b?redundancyTransition&x-oss-redundancy-transition-taskid=t',
  DeleteBucketDataRedundancyTransition: 'DELETE /b?redundancyTransition&x-oss-redundancy-transition-taskid=t',
  ListBucketDataRedundancyTransition: 'GET /b?redundancyTransition',
  ListUserDataRedundancyTransition: 'GET /?redundancyTransition',
  PutBucketObjectWormConfiguration: 'PUT /b?objectWorm',
  GetBucketObjectWormConfiguration: 'GET /b?objectWorm',
  CreateAccessPoint: 'PUT /b?accessPoint',
  GetAccessPoint: 'GET /b?accessPoint',
  DeleteAccessPoint: 'DELETE /b?accessPoint',
  ListAccessPoints: 'GET /?accessPoint',
  PutAccessPointPolicy: 'PUT /b?accessPointPolicy',
  GetAccessPointPolicy: 'GET /b?accessPointPolicy',
  DeleteAccessPointPolicy: 'DELETE /b?accessPointPolicy',
  SelectObject: 'POST /b/k?x-oss-process=csv/select',
  ProcessObject: 'POST /b/k?x-oss-process',
  PostAsyncFetch: 'POST /b?asyncFetch',
  GetAsyncFetch: 'GET /b?asyncFetch',
  PutLiveChannel: 'PUT /b/k?live',
  DeleteLiveChannel: 'DELETE /b/k?live',
  GetLiveChannelInfo: 'GET /b/k?live',
  PostVodPlaylist: 'POST /b/k?vod',
  GetVodPlaylist: 'GET /b/k?vod',
};

test.each(Object.entries(SERVED))('%s is served: %s', (name, request) => {
  expect(find(request)).toMatchObject({ name, status: 'served' });
});

test.each([
  ['CopyObject', 'PUT /b/k'],
  ['UploadPartCopy', 'PUT /b/k?partNumber=1&uploadId=u'],
])('%s is served: %s with a source to copy', (name, request) => {
  expect(find(request, 'x-oss-copy-source')).toMatchObject({ name, status: 'served' });
});

test.each(Object.entries(AT_LEAST_PLANNED))('%s is known: %s', (name, request) => {
  expect(find(request)?.name).toBe(name);
});

test('a sub-resource that nobody has heard of is still the plain operation, as on the real service', () => {
  expect(find('GET /b/k?never-heard-of')?.name).toBe('GetObject');
});

test.each(Object.entries({ ...SERVED, ...AT_LEAST_PLANNED }).filter(([, request]) => /\?\w+(&|=|$)/.test(request)))(
  '%s with a method that it does not have is no plain operation',
  (_name, request) => {
    const [method, target = ''] = request.split(' ');
    for (const other of ['GET', 'PUT', 'POST', 'DELETE']) {
      if (other === method) continue;
      const [path, query = ''] = target.split('?');
      const [sub = ''] = query.split('&');
      // Parameters of one operation, or, of a link that is deleted, nothing at all.
      if (/^(list-type|partNumber|uploadId|versionId|x-oss-process|prefix|symlink)/.test(sub)) continue;
      const plain = find(`${other} ${path}`)?.name;
      if (plain !== undefined) expect([other, find(`${other} ${path}?${sub}`)?.name]).not.toEqual([other, plain]);
    }
  },
);
