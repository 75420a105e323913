/** Objects of the embedded store. */
import type { AtOnce } from '../../../src/kernel/at-once.ts';
import type { BlobFiles } from './blob-files.ts';
import { isMissing } from './blob-files.ts';
import type { Changes } from './changes.ts';
import type { Contents } from './contents.ts';
import { StoreDamage } from './damage.ts';
import { FoundRow, startAfter, walk } from './listing.ts';
import type {
  ByteRange,
  ObjectBody,
  ObjectDraft,
  ObjectRecord,
  ObjectRef,
  ObjectStore,
  StagedBody,
  VersionRef,
} from './object-store.ts';
import { openSlices, slicesOf } from './reading.ts';
import { bucketOf, keyOf, type ObjectRow, objectKey, pickDraft, type Tables, toObjectRecord } from './rows.ts';
import type { Versions } from './versions.ts';

export type Objects = Pick<ObjectStore, 'head' | 'list' | 'read' | 'put' | 'copy'> & {
  /** `whole`: the same bytes, kept elsewhere now. */
  amend(...amendment: [...Parameters<Amend>, whole?: StagedBody]): ReturnType<Amend>;
  /** Makes a row the current version, inside a transaction: guard, write, keep or free the one before, tell. */
  replace(ref: ObjectRef, toRow: () => ObjectRow, freed: string[], commit: Replacing | undefined): ObjectRecord;
};

type Choose = NonNullable<Parameters<ObjectStore['read']>[1]>;
type Amend = (
  ref: VersionRef,
  change: Parameters<ObjectStore['amend']>[1],
  commit?: Parameters<ObjectStore['amend']>[2],
) => ReturnType<ObjectStore['amend']>;
type Replacing = NonNullable<Parameters<ObjectStore['put']>[3]>;

export interface ObjectNeeds {
  tables: Tables;
  files: BlobFiles;
  contents: Contents;
  changes: Changes;
  versions: Versions;
}

/** An overwrite between the look at the row and the opening of its file is met by looking again. */
const READ_ATTEMPTS_MAX = 100;

