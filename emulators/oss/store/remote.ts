/** What the store asks of an S3 server that keeps object bytes for it: buckets with versions, and nothing of OSS. */
import type { Readable } from 'node:stream';

/** Where an object lies on the server. */
export interface Place {
  bucket: string;
  name: string;
}

/** One writing of an object: its bytes never change. */
export interface RemoteVersion extends Place {
  versionId: string;
}

export interface RemoteObject extends RemoteVersion {
  sizeBytes: number;
  /** No quotes, as the server writes it. */
  etag: string;
  modifiedAtMs: number;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
}

export interface RemoteBody {
  sizeBytes: number;
  /** Of the bytes, where known: the server then refuses what arrived changed. */
  md5: Uint8Array | undefined;
  bytes: Uint8Array | Readable;
}

export interface Remote {
  /** As configured, without keys. */
  readonly endpoint: string;
  /** Rejects unless the server answers and takes our keys. */
  check(): Promise<void>;
  buckets(): Promise<string[]>;
  /** Undefined when there is no such bucket. */
  labels(bucket: string): Promise<Record<string, string> | undefined>;
  setLabels(bucket: string, labels: Record<string, string>): Promise<void>;
  /** One that is there already and is ours will do; true when it was made now. Keeps versions from now on. */
  makeBucket(bucket: string): Promise<boolean>;
  /** True when it is gone; false when something lies in it. */
  removeBucket(bucket: string): Promise<boolean>;

  put(place: Place, body: RemoteBody, headers: Record<string, string>): Promise<RemoteVersion>;
  /** On the server, without its bytes passing here. */
  copy(from: RemoteVersion, to: Place, headers: Record<string, string>): Promise<RemoteVersion>;
  /** Resolves when the first byte may be read. Bytes `start` to `end` (not included), at least one. */
  get(version: RemoteVersion, start: number, end: number): Promise<RemoteBytes>;
  /** The newest version, or the one named; undefined when there is none, or it is a delete marker. */
  stat(place: Place & { versionId?: string | undefined }): Promise<RemoteObject | undefined>;
  /** Removing what is not there is no error. */
  remove(bucket: string, versions: readonly RemoteVersion[]): Promise<void>;
  /** A delete marker over all versions, where there is an object; away with the markers over them. */
  hide(place: Place): Promise<void>;
  unhide(place: Place): Promise<void>;
  /** The newest version of every object; what a delete marker hides is left out. */
  list(bucket: string): AsyncIterable<RemoteVersion>;
  /** All versions of one object, delete markers too, the newest first. */
  versions(place: Place): Promise<RemoteVersion[]>;
  /** Tells of objects that came or went, from anyone, until it is closed. */
  listen(listener: RemoteListener): void;
  /** Called when the server answers again after an outage. */
  onRecovery(listener: () => void): void;
  close(): void;
}

export interface RemoteBytes {
  chunks(): AsyncIterable<Uint8Array>;
  destroy(): void;
}

export interface RemoteListener {
  changed(place: Place & { versionId: string | undefined }): void;
  /** Changes may have been missed up to now. Resolves when they are looked for, whether or not that went well. */
  connected(): Promise<void>;
}

/**
 * - `unreachable`: no connection, or one that broke off
 * - `slow`: no answer, or no progress, within the limit
 * - `failing`: an answer that says the server has trouble
 * - `full`: no room for more
 * - `denied`: our keys don't do
 * - `gone`: no such object, version or bucket
 * - `taken`: the bucket's name is somebody else's
 * - `refused`: anything else it won't do
 */
export type RemoteTrouble = 'unreachable' | 'slow' | 'failing' | 'full' | 'denied' | 'gone' | 'taken' | 'refused';

export class RemoteFailure extends Error {
  readonly trouble: RemoteTrouble;
  /** The server's own code, where it gave one. */
  readonly remoteCode: string | undefined;

  constructor(
    trouble: RemoteTrouble,
    message: string,
    options: ErrorOptions & { remoteCode?: string | undefined } = {},
  ) {
    super(message, options);
    this.name = 'RemoteFailure';
    this.trouble = trouble;
    this.remoteCode = options.remoteCode;
  }
}

export function isGone(error: unknown): boolean {
  return error instanceof RemoteFailure && error.trouble === 'gone';
}

/** Without what was being done. */
export function reasonOf(failure: RemoteFailure): string {
  return failure.cause instanceof Error ? failure.cause.message : failure.message;
}
