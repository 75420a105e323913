/** Keeps buckets, objects and uploads; knows no HTTP, no ACL rule and no event. Every implementation passes object-store.contract.ts. */
import type { Readable } from 'node:stream';
import type { AtOnce } from '../../../src/kernel/at-once.ts';
import type { DocumentStore } from './document-store.ts';
import type { ObjectEncryption } from './object-encryption.ts';
import type { ObjectLock } from './object-lock.ts';
import type { RestoreStore } from './restore-store.ts';

export interface BucketRecord {
  name: string;
  /** Kernel time in ms. */
  createdAtMs: number;
  acl: BucketAcl;
  storageClass: StorageClass;
  redundancy: 'LRS' | 'ZRS';
  /** Undefined until it was set once. */
  versioning?: Versioning | undefined;
}

/** `Enabled`: what is overwritten or removed stays as a version. `Suspended`: likewise, but for the one version called null. */
export type Versioning = 'Enabled' | 'Suspended';

export type BucketAcl = 'private' | 'public-read' | 'public-read-write';
export type ObjectAcl = BucketAcl | 'default';
export type StorageClass = 'Standard' | 'IA' | 'Archive' | 'ColdArchive' | 'DeepColdArchive';
export type ObjectType = 'Normal' | 'Multipart' | 'Appendable' | 'Symlink';

export interface ObjectRef {
  bucket: string;
  key: string;
}

/** The version of an object that is called null: written before its bucket had versioning, or while that was suspended. */
export const NULL_VERSION = 'null';

/** One version of an object; without a version id the current one, which a delete marker may be. */
export interface VersionRef extends ObjectRef {
  versionId?: string | undefined;
}

/** What a writer says about an object, besides its bytes. */
export interface ObjectDraft {
  type: ObjectType;
  contentType: string;
  /** Stored response headers, lower-case names: cache-control, content-disposition, content-encoding, content-language, expires. */
  headers: Record<string, string>;
  /** `x-oss-meta-*` without the prefix, lower-case names. */
  userMeta: Record<string, string>;
  storageClass: StorageClass;
  acl: ObjectAcl;
  /** Kernel time in ms. */
  modifiedAtMs: number;
  /** Undefined where there are none. */
  tags?: readonly ObjectTag[] | undefined;
  /** Of a symlink: the key, in its own bucket, that reading it reads. */
  symlinkTarget?: string | undefined;
  /** Of an archived object that was asked back: readable from one moment to the other, in kernel ms. */
  restore?: { readyAtMs: number; expiresAtMs: number } | undefined;
  encryption?: ObjectEncryption | undefined;
  /** Last noted read, in kernel ms; undefined where none was noted since the object was written. */
  accessedAtMs?: number | undefined;
  lock?: ObjectLock | undefined;
  /** Of an upload's parts together, where that is known. */
  contentMd5?: string | undefined;
}

export interface ObjectTag {
  key: string;
  value: string;
}

export interface ObjectRecord extends ObjectDraft {
  bucket: string;
  key: string;
  sizeBytes: number;
  /** Upper hex, no quotes; multipart: `<hex>-<parts>`. */
  etag: string;
  /** CRC-64/XZ of the whole object, unsigned decimal. */
  crc64: string;
  /** Base64 MD5 of the bytes; undefined where the object was not written in one piece. */
  contentMd5: string | undefined;
  /** Undefined in a bucket that never had versioning. */
  versionId?: string | undefined;
  /** Since when it is not the current version any more, in kernel ms. */
  noncurrentSinceMs?: number | undefined;
}

/** Stands where an object was removed without naming a version; those below it are still there. */
export interface DeleteMarker extends ObjectRef {
  isMarker: true;
  versionId: string;
  modifiedAtMs: number;
  noncurrentSinceMs?: number | undefined;
}

export type Version = ObjectRecord | DeleteMarker;

export function isMarker(version: Version): version is DeleteMarker {
  return 'isMarker' in version;
}

/** What a removal did: an object or a delete marker is gone, a marker was made (and has this id), or there was nothing to do. */
export interface Removal {
  did: 'object' | 'marker' | 'marked' | 'nothing';
  versionId: string | undefined;
}