export function createObjects({ tables, files, contents, changes, versions }: ObjectNeeds): Objects {
  const { objects } = tables;
  const find = (ref: VersionRef) => versions.findObject(ref)?.row;

  function head(ref: VersionRef): ObjectRecord | undefined {
    const row = find(ref);
    return row && versions.toRecord(plain(ref), row);
  }

  const replace: Objects['replace'] = ({ bucket, key }, toRow, freed, commit) => {
    const ref = { bucket, key };
    const before = head(ref);
    commit?.guard?.(before);
    // The new owner first: bytes both versions share must not lose their last owner in between.
    const row = toRow();
    Object.assign(row, versions.makeWay(ref, row.modifiedAtMs, freed));
    objects.put(objectKey(ref), row);
    const after = versions.toRecord(ref, row);
    commit?.tell?.(before, after);
    return after;
  };

  function* rowsFrom(bucket: string, start: string): Iterable<FoundRow<ObjectRow>> {
    for (const found of objects.range({ start: [bucket, start] })) {
      if (bucketOf(found.key) !== bucket) return;
      yield new FoundRow(keyOf(found.key), found);
    }
  }

  function keyFrom(bucket: string, start: string): string | undefined {
    for (const key of objects.keys({ start: [bucket, start], limit: 1 }))
      if (bucketOf(key) === bucket) return keyOf(key);
    return undefined;
  }

  const list: ObjectStore['list'] = ({ bucket, prefix, delimiter, after, limit }) => {
    const page = { objects: [] as ObjectRecord[], commonPrefixes: [] as string[] };
    const nullId = versions.nullId(bucket);
    let last: string | undefined;
    let left = limit;
    const start = startAfter(after, prefix, delimiter);
    const from = {
      rowsFrom: (key: string) => rowsFrom(bucket, key),
      keyFrom: (key: string) => keyFrom(bucket, key),
    };
    for (const entry of walk({ ...from, prefix, delimiter, start })) {
      if (left-- === 0) return { ...page, next: last };
      last = 'commonPrefix' in entry ? entry.commonPrefix : entry.key;
      if ('commonPrefix' in entry) page.commonPrefixes.push(entry.commonPrefix);
      else page.objects.push(toObjectRecord({ bucket, key: entry.key }, entry.row, nullId));
    }
    return { ...page, next: undefined };
  };

  function read(ref: VersionRef, pick?: Choose, attempt = 1): AtOnce<ObjectBody | undefined> {
    const row = find(ref);
    if (!row) return undefined;
    const record = versions.toRecord(plain(ref), row);
    const picked = pick?.(record);
    if (picked === 'none') return { record, bytes: new Uint8Array() };
    const only = picked ? undefined : onlyPiece(row.content);
    if (only?.inline) return { record, bytes: contents.inlineBytes(only) };
    const range = picked ?? { start: 0, end: row.sizeBytes - 1 };
    checkRange(range, row.sizeBytes);
    return openSlices(slicesOf(contents.piecesOf(row.content), range), files, contents.inlineBytes).then(
      (bytes) => ({ record, bytes }),
      (error: unknown) => {
        if (!isMissing(error)) throw error;
        if (attempt === READ_ATTEMPTS_MAX) throw new StoreDamage(error.message, { cause: error });
        return read(ref, pick, attempt + 1);
      },
    );
  }

  return {
    head,
    list,
    read: (ref, pick) => read(ref, pick),
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
          ...pickDraft(draft(versions.toRecord(plain(source), from))),
          ...{ sizeBytes, etag, crc64, contentMd5 },
          content: contents.keep(contents.share(contents.piecesOf(from.content))),
        });
        return replace(target, toRow, freed, commit);
      }),
    amend: (ref, amendment, commit, whole) =>
      changes.changeMaybeWith(whole, (bytes, freed) => {
        const found = versions.findObject(ref);
        if (!found) return undefined;
        const object = plain(ref);
        const before = versions.toRecord(object, found.row);
        const { tags: _, symlinkTarget: __, restore: ___, ...kept } = found.row;
        const content = bytes ? contents.keep(contents.adopt(bytes, kept.sizeBytes)) : kept.content;
        if (bytes) freed.push(...contents.forget(kept.content));
        const amended = { ...kept, ...pickDraft({ ...before, ...amendment(before) }), content };
        versions.rewrite(object, found, amended);
        const after = versions.toRecord(object, amended);
        commit?.tell?.(before, after);
        return after;
      }),
  };
}

/** As small objects have it. */
function onlyPiece(content: ObjectRow['content']) {
  return content.length === 1 && typeof content !== 'string' ? content[0] : undefined;
}

function plain({ bucket, key }: ObjectRef): ObjectRef {
  return { bucket, key };
}

function rowOf(
  draft: ObjectDraft,
  { sizeBytes, md5, crc64, sums = sumsOf(md5) }: Omit<StagedBody, 'discard'>,
  content: ObjectRow['content'],
): ObjectRow {
  return Object.assign(pickDraft(draft), { sizeBytes, etag: sums.etag, crc64, contentMd5: sums.contentMd5, content });
}

/** Of bytes written in one piece. */
export function sumsOf(md5: Uint8Array): Pick<ObjectRecord, 'etag' | 'contentMd5'> {
  const digest = Buffer.from(md5);
  return { etag: digest.toString('hex').toUpperCase(), contentMd5: digest.toString('base64') };
}

function checkRange({ start, end }: ByteRange, sizeBytes: number): void {
  const isInside = start >= 0 && end < sizeBytes && start <= end + 1;
  if (!isInside) throw new RangeError(`Bytes ${start} to ${end} do not lie within ${sizeBytes}.`);
}
