/** Objects and common prefixes as both listings show them. */
import { isMarker, type ListPage, NULL_VERSION, type ObjectRecord, type VersionPage } from '../store/object-store.ts';
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

/** Versions, then delete markers, each in the listing's order. */
export function listedVersions({ versions, commonPrefixes }: VersionPage, options: ListedOptions & { owner: string }) {
  const { encode, owner, nowMs } = options;
  const shown = versions.map(({ version, isLatest }) => ({
    version,
    named: { Key: encode(version.key), VersionId: version.versionId ?? NULL_VERSION, IsLatest: isLatest },
  }));
  return {
    Version: shown.flatMap(({ version, named }) =>
      isMarker(version)
        ? []
        : [{ ...named, ...listed(version), Owner: ownerXml(owner), RestoreInfo: restoreText(version, nowMs) }],
    ),
    DeleteMarker: shown.flatMap(({ version, named }) =>
      isMarker(version) ? [{ ...named, LastModified: xmlTime(version.modifiedAtMs), Owner: ownerXml(owner) }] : [],
    ),
    CommonPrefixes: commonPrefixes.map((prefix) => ({ Prefix: encode(prefix) })),
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
