/** The response headers that describe an object. */
import { Buffer } from 'node:buffer';
import type { ObjectRecord, PartRecord, Removal } from '../store/object-store.ts';
import { encryptionHeaders } from './encryption-headers.ts';
import { headerTime } from './times.ts';

/** What PutObject and its kin say of what they stored. */
export function storedHeaders(record: ObjectRecord): Record<string, string> {
  const headers: Record<string, string> = { ETag: `"${record.etag}"`, 'x-oss-hash-crc64ecma': record.crc64 };
  addStored(headers, record);
  return headers;
}

/** Not every object has these. One by one, for every GET is answered with them. */
function addStored(headers: Record<string, string>, { versionId, contentMd5, encryption }: ObjectRecord): void {
  if (versionId !== undefined) headers['x-oss-version-id'] = versionId;
  if (contentMd5 !== undefined) headers['Content-MD5'] = contentMd5;
  if (encryption) Object.assign(headers, encryptionHeaders(encryption));
}

/** Which version it is; nothing in a bucket that never had versioning. */
export function versionHeaders({ versionId }: Pick<ObjectRecord, 'versionId'>): Record<string, string> {
  return versionId === undefined ? {} : { 'x-oss-version-id': versionId };
}

/** What DeleteObject says became of the object: a delete marker was made or is gone, or a version is. */
export function removalHeaders({ did, versionId }: Removal): Record<string, string> {
  const isMarker = did === 'marked' || did === 'marker';
  return { ...versionHeaders({ versionId }), ...(isMarker ? { 'x-oss-delete-marker': 'true' } : {}) };
}

/** Where the next append to an object has to begin. */
export function appendHeaders({ type, sizeBytes }: ObjectRecord): Record<string, string> {
  return type === 'Appendable' ? { 'x-oss-next-append-position': String(sizeBytes) } : {};
}

export function partHeaders({ etag, crc64 }: PartRecord): Record<string, string> {
  return {
    ETag: `"${etag}"`,
    'x-oss-hash-crc64ecma': crc64,
    'Content-MD5': Buffer.from(etag, 'hex').toString('base64'),
  };
}

/** Everything HeadObject tells; GetObject adds the range and its overrides. */
export function objectHeaders(record: ObjectRecord): Record<string, string> {
  const headers: Record<string, string> = {
    'Content-Type': record.contentType,
    'Content-Length': String(record.sizeBytes),
    'Last-Modified': headerTime(record.modifiedAtMs),
    'Accept-Ranges': 'bytes',
    'x-oss-object-type': record.type,
    'x-oss-storage-class': record.storageClass,
    ETag: `"${record.etag}"`,
    'x-oss-hash-crc64ecma': record.crc64,
  };
  addStored(headers, record);
  if (record.type === 'Appendable') Object.assign(headers, appendHeaders(record));
  if (record.tags) headers['x-oss-tagging-count'] = String(record.tags.length);
  for (const name in record.headers) headers[WIRE_NAMES[name] ?? name] = record.headers[name] ?? '';
  for (const name in record.userMeta) headers[`x-oss-meta-${name}`] = record.userMeta[name] ?? '';
  return headers;
}

/** GetObjectMeta's few. */
export function metaHeaders(record: ObjectRecord): Record<string, string> {
  return {
    'Content-Length': String(record.sizeBytes),
    'Last-Modified': headerTime(record.modifiedAtMs),
    ETag: `"${record.etag}"`,
    'x-oss-hash-crc64ecma': record.crc64,
    ...versionHeaders(record),
  };
}

/** GetSymlink's: the link itself, and whose place it takes. */
export function symlinkHeaders(record: ObjectRecord): Record<string, string> {
  const headers: Record<string, string> = {
    'x-oss-symlink-target': encodeURIComponent(record.symlinkTarget ?? ''),
    ETag: `"${record.etag}"`,
    'Last-Modified': headerTime(record.modifiedAtMs),
    ...versionHeaders(record),
  };
  for (const name in record.userMeta) headers[`x-oss-meta-${name}`] = record.userMeta[name] ?? '';
  return headers;
}

/** What a 304 carries. */
export function unchangedHeaders(record: ObjectRecord): Record<string, string> {
  const { etag, modifiedAtMs } = record;
  return { ETag: `"${etag}"`, 'Last-Modified': headerTime(modifiedAtMs), ...versionHeaders(record) };
}

const WIRE_NAMES: Readonly<Record<string, string>> = {
  'cache-control': 'Cache-Control',
  'content-disposition': 'Content-Disposition',
  'content-encoding': 'Content-Encoding',
  'content-language': 'Content-Language',
  expires: 'Expires',
};

const OVERRIDES: readonly (readonly [query: string, header: string])[] = [
  ['response-content-type', 'Content-Type'],
  ['response-content-language', 'Content-Language'],
  ['response-expires', 'Expires'],
  ['response-cache-control', 'Cache-Control'],
  ['response-content-disposition', 'Content-Disposition'],
  ['response-content-encoding', 'Content-Encoding'],
];

/** `response-*` parameters replace the stored headers, for this answer alone. */
export function overrideHeaders(
  headers: Record<string, string>,
  query: readonly (readonly [name: string, value: string])[],
): void {
  for (const [name, value] of query) {
    if (!name.startsWith('response-')) continue;
    const header = OVERRIDES.find(([parameter]) => parameter === name)?.[1];
    if (header !== undefined && value !== '') headers[header] = value;
  }
}
