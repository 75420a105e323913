/** Every operation of OSS, in the order of its API reference. */
import type { OperationRow } from '../../../src/kernel/operation.ts';
import type { OssServices } from '../service/services.ts';
import { AbortMultipartUpload } from './abort-multipart-upload.ts';
import { AppendObject } from './append-object.ts';
import { bucketCname } from './bucket-cname.ts';
import { bucketCors, OptionObject, OptionsBucket } from './bucket-cors.ts';
import { bucketFeatures } from './bucket-features.ts';
import { bucketInventory } from './bucket-inventory.ts';
import { bucketLifecycle } from './bucket-lifecycle.ts';
import { bucketLogging } from './bucket-logging.ts';
import { bucketObjectWorm } from './bucket-object-worm.ts';
import { bucketOverwrite } from './bucket-overwrite.ts';
import { bucketPolicy } from './bucket-policy.ts';
import { bucketResourceGroup } from './bucket-resource-group.ts';
import { bucketSettings } from './bucket-settings.ts';
import { bucketStyle } from './bucket-style.ts';
import { bucketVersioning } from './bucket-versioning.ts';
import { bucketWebsite } from './bucket-website.ts';
import { bucketWorm } from './bucket-worm.ts';
import { CleanRestoredObject } from './clean-restored-object.ts';
import { CompleteMultipartUpload } from './complete-multipart-upload.ts';
import { CopyObject } from './copy-object.ts';
import { DoDataPipelineAction, DoMetaQueryAction } from './datasets.ts';
import { DeleteBucket } from './delete-bucket.ts';
import { DeleteMultipleObjects } from './delete-multiple-objects.ts';
import { DeleteObject } from './delete-object.ts';
import { DeleteObjectTagging } from './delete-object-tagging.ts';
import { DescribeRegions } from './describe-regions.ts';
import { GetBucketAcl } from './get-bucket-acl.ts';
import { GetBucketInfo } from './get-bucket-info.ts';
import { GetBucketLocation } from './get-bucket-location.ts';
import { GetBucketStat } from './get-bucket-stat.ts';
import { GetObject } from './get-object.ts';
import { GetObjectACL } from './get-object-acl.ts';
import { GetObjectMeta } from './get-object-meta.ts';
import { GetObjectTagging } from './get-object-tagging.ts';
import { GetSymlink } from './get-symlink.ts';
import { HeadObject } from './head-object.ts';
import { InitiateMultipartUpload } from './initiate-multipart-upload.ts';
import { ListBuckets } from './list-buckets.ts';
import { ListCloudBoxes } from './list-cloud-boxes.ts';
import { ListLiveChannel } from './list-live-channel.ts';
import { ListMultipartUploads } from './list-multipart-uploads.ts';
import { ListObjectVersions } from './list-object-versions.ts';
import { ListObjects } from './list-objects.ts';
import { ListObjectsV2 } from './list-objects-v2.ts';
import { ListParts } from './list-parts.ts';
import { objectLocks } from './object-locks.ts';
import { plannedOnBuckets, plannedOnObjects, plannedOnService } from './planned.ts';
import { PostObject } from './post-object.ts';
import { accountPublicAccess } from './public-access-block.ts';
import { PutBucket } from './put-bucket.ts';
import { PutBucketAcl } from './put-bucket-acl.ts';
import { PutObject } from './put-object.ts';
import { PutObjectACL } from './put-object-acl.ts';
import { PutObjectTagging } from './put-object-tagging.ts';
import { PutSymlink } from './put-symlink.ts';
import { accountRedundancyTransition, redundancyTransition } from './redundancy-transition.ts';
import { RestoreObject } from './restore-object.ts';
import { selectObject } from './select-object.ts';
import { UploadPart } from './upload-part.ts';
import { UploadPartCopy } from './upload-part-copy.ts';

export const operations: readonly OperationRow<OssServices>[] = [
  ListBuckets,
  DescribeRegions,
  ...accountPublicAccess,
  ListCloudBoxes,
  ...accountRedundancyTransition,
  DoDataPipelineAction,
  ...plannedOnService,

  PutBucket,
  DeleteBucket,
  ListObjects,
  ListObjectsV2,
  ListObjectVersions,
  GetBucketInfo,
  GetBucketLocation,
  PutBucketAcl,
  GetBucketAcl,
  ...bucketVersioning,
  ...bucketCors,
  OptionsBucket,
  GetBucketStat,
  ListLiveChannel,
  PostObject,
  ...bucketLifecycle,
  ...bucketPolicy,
  ...bucketLogging,
  ...bucketSettings,
  ...bucketWebsite,
  ...bucketFeatures,
  ...bucketResourceGroup,
  ...bucketInventory,
  ...bucketCname,
  ...redundancyTransition,
  DoMetaQueryAction,
  ...bucketWorm,
  ...bucketObjectWorm,
  ...bucketOverwrite,
  ...bucketStyle,
  ...plannedOnBuckets,

  PutObject,
  GetObject,
  CopyObject,
  DeleteObject,
  DeleteMultipleObjects,
  HeadObject,
  GetObjectMeta,
  OptionObject,
  AppendObject,
  PutObjectACL,
  GetObjectACL,
  PutSymlink,
  GetSymlink,
  PutObjectTagging,
  GetObjectTagging,
  DeleteObjectTagging,
  RestoreObject,
  CleanRestoredObject,
  ...objectLocks,
  ...selectObject,
  ...plannedOnObjects,

  InitiateMultipartUpload,
  UploadPart,
  UploadPartCopy,
  CompleteMultipartUpload,
  AbortMultipartUpload,
  ListMultipartUploads,
  ListParts,
];
