/** Objects, versions, uploads and parts as the listings show them. */
import { XML_IN_ORDER } from '../../../src/protocols/xml.ts';
import {
  isMarker,
  type ListPage,
  NULL_VERSION,
  type ObjectRecord,
  type PartRecord,
  type UploadPage,
  type VersionPage,
} from '../store/object-store.ts';
import { ownerXml } from './owner.ts';
import { restoreText } from './restore.ts';
import { xmlTime } from './times.ts';

export interface ListedOptions {
  encode(name: string): string;
  /** The account to show; undefined leaves owners out. */
  owner: string | undefined;
  /** Kernel time: what was archived may be readable for a while. */
  nowMs: number;
}

export function listedObjects({ objects, commonPrefixes }: ListPage, { encode, owner, nowMs }: ListedOptions) {
  return {
    Contents: objects.map((record) => ({
      Key: encode(record.key),
      ...listed(record),
      Owner: owner === undefined ? undefined : ownerXml(owner),
      RestoreInfo: restoreText(record, nowMs),
    })),
    CommonPrefixes: commonPrefixes.map((prefix) => ({ Prefix: encode(prefix) })),
  };
}

/** Versions and delete markers as they alternate. */
export function listedVersions({ versions, commonPrefixes }: VersionPage, options: ListedOptions & { owner: string }) {
  const { encode, owner, nowMs } = options;
  return {
    [XML_IN_ORDER]: versions.map(({ version, isLatest }) => {
      const { key, versionId = NULL_VERSION } = version;
      const named = { Key: encode(key), VersionId: versionId, IsLatest: isLatest };
      const Owner = ownerXml(owner);
      return isMarker(version)
        ? { DeleteMarker: { ...named, LastModified: xmlTime(version.modifiedAtMs), Owner } }
        : { Version: { ...named, ...listed(version), Owner, RestoreInfo: restoreText(version, nowMs) } };
    }),
    CommonPrefixes: commonPrefixes.map((prefix) => ({ Prefix: encode(prefix) })),
  };
}

export function listedUploads({ uploads, commonPrefixes }: UploadPage, encode: ListedOptions['encode']) {
  return {
    Upload: uploads.map(({ key, uploadId, initiatedAtMs, storageClass }) => ({
      Key: encode(key),
      UploadId: uploadId,
      StorageClass: storageClass,
      Initiated: xmlTime(initiatedAtMs),
    })),
    CommonPrefixes: commonPrefixes.map((prefix) => ({ Prefix: encode(prefix) })),
  };
}

export function listedPart({ partNumber, modifiedAtMs, etag, crc64, sizeBytes }: PartRecord) {
  return {
    PartNumber: partNumber,
    LastModified: xmlTime(modifiedAtMs),
    ETag: `"${etag}"`,
    HashCrc64ecma: crc64,
    Size: sizeBytes,
  };
}

function listed({ modifiedAtMs, etag, type, sizeBytes, storageClass }: ObjectRecord) {
  return {
    LastModified: xmlTime(modifiedAtMs),
    ETag: `"${etag}"`,
    Type: type,
    Size: sizeBytes,
    StorageClass: storageClass,
  };
}
