/** Who owns which bytes: taking pieces in, sharing and freeing them, always inside the transaction that changes the owner's row. */
import { Buffer } from 'node:buffer';
import { createRecent } from '../../../src/kernel/recent.ts';
import type { BlobFiles } from './blob-files.ts';
import { StoreDamage } from './damage.ts';
import { type Content, type Piece, parseBlob, parseInline, parseManifest, type Tables } from './rows.ts';
import type { StagedBytes } from './staging.ts';

export interface Contents {
  /** Staged bytes become pieces of an object or part. */
  adopt(bytes: StagedBytes, sizeBytes: number): Piece[];
  /** The same bytes for a second owner. */
  share(pieces: readonly Piece[]): Piece[];
  /** An owner lets go. Returns the files nobody owns any more: to be removed once this is committed. */
  disown(pieces: readonly Piece[]): string[];
  /** Staged bytes after what an object's row names; a small tail is written anew with them, so that many small ones stay few. */
  extend(content: Content, bytes: StagedBytes, sizeBytes: number, freed: string[]): Content;
  /** How an object's row names its pieces, instead of what it named before. */
  rewrite(content: Content, pieces: Piece[]): Content;
  /** How an object's row names its pieces. */
  keep(pieces: Piece[]): Content;
  piecesOf(content: Content): Piece[];
  /** Frees what an object's row named. */
  forget(content: Content): string[];
  inlineBytes(piece: Piece): Uint8Array;
}

/** More pieces than this lie in a row of their own, for listings carry the object's row along. */
const PIECES_IN_ROW_MAX = 4;
/** Small bodies that were read stay in memory up to so many bytes together: they never change, and their ids are never used twice. */
const REMEMBERED_BYTES_MAX = 4 * 1024 * 1024;
const REMEMBERED_BODY_BYTES_MAX = 16 * 1024;

export function createContents(tables: Tables, files: Pick<BlobFiles, 'newId'>, inlineBytesMax: number): Contents {
  const { inline, blobs, manifests } = tables;
  const remembered = createRecent<Uint8Array>(REMEMBERED_BYTES_MAX);

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
    const known = remembered.get(blob);
    if (known) return known;
    const stored = inline.get(blob);
    if (stored === undefined) throw new StoreDamage(`The bytes ${blob} are lost.`);
    const bytes = parseInline(stored);
    if (bytes.length <= REMEMBERED_BODY_BYTES_MAX) remembered.set(blob, bytes, bytes.length);
    return bytes;
  }

  function disown(pieces: readonly Piece[]): string[] {
    const freed: string[] = [];
    for (const { blob, inline: isInline } of pieces) {
      if (isInline) {
        remembered.delete(blob);
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

  function adopt(bytes: StagedBytes, sizeBytes: number): Piece[] {
    if (!('blob' in bytes)) return sizeBytes === 0 ? [] : [addInline(bytes)];
    setOwners(bytes.blob, 1);
    return [{ blob: bytes.blob, sizeBytes, inline: false }];
  }

  function rewrite(content: Content, pieces: Piece[]): Content {
    if (typeof content !== 'string') return keep(pieces);
    manifests.put(content, pieces);
    return content;
  }

  function keep(pieces: Piece[]): Content {
    if (pieces.length <= PIECES_IN_ROW_MAX) return pieces;
    const id = files.newId();
    manifests.put(id, pieces);
    return id;
  }

  return {
    adopt,
    rewrite,
    extend(content, bytes, sizeBytes) {
      const pieces = piecesOf(content);
      const tail = pieces.at(-1);
      const isMerged = !('blob' in bytes) && tail?.inline && tail.sizeBytes + sizeBytes <= inlineBytesMax;
      if (!isMerged) return rewrite(content, [...pieces, ...adopt(bytes, sizeBytes)]);
      const merged = addInline(Buffer.concat([inlineBytes(tail), bytes]));
      inline.remove(tail.blob);
      return rewrite(content, [...pieces.slice(0, -1), merged]);
    },
    share: (pieces) =>
      pieces.map((piece) => {
        if (piece.inline) return addInline(inlineBytes(piece));
        setOwners(piece.blob, ownersOf(piece.blob) + 1);
        return piece;
      }),
    disown,
    keep,
    piecesOf,
    forget(content) {
      const freed = disown(piecesOf(content));
      if (typeof content === 'string') manifests.remove(content);
      return freed;
    },
    inlineBytes,
  };
}
