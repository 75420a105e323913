/** Objects of the embedded store. */
import type { BlobFiles } from './blob-files.ts';
import { isMissing } from './blob-files.ts';
import type { Changes } from './changes.ts';
import type { Contents } from './contents.ts';
import { toOrderedText } from './key-order.ts';
import { startAfter, walk } from './listing.ts';
import type { ByteRange, ObjectBody, ObjectDraft, ObjectRecord, ObjectRef, ObjectStore } from './object-store.ts';
import { openSlices, slicesOf } from './reading.ts';
import {
  bucketOf,
  keyOf,
  type ObjectRow,
  objectKey,
  parseObject,
  pickDraft,
  type Tables,
  toObjectRecord,
} from './rows.ts';

export type Objects = Pick<ObjectStore, 'head' | 'list' | 'read' | 'put' | 'copy' | 'amend' | 'remove'> & {
  /** Puts a row in place of what lies there, inside a transaction: guard, write, free the old bytes, tell. */
  replace(ref: ObjectRef, toRow: () => ObjectRow, freed: string[], commit: Replacing | undefined): ObjectRecord;
};

type Replacing = NonNullable<Parameters<ObjectStore['put']>[3]>;

export interface ObjectNeeds {
  tables: Tables;
  files: BlobFiles;
  contents: Contents;
  changes: Changes;
}

/** An overwrite between the look at the row and the opening of its file is met by looking again. */
const READ_ATTEMPTS_MAX = 100;

export function createObjects({ tables, files, contents, changes }: ObjectNeeds): Objects {
  const { objects } = tables;

  function find(ref: ObjectRef): ObjectRow | undefined {
    const row = objects.get(objectKey(ref));
    return row === undefined ? undefined : parseObject(row);
  }

  function head(ref: ObjectRef): ObjectRecord | undefined {
    const row = find(ref);
    return row && toObjectRecord(ref, row);
  }

  const replace: Objects['replace'] = (ref, toRow, freed, commit) => {
    const before = find(ref);
    const beforeRecord = before && toObjectRecord(ref, before);
    commit?.guard?.(beforeRecord);
    // The new owner first: bytes both versions share must not lose their last owner in between.
    const row = toRow();
    if (before) freed.push(...contents.forget(before.content));
    objects.put(objectKey(ref), row);
    const after = toObjectRecord(ref, row);
    commit?.tell?.(beforeRecord, after);
    return after;
  };

  function* rowsFrom(bucket: string, start: string): Iterable<{ key: string; row: unknown }> {
    for (const { key, value } of objects.range({ start: [bucket, toOrderedText(start)] })) {
      if (bucketOf(key) !== bucket) return;
      yield { key: keyOf(key), row: value };
    }
  }

  const list: ObjectStore['list'] = ({ bucket, prefix, delimiter, after, limit }) => {
    const page = { objects: [] as ObjectRecord[], commonPrefixes: [] as string[] };
    let last: string | undefined;
    let left = limit;
    const start = startAfter(after, prefix, delimiter);
    for (const entry of walk({ rowsFrom: (from) => rowsFrom(bucket, from), prefix, delimiter, start })) {
      if (left-- === 0) return { ...page, next: last };
      last = 'commonPrefix' in entry ? entry.commonPrefix : entry.key;
      if ('commonPrefix' in entry) page.commonPrefixes.push(entry.commonPrefix);
      else page.objects.push(toObjectRecord({ bucket, key: entry.key }, parseObject(entry.row)));
    }
    return { ...page, next: undefined };
  };

  async function read(ref: ObjectRef, pick?: Parameters<ObjectStore['read']>[1]): Promise<ObjectBody | undefined> {
    for (let attempt = 1; ; attempt++) {
      const row = find(ref);
      if (!row) return undefined;
      const record = toObjectRecord(ref, row);
      const range = pick?.(record) ?? { start: 0, end: row.sizeBytes - 1 };
      if (range === 'none') return { record, bytes: new Uint8Array() };
      checkRange(range, row.sizeBytes);
      try {
        const slices = slicesOf(contents.piecesOf(row.content), range);
        return { record, bytes: await openSlices(slices, files, contents.inlineBytes) };
      } catch (error) {
        if (!isMissing(error) || attempt === READ_ATTEMPTS_MAX) throw error;
      }
    }
  }

  return {
    head,
    list,
    read,
    replace,
    async put(ref, staged, draft, commit) {
      const record = await changes.changeWith(staged, (bytes, freed) =>
        replace(ref, () => rowOf(draft, staged, contents.keep(contents.adopt(bytes, staged.sizeBytes))), freed, commit),
      );
      if (!record) throw new Error('A put always answers with its record.');
      return record;
    },
    copy: (source, target, draft, commit) =>
      changes.change((freed) => {
        const from = find(source);
        if (!from) return undefined;
        const { sizeBytes, etag, crc64, contentMd5 } = from;
        const toRow = () => ({
          ...pickDraft(draft(toObjectRecord(source, from))),
          ...{ sizeBytes, etag, crc64, contentMd5 },
          content: contents.keep(contents.share(contents.piecesOf(from.content))),
        });
        return replace(target, toRow, freed, commit);
      }),
    amend: (ref, amendment, commit) =>
      changes.change(() => {
        const row = find(ref);
        if (!row) return undefined;
        const before = toObjectRecord(ref, row);
        const { sizeBytes, etag, crc64, contentMd5, content } = row;
        const amended = {
          ...pickDraft({ ...before, ...amendment(before) }),
          ...{ sizeBytes, etag, crc64, contentMd5, content },
        };
        objects.put(objectKey(ref), amended);
        const after = toObjectRecord(ref, amended);
        commit?.tell?.(before, after);
        return after;
      }),
    remove: (refs, commit) =>
      changes.change((freed) => {
        for (const ref of refs) {
          const before = find(ref);
          const record = before && toObjectRecord(ref, before);
          if (!before || !record || commit?.onlyIf?.(record) === false) continue;
          freed.push(...contents.forget(before.content));
          objects.remove(objectKey(ref));
          commit?.tell?.(record);
        }
      }),
  };
}

function rowOf(
  draft: ObjectDraft,
  { sizeBytes, md5, crc64 }: { sizeBytes: number; md5: Uint8Array; crc64: string },
  content: ObjectRow['content'],
): ObjectRow {
  const digest = Buffer.from(md5);
  const etag = digest.toString('hex').toUpperCase();
  return { ...pickDraft(draft), sizeBytes, etag, crc64, contentMd5: digest.toString('base64'), content };
}

function checkRange({ start, end }: ByteRange, sizeBytes: number): void {
  const isInside = start >= 0 && end < sizeBytes && start <= end + 1;
  if (!isInside) throw new RangeError(`Bytes ${start} to ${end} do not lie within ${sizeBytes}.`);
}