/** Bytes received and hashed, not yet an object. Exactly one of `put`, `putPart` or `discard` takes it; a second one throws. */
export interface StagedBody {
  sizeBytes: number;
  /** Of the bytes. */
  md5: Uint8Array;
  /** Unsigned decimal. */
  crc64: string;
  /** The object's, where they are not those of bytes written in one piece. */
  sums?: Pick<ObjectRecord, 'etag' | 'contentMd5'>;
  discard(): Promise<void>;
}

/**
 * What has to happen in the very transaction that makes a change visible. Both are synchronous; a throw takes the change back.
 * A store may ask `guard` earlier as well, before it begins what a refusal would make vain.
 * The store's own synchronous reads (`getBucket`, `listParts` …) show inside them what the transaction finds.
 */
export interface Commit<Before = ObjectRecord | undefined, After = ObjectRecord> {
  /** Looks at what is there now; throws the room's refusal (it exists already, is not appendable …). */
  guard?(current: Before): void;
  /** Appends the outbox fact. */
  tell?(before: Before, after: After): void;
}

export interface UploadRecord extends ObjectDraft {
  bucket: string;
  key: string;
  uploadId: string;
  initiatedAtMs: number;
  /** Its parts come in order. */
  isSequential?: boolean | undefined;
}

export interface PartRecord {
  partNumber: number;
  sizeBytes: number;
  /** Upper hex MD5 of the part, no quotes. */
  etag: string;
  crc64: string;
  modifiedAtMs: number;
}

export interface ListQuery {
  bucket: string;
  prefix: string;
  delimiter: string;
  /** Strictly after this key; a common prefix given here passes everything under it by. '' starts at the beginning. */
  after: string;
  /** Objects and common prefixes together. */
  limit: number;
}

export interface ListPage {
  objects: ObjectRecord[];
  /** Each ends in the delimiter. */
  commonPrefixes: string[];
  /** The last key or common prefix returned, when there is more; undefined at the end. */
  next: string | undefined;
}

/** Bytes from `start` to `end`, both included. */
export interface ByteRange {
  start: number;
  end: number;
}

export interface ObjectStore extends DocumentStore, RestoreStore {
  /** Absence is an answer here, not an error. */
  getBucket(name: string): BucketRecord | undefined;
  /** Names ascending, strictly after `marker`. */
  listBuckets(query: { prefix: string; marker: string; limit: number }): {
    buckets: BucketRecord[];
    isTruncated: boolean;
  };
  /** Creates or replaces the record; its objects are untouched. */
  putBucket(record: BucketRecord, commit?: Commit<BucketRecord | undefined, BucketRecord>): Promise<void>;
  /** `guard` is told what still lies in the bucket; versions and delete markers are objects here. Removing a bucket that is not there is no error. */
  deleteBucket(name: string, commit?: Commit<{ hasObjects: boolean; hasUploads: boolean }, undefined>): Promise<void>;

  /** Undefined also where a delete marker stands. */
  head(ref: VersionRef): ObjectRecord | undefined;
  /** The delete marker there, if there is one. */
  findMarker(ref: VersionRef): DeleteMarker | undefined;
  list(query: ListQuery): ListPage;
  /**
   * Record and bytes of one and the same version: an overwrite meanwhile does not tear them, and the bytes stay readable until the
   * stream ends, which the caller reads or destroys. Undefined when there is no such object. `pick` sees the record before any
   * byte is read and names a range within it; it may throw, and may be asked again when the object changes meanwhile.
   */
  read(
    ref: VersionRef,
    pick?: (record: ObjectRecord) => ByteRange | 'none' | undefined,
  ): AtOnce<ObjectBody | undefined>;

  /** Every version and delete marker: keys ascending, of each key the newest first, whatever their times say. */
  listVersions(query: ListQuery & { afterVersionId: string }): VersionPage;

