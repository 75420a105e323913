/** Reads what request headers say about an object: its metadata, class and ACL, and the conditions on it. */
import { Buffer } from 'node:buffer';
import type { WireRequest } from '../../../src/kernel/wire.ts';
import { parseHttpDate } from '../../../src/signing/signing-time.ts';
import { OssError } from '../errors.ts';
import { USER_META_BYTES_MAX } from '../limits.ts';
import type { Conditions } from '../service/conditions.ts';
import type { IncomingBody } from '../service/receive.ts';
import type { BucketAcl, ObjectAcl, ObjectDraft, ObjectType, StorageClass } from '../store/object-store.ts';
import { readTags } from './tagging.ts';

type Headers = Readonly<Record<string, string>>;

const STORED_HEADERS = ['cache-control', 'content-disposition', 'content-encoding', 'content-language', 'expires'];
const META_PREFIX = 'x-oss-meta-';
const DEFAULT_CONTENT_TYPE = 'application/octet-stream';
const STORAGE_CLASSES: readonly StorageClass[] = ['Standard', 'IA', 'Archive', 'ColdArchive', 'DeepColdArchive'];
const BUCKET_ACLS: readonly BucketAcl[] = ['private', 'public-read', 'public-read-write'];
const OBJECT_ACLS: readonly ObjectAcl[] = ['default', ...BUCKET_ACLS];

export interface DraftChoices {
  type: ObjectType;
  /** Of the bucket: what an object gets that names none. */
  storageClass: StorageClass;
  atMs: number;
}

export function readDraft(headers: Headers, { type, storageClass, atMs }: DraftChoices): ObjectDraft {
  const metadata = readMetadata(headers);
  return {
    type,
    contentType: metadata.contentType,
    headers: metadata.headers,
    userMeta: metadata.userMeta,
    storageClass: readStorageClass(headers['x-oss-storage-class']) ?? storageClass,
    acl: readObjectAcl(headers) ?? 'default',
    modifiedAtMs: atMs,
    tags: readTags(headers),
  };
}

export function readMetadata(headers: Headers): Pick<ObjectDraft, 'contentType' | 'headers' | 'userMeta'> {
  const stored: Record<string, string> = {};
  for (const name of STORED_HEADERS) {
    const value = headers[name];
    if (value !== undefined) stored[name] = value;
  }
  return {
    contentType: headers['content-type'] || DEFAULT_CONTENT_TYPE,
    headers: stored,
    userMeta: readUserMeta(headers),
  };
}

/** True when a request carries metadata of its own: what a copy of an object onto itself then takes. */
export function givesMetadata(headers: Headers): boolean {
  if (STORED_HEADERS.some((name) => headers[name] !== undefined)) return true;
  return Object.keys(headers).some((name) => name === 'content-type' || name.startsWith(META_PREFIX));
}

function readUserMeta(headers: Headers): Record<string, string> {
  const meta: Record<string, string> = {};
  let sizeBytes = 0;
  for (const header in headers) {
    if (!header.startsWith(META_PREFIX)) continue;
    const name = header.slice(META_PREFIX.length);
    const value = headers[header] ?? '';
    sizeBytes += name.length + Buffer.byteLength(value);
    // `__proto__` would set no property; no client means it.
    if (name === '' || name === '__proto__') throw invalidArgument('Invalid user metadata name.', header, value);
    meta[name] = value;
  }
  // UNVERIFIED OSS-042: the code for too much of it.
  if (sizeBytes > USER_META_BYTES_MAX)
    throw invalidArgument(
      `User metadata is larger than ${USER_META_BYTES_MAX} bytes.`,
      `${META_PREFIX}*`,
      String(sizeBytes),
    );
  return meta;
}

export function readStorageClass(text: string | undefined): StorageClass | undefined {
  if (text === undefined) return undefined;
  const found = STORAGE_CLASSES.find((storageClass) => storageClass === text);
  if (!found) throw invalidArgument('No such bucket storage class exists.', 'x-oss-storage-class', text);
  return found;
}

export function readObjectAcl(headers: Headers): ObjectAcl | undefined {
  return readAcl(headers, 'x-oss-object-acl', OBJECT_ACLS);
}

export function readBucketAcl(headers: Headers): BucketAcl | undefined {
  return readAcl(headers, 'x-oss-acl', BUCKET_ACLS);
}

function readAcl<Acl extends string>(headers: Headers, name: string, known: readonly Acl[]): Acl | undefined {
  const text = headers[name];
  // UNVERIFIED OSS-270: empty is as none: aliyun-oss-go-sdk sends it so where Terraform's bucket names no ACL.
  if (text === undefined || text === '') return undefined;
  const found = known.find((acl) => acl === text);
  // UNVERIFIED OSS-043: the documented wording is the bucket's; the object's is taken to be the same.
  if (!found) throw invalidArgument('no such bucket access control exists', name, text);
  return found;
}

export function forbidsOverwrite(headers: Headers): boolean {
  return headers['x-oss-forbid-overwrite']?.toLowerCase() === 'true';
}

export function readConditions(headers: Headers): Conditions {
  return {
    ifMatch: headers['if-match'],
    ifNoneMatch: headers['if-none-match'],
    ifModifiedSinceMs: dateOf(headers['if-modified-since']),
    ifUnmodifiedSinceMs: dateOf(headers['if-unmodified-since']),
  };
}

export function readSourceConditions(headers: Headers): Conditions {
  return {
    ifMatch: headers['x-oss-copy-source-if-match'],
    ifNoneMatch: headers['x-oss-copy-source-if-none-match'],
    ifModifiedSinceMs: dateOf(headers['x-oss-copy-source-if-modified-since']),
    ifUnmodifiedSinceMs: dateOf(headers['x-oss-copy-source-if-unmodified-since']),
  };
}

function dateOf(header: string | undefined): number | undefined {
  return header === undefined ? undefined : parseHttpDate(header);
}

/** Help page "PutObject": a body says its length or comes in chunks. */
export function readIncomingBody({ headers, body }: Pick<WireRequest, 'headers' | 'body'>): IncomingBody {
  const length = headers['content-length'];
  if (length === undefined && headers['transfer-encoding'] === undefined) throw new OssError('MissingContentLength');
  return {
    bytes: body,
    contentLength: length === undefined ? undefined : Number(length),
    isBounded: headers['transfer-encoding'] === undefined,
    contentMd5: headers['content-md5'],
  };
}

export function invalidArgument(message: string, argumentName: string, argumentValue?: string): OssError {
  return new OssError('InvalidArgument', { message, argumentName, argumentValue });
}
