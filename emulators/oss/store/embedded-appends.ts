/** Objects that grow: bytes are added as further pieces, and small pieces are packed, so that a long object stays cheap. */
import { Readable } from 'node:stream';
import { appendedSums } from './appended-sums.ts';
import { type BlobFiles, isMissing } from './blob-files.ts';
import type { Changes } from './changes.ts';
import type { Contents } from './contents.ts';
import type { ObjectRef, ObjectStore, StagedBody } from './object-store.ts';
import { openSlices, slicesOf } from './reading.ts';
import { type ObjectRow, objectKey, type Piece, pickDraft, type Tables } from './rows.ts';
import type { Staging } from './staging.ts';
import type { Versions } from './versions.ts';

export interface AppendNeeds {
  tables: Tables;
  files: BlobFiles;
  contents: Contents;
  changes: Changes;
  staging: Staging;
  versions: Versions;
}

/** Pieces smaller than this are packed once they follow one another and make up a whole pack: each append writes their list. */
const SMALL_BYTES = 1024 * 1024;
const PACK_BYTES = 4 * 1024 * 1024;

export function createAppends(needs: AppendNeeds): Pick<ObjectStore, 'append'> {
  const { tables, files, contents, changes, staging, versions } = needs;
  const { objects } = tables;

  function find(ref: ObjectRef): ObjectRow | undefined {
    return objects.get(objectKey(ref));
  }

  /** The small pieces at the end, when they are worth packing. */
  function looseTail(row: ObjectRow | undefined): Piece[] {
    if (row?.type !== 'Appendable') return [];
    const pieces = contents.piecesOf(row.content);
    const tail = pieces.slice(pieces.findLastIndex(({ sizeBytes }) => sizeBytes >= SMALL_BYTES) + 1);
    return sum(tail) >= PACK_BYTES ? tail : [];
  }

  /** The bytes of the loose tail in one file; undefined when there is nothing to pack, or it goes away meanwhile. */
  async function stagePack(tail: readonly Piece[]): Promise<StagedBody | undefined> {
    try {
      const slices = slicesOf(tail, { start: 0, end: sum(tail) - 1 });
      const bytes = await openSlices(slices, files, contents.inlineBytes);
      return await staging.stage(bytes instanceof Uint8Array ? Readable.from([bytes]) : bytes);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async function pack(ref: ObjectRef): Promise<void> {
    const tail = looseTail(find(ref));
    if (tail.length === 0) return;
    const staged = await stagePack(tail);
    if (!staged) return;
    await changes.changeWith(staged, (bytes, freed) => {
      const row = find(ref);
      // Somebody else wrote meanwhile: the next append finds what there is to pack then.
      if (!row || !isSame(looseTail(row), tail)) return undefined;
      const kept = contents.piecesOf(row.content).slice(0, -tail.length);
      const pieces = [...kept, ...contents.adopt(bytes, staged.sizeBytes)];
      freed.push(...contents.disown(tail));
      objects.put(objectKey(ref), { ...row, content: contents.rewrite(row.content, pieces) });
      return row;
    });
  }

  return {
    async append(ref, staged, draft, commit) {
      await packOrDiscard(() => pack(ref), staged);
      const record = await changes.changeWith(staged, (bytes, freed) => {
        const before = find(ref);
        const beforeRecord = before && versions.toRecord(ref, before);
        commit?.guard?.(beforeRecord);
        if (beforeRecord && staged.sizeBytes === 0) return beforeRecord;

        const { modifiedAtMs } = draft;
        const content = contents.extend(before?.content ?? [], bytes, staged.sizeBytes, freed);
        const grown = before ?? { ...pickDraft(draft), ...versions.stampNull(ref.bucket) };
        const row = { ...grown, modifiedAtMs, ...appendedSums(before, staged), content };
        objects.put(objectKey(ref), row);
        const after = versions.toRecord(ref, row);
        commit?.tell?.(beforeRecord, after);
        return after;
      });
      if (!record) throw new Error('An append always answers with its record.');
      return record;
    },
  };
}

/** Bytes that nobody will take any more must not stay behind when the packing before them fails. */
async function packOrDiscard(pack: () => Promise<void>, staged: StagedBody): Promise<void> {
  try {
    await pack();
  } catch (error) {
    await staged.discard();
    throw error;
  }
}

function sum(pieces: readonly Piece[]): number {
  return pieces.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
}

function isSame(some: readonly Piece[], others: readonly Piece[]): boolean {
  return some.length === others.length && some.every(({ blob }, at) => blob === others[at]?.blob);
}
