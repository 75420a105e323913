/** The embedded store's tables: what a row of each holds, and how keys are laid so that LMDB's order is OSS's. */
import { z } from 'zod';
import type { Database, Table } from '../../../src/kernel/database.ts';
import { StoreDamage } from './damage.ts';
import {
  type BucketRecord,
  type DeleteMarker,
  NULL_VERSION,
  type ObjectDraft,
  type ObjectRecord,
  type ObjectRef,
  type PartRecord,
  type UploadRecord,
  type VersionRef,
} from './object-store.ts';

/** A run of an object's bytes: a row of `oss.inline` or a file, written once and never changed. */
const piece = z.object({ blob: z.string(), sizeBytes: z.number(), inline: z.boolean() });
export type Piece = z.infer<typeof piece>;

/** The pieces in order; or, when they are many, the id of their row in `oss.manifests`, which listings need not read. */
const content = z.union([z.array(piece), z.string()]);
export type Content = z.infer<typeof content>;

const storageClass = z.enum(['Standard', 'IA', 'Archive', 'ColdArchive', 'DeepColdArchive']);
const bucketAcl = z.enum(['private', 'public-read', 'public-read-write']);

export const bucketRow = z.object({
  createdAtMs: z.number(),
  acl: bucketAcl,
  storageClass,
  redundancy: z.enum(['LRS', 'ZRS']),
  versioning: z.enum(['Enabled', 'Suspended']).optional(),
}) satisfies z.ZodType<Omit<BucketRecord, 'name'>>;
type BucketRow = z.infer<typeof bucketRow>;

export const draft = z.object({
  type: z.enum(['Normal', 'Multipart', 'Appendable', 'Symlink']),
  contentType: z.string(),
  headers: z.record(z.string(), z.string()),
  userMeta: z.record(z.string(), z.string()),
  storageClass,
  acl: z.enum([...bucketAcl.options, 'default']),
  modifiedAtMs: z.number(),
  tags: z.array(z.object({ key: z.string(), value: z.string() })).optional(),
  symlinkTarget: z.string().optional(),
  restore: z.object({ readyAtMs: z.number(), expiresAtMs: z.number() }).optional(),
  encryption: z
    .object({
      algorithm: z.enum(['AES256', 'KMS', 'SM4']),
      keyId: z.string().optional(),
      dataEncryption: z.literal('SM4').optional(),
    })
    .optional(),
  lock: z
    .object({
      retention: z.object({ mode: z.enum(['GOVERNANCE', 'COMPLIANCE']), untilMs: z.number() }).optional(),
      isHeld: z.boolean().optional(),
    })
    .optional(),
  accessedAtMs: z.number().optional(),
}) satisfies z.ZodType<ObjectDraft>;

type DraftRow = z.infer<typeof draft>;

/** Of what was written in a bucket with versioning. What has no id is the version called null; what has no order came first. */
const stamp = z.object({
  order: z.number().optional(),
  versionId: z.string().optional(),
  noncurrentSinceMs: z.number().optional(),
});
export type Stamp = z.infer<typeof stamp>;

const objectRow = draft.extend({
  ...stamp.shape,
  sizeBytes: z.number(),
  etag: z.string(),
  crc64: z.string(),
  contentMd5: z.string().optional(),
  content,
});
export type ObjectRow = z.infer<typeof objectRow>;

const markerRow = stamp.extend({ isMarker: z.literal(true), modifiedAtMs: z.number() });
export type MarkerRow = z.infer<typeof markerRow>;
const versionRow = z.union([markerRow, objectRow]);
export type VersionRow = z.infer<typeof versionRow>;

const uploadRow = draft.extend({ initiatedAtMs: z.number(), isSequential: z.boolean().optional() }) satisfies z.ZodType<
  Omit<UploadRecord, keyof ObjectRef | 'uploadId'>
>;

const partRow = z.object({
  sizeBytes: z.number(),
  etag: z.string(),
  crc64: z.string(),
  modifiedAtMs: z.number(),
  content: z.array(piece),
});
export type PartRow = z.infer<typeof partRow>;

const restoreRow = z.object({
  bucket: z.string(),
  key: z.string(),
  versionId: z.string().optional(),
  readyAtMs: z.number(),
  cause: z.unknown(),
});

const blobRow = z.object({ owners: z.number() });
const manifestRow = z.array(piece);
const inlineRow = z.instanceof(Uint8Array);

export interface Tables {
  /** name → bucket. */
  buckets: Table<BucketRow>;
  /** [bucket, key] → object: of an object with versions the current one, unless that is a delete marker. */
  objects: Table<ObjectRow>;
  /** [bucket, key, place] → any other version or delete marker, newest first: listing objects never meets them. */
  versions: Table<VersionRow>;
  /** [bucket, key] → the order of the version called null, where it lies in `versions`. */
  nulls: Table<unknown>;
  /** `order` → the order of the version made last. */
  counters: Table<unknown>;
  /** [bucket, key, upload id] → upload. */
  uploads: Table<unknown>;
  /** [upload id, part number] → part. */
  parts: Table<unknown>;
  /** id → the bytes of a small piece; of exactly one owner. */
  inline: Table<unknown>;
  /** id → how many objects and parts own the file of that id. A file without a row is nobody's. */
  blobs: Table<unknown>;
  /** id → the pieces of an object that has many. */
  manifests: Table<unknown>;
  /** [bucket, kind] → a configuration document of the bucket. */
  documents: Table<unknown>;
  /** [moment, bucket, key, version id] → a restore that will be done at that moment. */
  restores: Table<unknown>;
}

