/** Writing objects whose bytes lie on an S3 server: the change is looked at, its bytes are sent, and only then it is made. */
import { appendedSums } from './appended-sums.ts';
import type { Contents } from './contents.ts';
import { type Objects, sumsOf } from './embedded-objects.ts';
import type { UploadStore } from './embedded-uploads.ts';
import type { KeyLocks } from './key-locks.ts';
import type { ObjectRef, ObjectStore, StagedBody } from './object-store.ts';
import { type Place, type Remote, RemoteFailure } from './remote.ts';
import type { RemoteBlobs } from './remote-blobs.ts';
import type { Sending } from './remote-sending.ts';
import type { Visibility } from './remote-visibility.ts';
import { objectKey, type Piece, type Tables } from './rows.ts';

export type RemoteWrites = Pick<ObjectStore, 'put' | 'append' | 'copy' | 'amend' | 'remove' | 'completeUpload'>;

/** The logic of rows, as the embedded store has it. */
export type Rows = Omit<Objects, 'replace'> & UploadStore & Pick<ObjectStore, 'append' | 'remove' | 'getBucket'>;

export interface RemoteWritesNeeds {
  rows: Rows;
  tables: Tables;
  contents: Contents;
  blobs: RemoteBlobs;
  remote: Remote;
  sending: Sending;
  visibility: Visibility;
  locks: KeyLocks;
}

export const lockOf = ({ bucket, key }: ObjectRef) => `${bucket}/${key}`;

export function createRemoteWrites(needs: RemoteWritesNeeds): RemoteWrites {
  const { rows, tables, contents, blobs, remote, sending, visibility, locks } = needs;

  /** A change that would be refused costs no upload. The guard is asked again in the transaction, where it counts. */
  function look(ref: ObjectRef, commit: { guard?(before: ReturnType<Rows['head']>): void } | undefined): void {
    commit?.guard?.(rows.head(ref));
  }

  /** Staged bytes go when what comes before their sending throws. */
  async function orDiscard(staged: StagedBody, work: () => void): Promise<void> {
    try {
      work();
    } catch (error) {
      await staged.discard();
      throw error;
    }
  }

  function piecesOf(ref: ObjectRef): Piece[] {
    const row = tables.objects.get(objectKey(ref));
    return row === undefined ? [] : contents.piecesOf(row.content);
  }

  /** The change is made: where the server fails now, it is told to nobody and made up for when it answers again. */
  async function alignAll(refs: readonly ObjectRef[], places: readonly (Place | undefined)[]): Promise<void> {
    try {
      for (const [index, { bucket, key }] of refs.entries()) await visibility.align({ bucket, key }, places[index]);
    } catch (error) {
      if (!(error instanceof RemoteFailure)) throw error;
    }
  }

  return {
    put: (ref, staged, draft, commit) =>
      locks.run([lockOf(ref)], async () => {
        await orDiscard(staged, () => look(ref, commit));
        const { crc64, md5 } = staged;
        return rows.put(ref, await sending.staged(ref, staged, { ...draft, crc64, ...sumsOf(md5) }), draft, commit);
      }),
    append: (ref, staged, draft, commit) =>
      locks.run([lockOf(ref)], async () => {
        await orDiscard(staged, () => look(ref, commit));
        const before = rows.head(ref);
        if (before && staged.sizeBytes === 0) return rows.append(ref, staged, draft, commit);
        const record = { ...(before ?? draft), modifiedAtMs: draft.modifiedAtMs, ...appendedSums(before, staged) };
        return rows.append(ref, await sending.staged(ref, staged, record, piecesOf(ref)), draft, commit);
      }),
    copy: (source, target, toDraft, commit) =>
      locks.run([lockOf(source), lockOf(target)], async () => {
        const from = rows.head(source);
        if (!from) return undefined;
        const draft = toDraft(from);
        look(target, commit);
        const { sizeBytes, etag, crc64, contentMd5 } = from;
        const sent = await sending.copy(source, target, { ...draft, sizeBytes, etag, crc64, contentMd5 });
        return rows.put(target, sent, draft, commit);
      }),
    amend: (ref, change, commit) =>
      locks.run([lockOf(ref)], async () => {
        const before = rows.head(ref);
        if (!before) return undefined;
        // What is not the newest there must not become it: its words change in our rows alone.
        if (before.versionId !== rows.head({ bucket: ref.bucket, key: ref.key })?.versionId)
          return rows.amend(ref, change, commit);
        const sent = await sending.copy(ref, ref, { ...before, ...change(before) });
        return rows.amend(ref, change, commit, sent);
      }),
    remove: (refs, commit) =>
      locks.run(refs.map(lockOf), async () => {
        // Removed here and not there it would come back: better refused while the server is away.
        await remote.check();
        const versioned = refs.filter(({ bucket }) => rows.getBucket(bucket)?.versioning);
        const places = versioned.map((ref) => sending.find(ref)?.version);
        const removed = await rows.remove(refs, commit);
        await blobs.idle();
        await alignAll(versioned, places);
        return removed;
      }),
    completeUpload: (upload, partNumbers, draft, commit) =>
      locks.run([lockOf(upload)], async () => {
        const whole = rows.join(upload, partNumbers, draft);
        if (!whole) return undefined;
        look(upload, commit);
        const { content, ...row } = whole;
        const sent = await sending.pieces(upload, content, { ...row, contentMd5: undefined });
        return rows.completeUpload(upload, partNumbers, draft, commit, sent);
      }),
  };
}
