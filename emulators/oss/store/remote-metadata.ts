/** What S3 has no word for, as metadata of the object on the server: readable there, and enough to make the object's record of. */
import { Buffer } from 'node:buffer';
import { z } from 'zod';
import type { ObjectDraft, ObjectRecord } from './object-store.ts';
import { draft } from './rows.ts';

const PREFIX = 'x-amz-meta-';
/** Ours among the metadata; users' own names that begin so are kept in `REST`. */
const OURS = 'localyun-';
/** What users wrote that no header can carry, and what is rare, as JSON. */
const REST = `${OURS}rest`;
/** S3 takes no more than this of metadata, names and values together. */
const METADATA_BYTES_MAX = 2048;
const STORED_HEADERS = ['cache-control', 'content-disposition', 'content-encoding', 'content-language', 'expires'];

export type RemoteRecord = ObjectDraft & Pick<ObjectRecord, 'etag' | 'crc64' | 'contentMd5'>;

const rest = draft.pick({ restore: true, tags: true, symlinkTarget: true, encryption: true, lock: true }).extend({
  userMeta: draft.shape.userMeta.default({}),
  headers: draft.shape.headers.default({}),
  contentType: draft.shape.contentType.optional(),
});

const record = z.object({
  type: draft.shape.type,
  acl: draft.shape.acl,
  'storage-class': draft.shape.storageClass,
  etag: z.string().regex(/^[0-9A-F]{32}(-\d+)?$/),
  crc64: z.string().regex(/^\d{1,20}$/),
  modified: z.iso.datetime(),
});

/** The headers of its upload. Where metadata is longer than S3 takes, the users' part of it stays in our own rows alone. */
export function toRemoteHeaders(
  object: RemoteRecord,
  own: { id: string; alias: string | undefined },
): Record<string, string> {
  const { contentType, headers, userMeta, restore, tags, symlinkTarget, encryption, lock } = object;
  const fit = Object.entries(userMeta).filter(([name, value]) => isFitMeta(name, value));
  const fitHeaders = Object.entries(headers).filter(([name, value]) => STORED_HEADERS.includes(name) && isPlain(value));
  const others = {
    ...without('userMeta', userMeta, fit),
    ...without('headers', headers, fitHeaders),
    ...(isPlain(contentType) && contentType !== '' ? {} : { contentType }),
    ...(restore && { restore }),
    ...(tags && tags.length > 0 && { tags }),
    ...(symlinkTarget !== undefined && { symlinkTarget }),
    ...(encryption && { encryption }),
    ...(lock && { lock }),
  };
  const ours = {
    id: own.id,
    ...(own.alias === undefined ? {} : { key: encode(own.alias) }),
    type: object.type,
    acl: object.acl,
    'storage-class': object.storageClass,
    etag: object.etag,
    crc64: object.crc64,
    modified: new Date(object.modifiedAtMs).toISOString(),
    ...(object.contentMd5 === undefined ? {} : { md5: object.contentMd5 }),
  };
  const named = Object.fromEntries(Object.entries(ours).map(([name, value]) => [`${PREFIX}${OURS}${name}`, value]));
  const users = {
    ...Object.fromEntries(fit.map(([name, value]) => [PREFIX + name, value])),
    ...(Object.keys(others).length > 0 ? { [PREFIX + REST]: encode(JSON.stringify(others)) } : {}),
  };
  const plain = {
    ...Object.fromEntries(fitHeaders),
    ...(others.contentType === undefined ? { 'content-type': contentType } : {}),
  };
  return { ...plain, ...named, ...(sizeOf({ ...named, ...users }) <= METADATA_BYTES_MAX ? users : {}) };
}

/** Which upload wrote it, and for which key where that is not its name; both undefined for what others put there. */
export function readOwn(headers: Readonly<Record<string, string>>): {
  id: string | undefined;
  alias: string | undefined;
} {
  const key = headers[`${PREFIX}${OURS}key`];
  return { id: headers[`${PREFIX}${OURS}id`], alias: key === undefined ? undefined : decode(key) };
}

/** The record as it was uploaded, by whichever LocalYun; undefined for what others put there. */
export function toRecord(headers: Readonly<Record<string, string>>): RemoteRecord | undefined {
  const ours = record.safeParse(
    Object.fromEntries(Object.keys(record.shape).map((name) => [name, headers[`${PREFIX}${OURS}${name}`]])),
  );
  if (!ours.success) return undefined;
  const { type, acl, etag, crc64, modified } = ours.data;
  const md5 = headers[`${PREFIX}${OURS}md5`];
  return {
    ...strangersDraft(headers, { type, acl, storageClass: ours.data['storage-class'] }),
    modifiedAtMs: Date.parse(modified),
    etag,
    crc64,
    contentMd5: md5,
  };
}

/** What S3's own words about an object say. */
export function strangersDraft(
  headers: Readonly<Record<string, string>>,
  known: Pick<ObjectDraft, 'type' | 'acl' | 'storageClass'>,
): ObjectDraft {
  const more = readRest(headers);
  const meta = Object.entries(headers).filter(([name]) => name.startsWith(PREFIX) && !name.startsWith(PREFIX + OURS));
  const stored = Object.entries(headers).filter(([name]) => STORED_HEADERS.includes(name));
  const { restore, tags, symlinkTarget, encryption, lock } = more;
  return {
    ...known,
    contentType: more.contentType ?? headers['content-type'] ?? 'application/octet-stream',
    headers: { ...Object.fromEntries(stored), ...more.headers },
    userMeta: {
      ...Object.fromEntries(meta.map(([name, value]) => [name.slice(PREFIX.length), value])),
      ...more.userMeta,
    },
    modifiedAtMs: Date.parse(headers['last-modified'] ?? '') || 0,
    ...(restore && { restore }),
    ...(tags && { tags }),
    ...(symlinkTarget !== undefined && { symlinkTarget }),
    ...(encryption && { encryption }),
    ...(lock && { lock }),
  };
}

function readRest(headers: Readonly<Record<string, string>>): z.infer<typeof rest> {
  const text = decode(headers[PREFIX + REST] ?? '');
  const nothing = { userMeta: {}, headers: {} };
  if (!text) return nothing;
  try {
    const parsed = rest.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : nothing;
  } catch {
    // Not ours, then: the name is free for anyone.
    return nothing;
  }
}

function isFitMeta(name: string, value: string): boolean {
  return /^[a-z0-9][a-z0-9-]*$/.test(name) && !name.startsWith(OURS) && isPlain(value);
}

/** Comes back from a header as it was. */
function isPlain(value: string): boolean {
  return /^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(value);
}

function without(name: string, all: Record<string, string>, fit: readonly [string, string][]): object {
  const names = new Set(fit.map(([fitName]) => fitName));
  const left = Object.entries(all).filter(([candidate]) => !names.has(candidate));
  return left.length === 0 ? {} : { [name]: Object.fromEntries(left) };
}

function sizeOf(metadata: Record<string, string>): number {
  return Object.entries(metadata).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64url');
}

function decode(text: string): string | undefined {
  return text === '' ? undefined : Buffer.from(text, 'base64url').toString();
}
