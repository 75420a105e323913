/** Objects and common prefixes as both listings show them. */
import type { ListPage, ObjectRecord } from '../store/object-store.ts';
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

function listed({ modifiedAtMs, etag, type, sizeBytes, storageClass }: ObjectRecord) {
  return {
    LastModified: xmlTime(modifiedAtMs),
    ETag: `"${etag}"`,
    Type: type,
    Size: sizeBytes,
    StorageClass: storageClass,
  };
}
