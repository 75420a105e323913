/** Brings an object's bytes to an S3 server, under its own bucket and key, before any row names them. */
import { Readable } from 'node:stream';
import type { BlobFiles } from './blob-files.ts';
import type { Contents } from './contents.ts';
import type { Objects } from './embedded-objects.ts';
import type { ObjectRecord, ObjectRef, StagedBody, VersionRef } from './object-store.ts';
import { openSlices, slicesOf } from './reading.ts';
import { isGone, type Place, type Remote, type RemoteVersion } from './remote.ts';
import type { RemoteBlobs } from './remote-blobs.ts';
import { type RemoteRecord, toRemoteHeaders } from './remote-metadata.ts';
import { aliasOf, ancestorsOf, isFitName } from './remote-names.ts';
import { objectKey, type Piece, type Tables } from './rows.ts';
import type { StagedBytes, Staging } from './staging.ts';
import type { Versions } from './versions.ts';

/** Each answers with a body that a row can take over, and that is gone from the server when none does. */
export interface Sending {
  /** What was staged, after the bytes of `before`; staged here it is no more, whatever happens. */
  staged(ref: ObjectRef, staged: StagedBody, object: RemoteRecord, before?: readonly Piece[]): Promise<StagedBody>;
  /** The bytes of these pieces, one after the other. */
  pieces(ref: ObjectRef, pieces: readonly Piece[], object: SizedRecord): Promise<StagedBody>;
  /** The bytes of `from`, copied by the server itself. */
  copy(from: VersionRef, to: ObjectRef, object: SizedRecord): Promise<StagedBody>;
  /** Where the object's bytes are: each has exactly one piece. */
  find(ref: VersionRef): { id: string; version: RemoteVersion } | undefined;
  /** Where they would be sent now. */
  placeOf(ref: ObjectRef): Place;
}

/** Of one whose source is there each time it is looked for. */
const COPY_ATTEMPTS_MAX = 10;

export type SizedRecord = RemoteRecord & Pick<ObjectRecord, 'sizeBytes'>;

export interface SendingNeeds {
  tables: Tables;
  rows: Pick<Objects, 'list'>;
  versions: Pick<Versions, 'findObject'>;
  contents: Contents;
  files: BlobFiles;
  staging: Staging;
  blobs: RemoteBlobs;
  remote: Remote;
}

export function createSending({
  tables,
  rows,
  versions,
  contents,
  files,
  staging,
  blobs,
  remote,
}: SendingNeeds): Sending {
  function find(ref: VersionRef) {
    const row = versions.findObject(ref)?.row;
    const [piece] = row === undefined ? [] : contents.piecesOf(row.content);
    const version = piece && blobs.find(piece.blob);
    return piece && version && { id: piece.blob, version };
  }

  function placeOf(ref: ObjectRef): Place {
    const { bucket, key } = ref;
    return { bucket, name: canHave(ref) ? key : aliasOf(key) };
  }

  /** MinIO does not list what lies under the name of an object as under a folder. */
  function canHave({ bucket, key }: ObjectRef): boolean {
    if (!isFitName(key)) return false;
    if (find({ bucket, key })?.version.name === key) return true;
    if (ancestorsOf(key).some((ancestor) => tables.objects.has(objectKey({ bucket, key: ancestor })))) return false;
    return rows.list({ bucket, prefix: `${key}/`, delimiter: '', after: '', limit: 1 }).objects.length === 0;
  }

  function send(ref: ObjectRef, object: RemoteRecord, how: How): Promise<string> {
    const place = placeOf(ref);
    const alias = place.name === ref.key ? undefined : ref.key;
    return blobs.publish(place, (id) => how(place, toRemoteHeaders(object, { id, alias })));
  }

  async function* bytesOf(pieces: readonly Piece[]): AsyncIterable<Uint8Array> {
    const slices = slicesOf(pieces, { start: 0, end: sizeOf(pieces) - 1 });
    const opened = await openSlices(slices, files, contents.inlineBytes);
    if (opened instanceof Uint8Array) yield opened;
    else yield* opened as AsyncIterable<Uint8Array>;
  }

  async function* joined(before: readonly Piece[], bytes: StagedBytes, sizeBytes: number): AsyncIterable<Uint8Array> {
    if (before.length > 0) yield* bytesOf(before);
    if (!('blob' in bytes)) yield bytes;
    else yield* bytesOf([{ blob: bytes.blob, sizeBytes, inline: false }]);
  }

  /** A stream that the server did not read to its end must not keep files open. */
  async function put(place: Place, chunks: AsyncIterable<Uint8Array>, body: Sized, headers: Record<string, string>) {
    const bytes = Readable.from(chunks, { objectMode: false });
    try {
      return await remote.put(place, { ...body, bytes }, headers);
    } finally {
      bytes.destroy();
    }
  }

  /** MinIO copies an object onto itself without a lock, and says it is gone while another of its versions is removed. */
  async function copied(from: RemoteVersion, to: Place, headers: Record<string, string>): Promise<RemoteVersion> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await remote.copy(from, to, headers);
      } catch (error) {
        if (!isGone(error) || attempt === COPY_ATTEMPTS_MAX || !(await remote.stat(from))) throw error;
      }
    }
  }

  return {
    async staged(ref, staged, object, before = []) {
      const { sizeBytes, md5, crc64 } = staged;
      const bytes = staging.take(staged);
      const whole = { sizeBytes: sizeOf(before) + sizeBytes, md5: before.length === 0 ? md5 : undefined };
      try {
        const id = await send(ref, object, (place, headers) =>
          'blob' in bytes || before.length > 0
            ? put(place, joined(before, bytes, sizeBytes), whole, headers)
            : remote.put(place, { bytes, sizeBytes, md5 }, headers),
        );
        return staging.hold(id, { sizeBytes, md5, crc64 });
      } finally {
        staging.discard(bytes);
      }
    },
    async pieces(ref, pieces, object) {
      const body = { sizeBytes: object.sizeBytes, md5: undefined };
      const id = await send(ref, object, (place, headers) => put(place, bytesOf(pieces), body, headers));
      return hold(id, object);
    },
    async copy(from, to, object) {
      const source = find(from);
      if (!source) throw new Error(`The bytes of ${from.bucket}/${from.key} are nowhere.`);
      const unpin = blobs.pin([source.id]);
      try {
        return hold(await send(to, object, (place, headers) => copied(source.version, place, headers)), object);
      } finally {
        unpin();
      }
    },
    find,
    placeOf,
  };

  function hold(id: string, { sizeBytes, crc64, etag, contentMd5 }: SizedRecord): StagedBody {
    return staging.hold(id, { sizeBytes, md5: new Uint8Array(), crc64, sums: { etag, contentMd5 } });
  }
}

type How = (place: Place, headers: Record<string, string>) => Promise<RemoteVersion>;
type Sized = { sizeBytes: number; md5: Uint8Array | undefined };

function sizeOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
