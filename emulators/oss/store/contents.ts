/** Who owns which bytes: taking pieces in, sharing and freeing them, always inside the transaction that changes the owner's row. */
import type { BlobFiles } from './blob-files.ts';
import { type Content, type Piece, parseBlob, parseInline, parseManifest, type Tables } from './rows.ts';
import type { StagedBytes } from './staging.ts';

export interface Contents {
  /** Staged bytes become pieces of an object or part. */
  adopt(bytes: StagedBytes, sizeBytes: number): Piece[];
  /** The same bytes for a second owner. */
  share(pieces: readonly Piece[]): Piece[];
  /** An owner lets go. Returns the files nobody owns any more: to be removed once this is committed. */
  disown(pieces: readonly Piece[]): string[];
  /** How an object's row names its pieces. */
  keep(pieces: Piece[]): Content;
  piecesOf(content: Content): Piece[];
  /** Frees what an object's row named. */
  forget(content: Content): string[];
  inlineBytes(piece: Piece): Uint8Array;
}

/** More pieces than this lie in a row of their own, for listings carry the object's row along. */
const PIECES_IN_ROW_MAX = 4;

export function createContents(tables: Tables, files: Pick<BlobFiles, 'newId'>): Contents {
  const { inline, blobs, manifests } = tables;

  function addInline(bytes: Uint8Array): Piece {
    const id = files.newId();
    inline.put(id, bytes);
    return { blob: id, sizeBytes: bytes.length, inline: true };
  }

  function ownersOf(id: string): number {
    const row = blobs.get(id);
    return row === undefined ? 0 : parseBlob(row).owners;
  }

  function setOwners(id: string, owners: number): void {
    if (owners > 0) blobs.put(id, { owners });
    else blobs.remove(id);
  }

  function inlineBytes({ blob }: Piece): Uint8Array {
    const bytes = inline.get(blob);
    if (bytes === undefined) throw new Error(`The object store has lost the bytes ${blob}.`);
    return parseInline(bytes);
  }

  function disown(pieces: readonly Piece[]): string[] {
    const freed: string[] = [];
    for (const { blob, inline: isInline } of pieces) {
      if (isInline) {
        inline.remove(blob);
        continue;
      }
      const owners = ownersOf(blob) - 1;
      setOwners(blob, owners);
      if (owners <= 0) freed.push(blob);
    }
    return freed;
  }

  function piecesOf(content: Content): Piece[] {
    return typeof content === 'string' ? parseManifest(manifests.get(content)) : content;
  }

  return {
    adopt(bytes, sizeBytes) {
      if (sizeBytes === 0) return [];
      if (!('blob' in bytes)) return [addInline(bytes)];
      setOwners(bytes.blob, 1);
      return [{ blob: bytes.blob, sizeBytes, inline: false }];
    },
    share: (pieces) =>
      pieces.map((piece) => {
        if (piece.inline) return addInline(inlineBytes(piece));
        setOwners(piece.blob, ownersOf(piece.blob) + 1);
        return piece;
      }),
    disown,
    keep(pieces) {
      if (pieces.length <= PIECES_IN_ROW_MAX) return pieces;
      const id = files.newId();
      manifests.put(id, pieces);
      return id;
    },
    piecesOf,
    forget(content) {
      const freed = disown(piecesOf(content));
      if (typeof content === 'string') manifests.remove(content);
      return freed;
    },
    inlineBytes,
  };
}
