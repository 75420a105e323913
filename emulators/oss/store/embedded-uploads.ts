/** Multipart uploads of the embedded store. */
import { createHash } from 'node:crypto';
import type { Changes } from './changes.ts';
import type { Contents } from './contents.ts';
import { CRC64_EMPTY, combineCrc64 } from './crc64.ts';

import type { Objects } from './embedded-objects.ts';
import { startAfter, walk } from './listing.ts';
import type { ObjectDraft, ObjectStore, PartRecord, StagedBody, UploadPage, UploadRecord } from './object-store.ts';
import { rowsOf } from './row-scan.ts';
import {
  bucketOf,
  keyOf,
  lastOf,
  type ObjectRow,
  type PartRow,
  type Piece,
  parsePart,
  pickDraft,
  type Tables,
  toPartRecord,
  toUploadRecord,
  uploadKey,
} from './rows.ts';

export type UploadStore = Pick<
  ObjectStore,
  'createUpload' | 'getUpload' | 'listUploads' | 'putPart' | 'listParts' | 'abortUpload'
> & {
  /** What the listed parts make together. Undefined when the upload is gone. */
  join(upload: UploadRecord, partNumbers: readonly number[], draft: ObjectDraft): JoinedParts | undefined;
  /** `whole`: the bytes of these parts, kept elsewhere now. */
  completeUpload(...completion: [...Parameters<Complete>, whole?: StagedBody]): ReturnType<Complete>;
};

export type JoinedParts = ObjectRow & { content: Piece[] };

type Complete = (
  upload: UploadRecord,
  partNumbers: readonly number[],
  draft: ObjectDraft,
  commit?: Parameters<ObjectStore['completeUpload']>[3],
) => ReturnType<ObjectStore['completeUpload']>;

export interface UploadNeeds {
  tables: Tables;
  contents: Contents;
  changes: Changes;
  replace: Objects['replace'];
}

