/** The query names that OSS V1 signatures cover: one list for the server, the union of what its clients sign. */

/** Sources: oss2 `auth.py`, Java `SignParameters`, Go v1 `conn.go`, gateway-oss `main.tea`, Help page "Include signatures in headers". */
const SIGNED = new Set(
  `accessPoint accessPointConfigForObjectProcess accessPointForObjectProcess accessPointPolicy
  accessPointPolicyForObjectProcess acl append asyncFetch bucketArchiveDirectRead bucketInfo cacheConfiguration
  callback callback-var chunkNumber chunkSize cloudboxes cname comp continuation-token copy cors dataAccelerator
  delete dfs dfsadmin dfssecurity encryption endTime eventnotification group httpsConfig img inventory inventoryId
  lifecycle link live location logging metaQuery objectInfo objectMeta partNumber partSize partUploadId policy
  policyStatus position processConfiguration publicAccessBlock qos qosInfo qosRequester redundancyProgress
  redundancyTransition redundancyType referer regionList regionsV2 replication replicationLocation
  replicationProgress requestPayment requesterQosInfo reservedcapacity resourceGroup resourcePool
  resourcePoolBuckets resourcePoolInfo response-cache-control response-content-disposition
  response-content-encoding response-content-language response-content-type response-expires responseHeader restore
  rtc seal security-token sequential startTime stat status style styleName symlink tagging transferAcceleration udf
  udfApplication udfApplicationLog udfId udfImage udfImageDesc udfName uploadId uploads userDefinedLogFieldsConfig
  userRegion verbose versionId versioning versions vip virtualBucket vod vpcip website withHashContext worm
  wormExtend wormId x-oss-ac-forward-allow x-oss-ac-source-ip x-oss-ac-subnet-mask x-oss-ac-vpc-id
  x-oss-access-point-name x-oss-async-process x-oss-delete x-oss-dir x-oss-enable-md5 x-oss-enable-sha1
  x-oss-enable-sha256 x-oss-hash-ctx x-oss-md5-ctx x-oss-process x-oss-redundancy-transition-taskid x-oss-rename
  x-oss-request-payer x-oss-target-redundancy-type x-oss-traffic-limit x-oss-write-get-object-response`.split(/\s+/),
);

/** Names that page a listing. No client's V1 covers them, and empty they mean nothing. */
const PAGING = new Set(
  `prefix marker max-keys delimiter encoding-type list-type start-after fetch-owner key-marker version-id-marker
  upload-id-marker max-uploads max-parts part-number-marker`.split(/\s+/),
);

const URL_CREDENTIALS = new Set(['OSSAccessKeyId', 'Expires', 'Signature']);

export function isSignedSubresource(name: string): boolean {
  return SIGNED.has(name);
}

/** All of them: also those of operations that are served nowhere here. */
export function signedSubresources(): Iterable<string> {
  return SIGNED;
}

export function isPagingParameter(name: string): boolean {
  return PAGING.has(name);
}

/** The three that carry a V1 URL signature can't be covered by it. */
export function isUrlCredential(name: string): boolean {
  return URL_CREDENTIALS.has(name);
}
