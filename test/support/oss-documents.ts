/** A valid document of every OSS operation that takes one: where mutations start from. */

export interface OssDocument {
  /** Of the operation. */
  name: string;
  method: 'PUT' | 'POST';
  of: 'bucket' | 'object' | 'upload';
  query: string;
  text: string;
}

const RULES = '<CORSRule><AllowedOrigin>https://*.example.com</AllowedOrigin><AllowedOrigin>*</AllowedOrigin>'
  .concat('<AllowedMethod>PUT</AllowedMethod><AllowedMethod>GET</AllowedMethod><AllowedHeader>*</AllowedHeader>')
  .concat('<ExposeHeader>x-oss-test</ExposeHeader><MaxAgeSeconds>100</MaxAgeSeconds></CORSRule>');
const LIFECYCLE =
  '<Rule><ID>one</ID><Prefix>logs/</Prefix><Status>Enabled</Status><Expiration><Days>3</Days></Expiration>'
    .concat(
      '<Transition><Days>1</Days><StorageClass>IA</StorageClass></Transition><AbortMultipartUpload><Days>2</Days>',
    )
    .concat('</AbortMultipartUpload><Filter><Not><Prefix>logs/a</Prefix></Not></Filter></Rule><Rule><Prefix>b</Prefix>')
    .concat('<Status>Disabled</Status><Expiration><CreatedBeforeDate>2026-01-01T00:00:00.000Z</CreatedBeforeDate>')
    .concat('</Expiration></Rule>');
const TAGS = '<TagSet><Tag><Key>a</Key><Value>1</Value></Tag><Tag><Key>b</Key><Value></Value></Tag></TagSet>';
const KEYS =
  '<Quiet>false</Quiet><Object><Key>a &amp; b</Key></Object><Object><Key>c</Key><VersionId></VersionId></Object>';
const PARTS = '<Part><PartNumber>1</PartNumber><ETag>"0CC175B9C0F1B6A831C399E269772661"</ETag></Part>';
const POLICY = {
  Version: '1',
  Statement: [
    { Effect: 'Deny', Action: ['oss:PutObjectAcl'], Principal: ['*'], Resource: ['acs:oss:*:*:my-bucket/x'] },
    {
      Effect: 'Allow',
      Action: 'oss:*',
      Principal: '*',
      Resource: '*',
      Condition: { IpAddress: { 'acs:SourceIp': '::1' } },
    },
  ],
};

function xml(root: string, inside: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://doc.oss-cn-hangzhou.aliyuncs.com">${inside}</${root}>`;
}

const of = (
  ...[name, method, level, query, text]: [string, 'PUT' | 'POST', OssDocument['of'], string, string]
): OssDocument => ({ name, method, of: level, query, text });

export const OSS_DOCUMENTS: readonly OssDocument[] = [
  of('PutBucket', 'PUT', 'bucket', '', xml('CreateBucketConfiguration', '<StorageClass>IA</StorageClass>')),
  of('PutBucketCors', 'PUT', 'bucket', 'cors', xml('CORSConfiguration', `${RULES}<ResponseVary>true</ResponseVary>`)),
  of('PutBucketLifecycle', 'PUT', 'bucket', 'lifecycle', xml('LifecycleConfiguration', LIFECYCLE)),
  of(
    ...(['PutBucketReferer', 'PUT', 'bucket', 'referer'] as const),
    xml(
      'RefererConfiguration',
      '<AllowEmptyReferer>true</AllowEmptyReferer><RefererList><Referer>http://*.a</Referer></RefererList>',
    ),
  ),
  of('PutBucketTags', 'PUT', 'bucket', 'tagging', xml('Tagging', TAGS)),
  of('PutBucketLogging', 'PUT', 'bucket', 'logging', xml('BucketLoggingStatus', '')),
  of(
    ...(['PutBucketRequestPayment', 'PUT', 'bucket', 'requestPayment'] as const),
    xml('RequestPaymentConfiguration', '<Payer>BucketOwner</Payer>'),
  ),
  of('PutBucketPolicy', 'PUT', 'bucket', 'policy', JSON.stringify(POLICY)),
  of(
    ...(['PutBucketVersioning', 'PUT', 'bucket', 'versioning'] as const),
    xml('VersioningConfiguration', '<Status>Suspended</Status>'),
  ),
  of(
    ...(['PutBucketWebsite', 'PUT', 'bucket', 'website'] as const),
    xml('WebsiteConfiguration', '<IndexDocument><Suffix>index.html</Suffix></IndexDocument>'),
  ),
  of(
    ...(['PutBucketEncryption', 'PUT', 'bucket', 'encryption'] as const),
    xml(
      'ServerSideEncryptionRule',
      '<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>',
    ),
  ),
  of(
    ...(['PutBucketTransferAcceleration', 'PUT', 'bucket', 'transferAcceleration'] as const),
    xml('TransferAccelerationConfiguration', '<Enabled>false</Enabled>'),
  ),
  of('DeleteMultipleObjects', 'POST', 'bucket', 'delete', xml('Delete', KEYS)),
  of('PutObjectTagging', 'PUT', 'object', 'tagging', xml('Tagging', TAGS)),
  of('RestoreObject', 'POST', 'object', 'restore', xml('RestoreRequest', '<Days>2</Days>')),
  of('CompleteMultipartUpload', 'POST', 'upload', '', xml('CompleteMultipartUpload', PARTS)),
];
