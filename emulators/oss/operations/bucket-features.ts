/** What is switched on and off for a bucket: encryption, acceleration, access tracking, TLS, direct reads of archives, public access. */
import { ARCHIVE_DIRECT_READ } from '../service/archive-direct-read.ts';
import type { DocumentKind } from '../service/documents.ts';
import { type BucketEncryption, ENCRYPTION } from '../service/encryption.ts';
import { PUBLIC_ACCESS_BLOCK, type PublicAccessBlock } from '../service/public-access.ts';
import { type Shape, shapeXml } from '../wire/document-shape.ts';
import { HTTPS_CONFIG, onOff, TRANSFER_ACCELERATION } from '../wire/feature-shapes.ts';
import {
  encryptionXml,
  publicAccessBlockXml,
  readEncryption,
  readHttpsConfig,
  readPublicAccessBlock,
} from '../wire/features-xml.ts';
import { bucketAccessMonitor } from './bucket-access-monitor.ts';
import { type BucketDocument, deleteRow, getRow, getRowOr, putRow } from './bucket-document.ts';

const encryption: BucketDocument<BucketEncryption> = {
  name: 'BucketEncryption',
  subresource: 'encryption',
  kind: ENCRYPTION,
  root: 'ServerSideEncryptionRule',
  read: readEncryption,
  write: encryptionXml,
};

const publicAccess: BucketDocument<PublicAccessBlock> = {
  name: 'BucketPublicAccessBlock',
  subresource: 'publicAccessBlock',
  kind: PUBLIC_ACCESS_BLOCK,
  root: 'PublicAccessBlockConfiguration',
  read: readPublicAccessBlock,
  write: publicAccessBlockXml,
};

const httpsConfig: BucketDocument<ReturnType<typeof readHttpsConfig>> = {
  name: 'BucketHttpsConfig',
  subresource: 'httpsConfig',
  kind: HTTPS_CONFIG,
  root: 'HttpsConfiguration',
  read: readHttpsConfig,
  write: shapeXml,
};

const acceleration = asWritten('BucketTransferAcceleration', TRANSFER_ACCELERATION, {
  root: 'TransferAccelerationConfiguration',
  shape: onOff,
});
const directRead = asWritten('BucketArchiveDirectRead', ARCHIVE_DIRECT_READ, {
  root: 'ArchiveDirectReadConfiguration',
  shape: onOff,
});

function asWritten<Document>(
  name: string,
  kind: DocumentKind<Document>,
  { root, shape }: { root: string; shape: Shape<Document> },
): BucketDocument<Document> {
  return { name, subresource: kind.kind, kind, root, read: (content) => shape.read(content, root), write: shapeXml };
}

// UNVERIFIED OSS-125: what is answered for those that have never been set.
export const bucketFeatures = [
  putRow(encryption),
  getRow(encryption, 'NoSuchServerSideEncryptionRule'),
  deleteRow(encryption),
  putRow(acceleration),
  getRow(acceleration, 'NoSuchTransferAccelerationConfiguration'),
  ...bucketAccessMonitor,
  putRow(httpsConfig),
  getRow(httpsConfig, 'NoSuchHttpsConfig'),
  putRow(publicAccess),
  getRowOr(publicAccess, { isBlocked: false }),
  deleteRow(publicAccess),
  putRow(directRead),
  getRowOr(directRead, { Enabled: false }),
];