/** Of buckets as many as one account has on the real service; of objects those that a page of a listing or a test is about. */
const BUCKETS_REMEMBERED_MAX = 100;
const OBJECTS_REMEMBERED_MAX = 2000;

export function openTables(database: Database): Tables {
  const table = (name: string) => database.table<unknown>(`oss.${name}`);
  return {
    buckets: database.table('oss.buckets', {
      parse: (value) => read(bucketRow, 'a bucket', value),
      rowsMax: BUCKETS_REMEMBERED_MAX,
    }),
    objects: database.table('oss.objects', {
      parse: (value) => read(objectRow, 'an object', value),
      rowsMax: OBJECTS_REMEMBERED_MAX,
    }),
    versions: database.table('oss.versions', { parse: (value) => read(versionRow, 'a version', value), rowsMax: 0 }),
    nulls: table('nulls'),
    counters: table('counters'),
    uploads: table('uploads'),
    parts: table('parts'),
    inline: table('inline'),
    blobs: table('blobs'),
    manifests: table('manifests'),
    documents: table('documents'),
    restores: table('restores'),
  };
}

function read<Row>(schema: z.ZodType<Row>, what: string, value: unknown): Row {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new StoreDamage(`The row of ${what} can't be read.`, { cause: parsed.error });
}

export const parseOrder = (value: unknown): number => read(z.number(), 'an order', value);
export const parsePart = (value: unknown): PartRow => read(partRow, 'a part', value);
export const parseBlob = (value: unknown) => read(blobRow, 'a file', value);
export const parseManifest = (value: unknown): Piece[] => read(manifestRow, 'a list of pieces', value);
export const parseRestore = (value: unknown) => read(restoreRow, 'a restore', value);
export const parseInline = (value: unknown): Uint8Array => read(inlineRow, 'a small body', value);

export const objectKey = ({ bucket, key }: ObjectRef) => [bucket, key] as const;
export const versionKey = (ref: ObjectRef, order: number) =>
  [...objectKey(ref), Number.MAX_SAFE_INTEGER - order] as const;
export const uploadKey = ({ bucket, key }: ObjectRef, uploadId: string) => [bucket, key, uploadId] as const;

export const restoreKey = ({ readyAtMs, versionId = '', ...ref }: VersionRef & { readyAtMs: number }) =>
  [readyAtMs, ...objectKey(ref), versionId] as const;

/** The object's key (or upload's) out of a row's. */
export const keyOf = (rowKey: unknown): string => String(elements(rowKey)[1]);
export const bucketOf = (rowKey: unknown): string => String(elements(rowKey)[0]);
export const lastOf = (rowKey: unknown): unknown => elements(rowKey).at(-1);

function elements(rowKey: unknown): readonly unknown[] {
  if (!Array.isArray(rowKey)) throw new Error(`A row of the object store has the key ${String(rowKey)}.`);
  return rowKey;
}

/** `nullId` is what a version without an id is called: nothing, in a bucket that never had versioning. */
export function toObjectRecord({ bucket, key }: ObjectRef, row: ObjectRow, nullId: string | undefined): ObjectRecord {
  const { type, contentType, headers, userMeta, storageClass, acl, modifiedAtMs } = row;
  const { tags, symlinkTarget, restore, encryption, accessedAtMs, lock } = row;
  const { sizeBytes, etag, crc64, contentMd5, versionId = nullId, noncurrentSinceMs } = row;
  // One by one, for leaving out what a record hasn't costs more than finding the row.
  return {
    bucket,
    key,
    type,
    contentType,
    headers,
    userMeta,
    storageClass,
    acl,
    modifiedAtMs,
    tags,
    symlinkTarget,
    restore,
    encryption,
    accessedAtMs,
    lock,
    sizeBytes,
    etag,
    crc64,
    contentMd5,
    versionId,
    noncurrentSinceMs,
  };
}

export function toMarker({ bucket, key }: ObjectRef, { order: _, ...row }: MarkerRow): DeleteMarker {
  return { bucket, key, ...row, versionId: row.versionId ?? NULL_VERSION };
}

export function isMarkerRow(row: VersionRow): row is MarkerRow {
  return 'isMarker' in row;
}

export function toUploadRecord({ bucket, key }: ObjectRef, uploadId: string, value: unknown): UploadRecord {
  return { bucket, key, uploadId, ...read(uploadRow, 'an upload', value) };
}

export function toPartRecord(partNumber: number, { content: _, ...row }: PartRow): PartRecord {
  return { partNumber, ...row };
}

/** Only what a draft has, for callers may hand in more. */
export function pickDraft(given: ObjectDraft): DraftRow {
  const { type, contentType, headers, userMeta, storageClass, acl, modifiedAtMs } = given;
  const { tags, symlinkTarget, restore, encryption, accessedAtMs, lock } = given;
  const row: DraftRow = { type, contentType, headers, userMeta, storageClass, acl, modifiedAtMs };
  // Few objects have any of these, and listings carry every row along.
  if (tags && tags.length > 0) row.tags = [...tags];
  if (symlinkTarget !== undefined) row.symlinkTarget = symlinkTarget;
  if (restore !== undefined) row.restore = restore;
  if (encryption !== undefined) row.encryption = encryption;
  if (accessedAtMs !== undefined) row.accessedAtMs = accessedAtMs;
  if (lock !== undefined) row.lock = lock;
  return row;
}
