/** Pieces of objects where large ones lie on an S3 server: parts and staged bytes stay files here, whole objects are there. */
import type { BlobFiles } from './blob-files.ts';
import type { Contents } from './contents.ts';
import type { RemoteBlobs } from './remote-blobs.ts';

/** Files here and bytes there under one roof: an id tells which. */
export function joinBlobs(files: BlobFiles, blobs: RemoteBlobs, isOwned: (id: string) => boolean): BlobFiles {
  const split = (ids: readonly string[]) => ({
    here: ids.filter((id) => !blobs.isRemote(id)),
    there: ids.filter(blobs.isRemote),
  });
  return {
    ...files,
    open: (id, start, end) => (blobs.isRemote(id) ? blobs : files).open(id, start, end),
    settle: (id) => (blobs.isRemote(id) ? blobs : files).settle(id),
    pin(ids) {
      const { here, there } = split(ids);
      const unpins = [files.pin(here), blobs.pin(there)];
      return () => {
        for (const unpin of unpins) unpin();
      };
    },
    release(ids) {
      const { here, there } = split(ids);
      files.release(here);
      blobs.release(there);
    },
    releaseUnlessOwned(id) {
      if (!blobs.isRemote(id)) files.releaseUnlessOwned(id);
      // What is owned keeps its intent, by which the next start decides.
      else if (!isOwned(id)) blobs.release([id]);
    },
    idle: async () => void (await Promise.all([files.idle(), blobs.idle()])),
    async close() {
      await blobs.close();
      await files.close();
    },
  };
}

/** Whose freed bytes on the server are removed even if this process ends first, and whose appended bytes are the whole object. */
export function overRemote(contents: Contents, blobs: RemoteBlobs): Contents {
  const doomed = (freed: string[]) => {
    blobs.doom(freed);
    return freed;
  };
  return {
    ...contents,
    disown: (pieces) => doomed(contents.disown(pieces)),
    forget: (content) => doomed(contents.forget(content)),
    extend(content, bytes, sizeBytes, freed) {
      const before = contents.piecesOf(content).reduce((sum, piece) => sum + piece.sizeBytes, 0);
      const whole = contents.adopt(bytes, before + sizeBytes);
      freed.push(...doomed(contents.forget(content)));
      return contents.keep(whole);
    },
  };
}