  /**
   * Receives bytes, hashing on the way; nothing is visible yet. Rejects with the stream's error when it breaks, leaving nothing.
   * Where it is sure that no more than `bytesMax` come, no end is waited for once these are there.
   */
  stage(body: Readable, bytesMax?: number): Promise<StagedBody>;
  /**
   * Makes the staged bytes the object, replacing what was there (in a bucket with versioning: the current version, keeping what
   * was there below it), in one transaction. On a throw of `guard` the bytes are discarded. Of everything that writes an object,
   * `guard` and `tell` see as before the current version, and nothing where that is a delete marker.
   */
  put(ref: ObjectRef, staged: StagedBody, draft: ObjectDraft, commit?: Commit): Promise<ObjectRecord>;
  /**
   * Adds the staged bytes to the end of what is there, whose metadata stays but for its age; makes the object of `draft` where
   * there is none. No bytes added to an object change nothing and are not told. No version is made of what was there; what
   * grows is the version called null.
   */
  append(ref: ObjectRef, staged: StagedBody, draft: ObjectDraft, commit?: Commit): Promise<ObjectRecord>;
  /** The bytes of `source` under another name (or its own, with other metadata); undefined when the source is gone. */
  copy(
    source: VersionRef,
    target: ObjectRef,
    draft: (source: ObjectRecord) => ObjectDraft,
    commit?: Commit,
  ): Promise<ObjectRecord | undefined>;
  /** Other metadata for the same bytes of the same version, in place; undefined when there is no such object. A throw of `change` leaves it as it was. */
  amend(
    ref: VersionRef,
    change: (record: ObjectRecord) => Partial<ObjectDraft>,
    commit?: { tell?(before: ObjectRecord, after: ObjectRecord): void },
  ): Promise<ObjectRecord | undefined>;
  /**
   * Without a version id, in a bucket with versioning, makes a delete marker of `atMs` the current version, whether there is an
   * object or not, and tells nothing. Otherwise what the ref names is gone for good, and the newest version that is left becomes the
   * current one; `tell` is called for each object that is gone. Removing what is not there is no error. What `onlyIf` says no to
   * stays; with it, a key without an object gets no marker.
   */
  remove(
    refs: readonly VersionRef[],
    commit?: { atMs?: number; onlyIf?(before: Version): boolean; tell?(before: ObjectRecord): void },
  ): Promise<Removal[]>;

  createUpload(upload: UploadRecord, commit?: Commit<undefined, UploadRecord>): Promise<void>;
  getUpload(ref: ObjectRef, uploadId: string): UploadRecord | undefined;
  /** Ordered by key, then upload id; strictly after the markers. */
  listUploads(query: ListQuery & { afterUploadId: string }): UploadPage;
  /** Replaces a part of the same number. Undefined when the upload is gone (the bytes are then discarded). */
  putPart(
    upload: UploadRecord,
    partNumber: number,
    staged: StagedBody,
    modifiedAtMs: number,
    commit?: Commit<undefined, PartRecord>,
  ): Promise<PartRecord | undefined>;
  /** Ascending, strictly after `afterPartNumber`. */
  listParts(
    upload: UploadRecord,
    query: { afterPartNumber: number; limit: number },
  ): { parts: PartRecord[]; isTruncated: boolean };
  /**
   * Makes the listed parts, in that order, the object, and ends the upload, in one transaction, without copying their bytes.
   * Undefined when the upload is gone. `guard` sees what is under the key now and may throw; the caller has
   * checked the list (a number without a part is the caller's mistake, and throws).
   */
  completeUpload(
    upload: UploadRecord,
    partNumbers: readonly number[],
    draft: ObjectDraft,
    commit?: Commit,
  ): Promise<ObjectRecord | undefined>;
  /** Ends the upload and frees its parts; false when it is gone. */
  abortUpload(upload: UploadRecord, commit?: { tell?(): void }): Promise<boolean>;

  /** Forgets everything: for `reset`. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export interface ObjectBody {
  record: ObjectRecord;
  /** Empty for `pick` → 'none'. */
  bytes: Readable | Uint8Array;
}

export interface VersionPage {
  versions: { version: Version; isLatest: boolean }[];
  commonPrefixes: string[];
  /** The last one returned, when there is more; a common prefix has no version id. */
  next: { key: string; versionId: string } | undefined;
}

export interface UploadPage {
  uploads: UploadRecord[];
  commonPrefixes: string[];
  next: { key: string; uploadId: string } | undefined;
}