export function createUploadStore({ tables, contents, changes, replace }: UploadNeeds): UploadStore {
  const { uploads, parts } = tables;
  const exists = (upload: UploadRecord) => uploads.has(uploadKey(upload, upload.uploadId));

  function* rowsFrom(bucket: string, start: string): Iterable<{ key: string; row: UploadRow }> {
    for (const { key, value } of uploads.range({ start: [bucket, start] })) {
      if (bucketOf(key) !== bucket) return;
      yield { key: keyOf(key), row: { uploadId: String(lastOf(key)), value } };
    }
  }

  const listUploads: ObjectStore['listUploads'] = ({ bucket, prefix, delimiter, after, afterUploadId, limit }) => {
    const page = { uploads: [] as UploadRecord[], commonPrefixes: [] as string[] };
    let last: UploadPage['next'];
    let left = limit;
    // With an upload id, more uploads of the marker's own key may follow.
    const start = afterUploadId === '' ? startAfter(after, prefix, delimiter) : after;
    for (const entry of walk({ rowsFrom: (from) => rowsFrom(bucket, from), prefix, delimiter, start })) {
      const isPassed = 'row' in entry && entry.key === after && entry.row.uploadId <= afterUploadId;
      if (isPassed) continue;
      if (left-- === 0) return { ...page, next: last };
      last =
        'row' in entry ? { key: entry.key, uploadId: entry.row.uploadId } : { key: entry.commonPrefix, uploadId: '' };
      if ('row' in entry)
        page.uploads.push(toUploadRecord({ bucket, key: entry.key }, entry.row.uploadId, entry.row.value));
      else page.commonPrefixes.push(entry.commonPrefix);
    }
    return { ...page, next: undefined };
  };

  /** Frees the upload's parts but those whose bytes an object has taken over. */
  function end(upload: UploadRecord, taken: ReadonlySet<number>): string[] {
    const freed: string[] = [];
    for (const { key, value } of rowsOf(parts, upload.uploadId)) {
      if (!taken.has(Number(lastOf(key)))) freed.push(...contents.disown(parsePart(value).content));
      parts.remove(key);
    }
    uploads.remove(uploadKey(upload, upload.uploadId));
    return freed;
  }

  function partOf(upload: UploadRecord, partNumber: number): PartRow {
    const row = parts.get([upload.uploadId, partNumber]);
    if (row === undefined) throw new Error(`The upload ${upload.uploadId} has no part ${partNumber}.`);
    return parsePart(row);
  }

  const join = (upload: UploadRecord, partNumbers: readonly number[], draft: ObjectDraft) =>
    joinParts(
      partNumbers.map((number) => partOf(upload, number)),
      draft,
    );

  return {
    createUpload: (upload, commit) =>
      changes.change(() => {
        commit?.guard?.(undefined);
        const { initiatedAtMs, isSequential } = upload;
        const row = { ...pickDraft(upload), initiatedAtMs, ...(isSequential ? { isSequential } : {}) };
        uploads.put(uploadKey(upload, upload.uploadId), row);
        commit?.tell?.(undefined, upload);
      }),
    getUpload(ref, uploadId) {
      const row = uploads.get(uploadKey(ref, uploadId));
      return row === undefined ? undefined : toUploadRecord(ref, uploadId, row);
    },
    listUploads,
    putPart: (upload, partNumber, staged, modifiedAtMs, commit) =>
      changes.changeWith(staged, (bytes, freed): PartRecord | undefined => {
        if (!exists(upload)) return undefined;
        commit?.guard?.(undefined);
        const { sizeBytes, md5, crc64 } = staged;
        const etag = Buffer.from(md5).toString('hex').toUpperCase();
        const before = parts.get([upload.uploadId, partNumber]);
        if (before !== undefined) freed.push(...contents.disown(parsePart(before).content));
        const row: PartRow = { sizeBytes, etag, crc64, modifiedAtMs, content: contents.adopt(bytes, sizeBytes) };
        parts.put([upload.uploadId, partNumber], row);
        const after = toPartRecord(partNumber, row);
        commit?.tell?.(undefined, after);
        return after;
      }),
    listParts(upload, { afterPartNumber, limit }) {
      const found: PartRecord[] = [];
      for (const { key, value } of parts.range({ start: [upload.uploadId, afterPartNumber + 1] })) {
        if (bucketOf(key) !== upload.uploadId) break;
        if (found.length === limit) return { parts: found, isTruncated: true };
        found.push(toPartRecord(Number(lastOf(key)), parsePart(value)));
      }
      return { parts: found, isTruncated: false };
    },
    join: (upload, partNumbers, draft) => (exists(upload) ? join(upload, partNumbers, draft) : undefined),
    completeUpload: (upload, partNumbers, draft, commit, whole) =>
      changes.changeMaybeWith(whole, (bytes, freed) => {
        if (!exists(upload)) return undefined;
        const toRow = () => {
          const { content, ...row } = join(upload, partNumbers, draft);
          return { ...row, content: contents.keep(bytes ? contents.adopt(bytes, row.sizeBytes) : content) };
        };
        const record = replace(upload, toRow, freed, commit);
        freed.push(...end(upload, new Set(bytes ? [] : partNumbers)));
        return record;
      }),
    abortUpload: (upload, commit) =>
      changes.change((freed) => {
        if (!exists(upload)) return false;
        freed.push(...end(upload, new Set()));
        commit?.tell?.();
        return true;
      }),
  };
}

interface UploadRow {
  uploadId: string;
  value: unknown;
}

/**
 * One object out of parts in their order.
 * UNVERIFIED OSS-002: the hex part of its ETag is the MD5 of the parts' binary MD5s; OSS does not publish its formula.
 */
function joinParts(parts: readonly PartRow[], draft: ObjectDraft): JoinedParts {
  const md5 = createHash('md5');
  for (const { etag } of parts) md5.update(etag, 'hex');
  const join = (crc: string, part: PartRow) => combineCrc64(crc, part.crc64, part.sizeBytes);
  return {
    ...pickDraft(draft),
    sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0),
    etag: `${md5.digest('hex').toUpperCase()}-${parts.length}`,
    crc64: parts.reduce(join, CRC64_EMPTY),
    contentMd5: draft.contentMd5,
    content: parts.flatMap(({ content }) => content),
  };
}
