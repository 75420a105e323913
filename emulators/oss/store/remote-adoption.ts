/** Keeps rows and an S3 server in step when others write there: what came is taken in, what went is dropped, and no event tells of it. */
import { createHash } from 'node:crypto';
import type { Logger } from '../../../src/kernel/logger.ts';
import { createCrc64 } from './crc64.ts';
import type { BucketStore } from './embedded-buckets.ts';
import type { Objects } from './embedded-objects.ts';
import type { KeyLocks } from './key-locks.ts';
import type { ObjectRef, ObjectStore, VersionRef } from './object-store.ts';
import { isGone, type Place, type Remote, RemoteFailure, type RemoteObject } from './remote.ts';
import type { RemoteBlobs } from './remote-blobs.ts';
import { fromLabels } from './remote-buckets.ts';
import { type RemoteRecord, readOwn, strangersDraft, toRecord } from './remote-metadata.ts';
import { ALIAS_PREFIX, aliasOf } from './remote-names.ts';
import type { Sending } from './remote-sending.ts';
import type { Visibility } from './remote-visibility.ts';
import { lockOf } from './remote-writes.ts';
import type { Tables } from './rows.ts';
import type { Staging } from './staging.ts';

export interface Adoption {
  /** Looks at one object there and here. */
  reconcileObject(ref: VersionRef, place?: Place): Promise<void>;
  reconcileBucket(bucket: string): Promise<void>;
  /** Buckets too: those that some LocalYun made there, and those that are gone. */
  reconcileAll(): Promise<void>;
  /** From now on, as the server tells of changes. */
  listen(): void;
  idle(): Promise<void>;
}

export interface AdoptionNeeds {
  rows: Pick<Objects, 'put' | 'list'> & Pick<ObjectStore, 'remove'> & BucketStore;
  tables: Tables;
  staging: Staging;
  blobs: RemoteBlobs;
  remote: Remote;
  sending: Sending;
  visibility: Visibility;
  locks: KeyLocks;
  logger: Logger;
  /** Kernel time. */
  nowMs(): number;
}

type Headers = Readonly<Record<string, string>>;

/** Rows looked at in one turn. */
const PAGE = 200;

export function createAdoption(needs: AdoptionNeeds): Adoption {
  const { rows, tables, staging, blobs, remote, sending, visibility, locks, logger, nowMs } = needs;
  const busy = new Set<Promise<void>>();
  let sweeping: Promise<void> | undefined;

  /** Of the object there under this name; undefined for an alias of nothing we know how to read. */
  function keyOfName({ name }: Place, headers: Headers | undefined): string | undefined {
    if (!name.startsWith(ALIAS_PREFIX)) return name;
    const { alias } = headers ? readOwn(headers) : { alias: undefined };
    return alias !== undefined && aliasOf(alias) === name ? alias : undefined;
  }

  async function reconcilePlace(place: Place): Promise<void> {
    const found = await remote.stat(place);
    const key = keyOfName(place, found?.headers);
    if (key !== undefined) await reconcileObject({ bucket: place.bucket, key }, place);
  }

  /** A version that is not the newest, and is gone there. */
  async function reconcileVersion(ref: VersionRef): Promise<void> {
    const known = ref.versionId === undefined ? undefined : sending.find(ref);
    if (known && !(await remote.stat(known.version))) await rows.remove([ref]);
  }

  const reconcileObject = (
    ref: VersionRef,
    place = sending.find(ref)?.version ?? sending.placeOf(ref),
  ): Promise<void> =>
    locks.run([lockOf(ref)], async () => {
      if (!rows.getBucket(ref.bucket)) return;
      await reconcileVersion(ref);
      const found = await remote.stat({ bucket: place.bucket, name: place.name });
      const known = sending.find({ bucket: ref.bucket, key: ref.key });
      if (!found) {
        if (known?.version.name === place.name) await drop(ref, known.id);
        return;
      }
      if (known?.version.name === found.name && known.version.versionId === found.versionId) return;
      // A version of ours that is not the object: on its way in or out.
      if (blobs.isOurs(found, readOwn(found.headers).id)) {
        if (!known && rows.getBucket(ref.bucket)?.versioning) await visibility.align(ref, place);
        return;
      }
      await adopt(ref, found, known?.id);
    });

  async function drop(ref: ObjectRef, id: string): Promise<void> {
    logger.info('An object is gone from MinIO.', { bucket: ref.bucket, key: ref.key });
    await rows.remove([ref], {
      atMs: nowMs(),
      onlyIf() {
        if (!rows.getBucket(ref.bucket)?.versioning) blobs.abandon(id);
        return true;
      },
    });
  }

  async function adopt(ref: ObjectRef, found: RemoteObject, former: string | undefined): Promise<void> {
    const record = await recordOf(ref, found);
    if (!record) return;
    const { etag, crc64, contentMd5, ...draft } = record;
    const id = blobs.newId();
    const { sizeBytes } = found;
    const body = staging.hold(id, { sizeBytes, md5: new Uint8Array(), crc64, sums: { etag, contentMd5 } });
    logger.info('Took in an object that was put into MinIO.', { bucket: ref.bucket, key: ref.key, sizeBytes });
    await rows.put(ref, body, draft, {
      guard() {
        // What it replaces is the business of whoever replaced it there.
        if (former !== undefined && !rows.getBucket(ref.bucket)?.versioning) blobs.abandon(former);
        blobs.register(id, found);
      },
    });
  }

  /** Undefined when it is gone meanwhile. */
  async function recordOf({ bucket }: ObjectRef, found: RemoteObject): Promise<RemoteRecord | undefined> {
    const told = toRecord(found.headers);
    if (told && mayBeOf(told, found)) return told;
    const sums = await sumsOf(found);
    if (!sums) return undefined;
    const etag = found.etag.toUpperCase();
    const isMultipart = /-\d+$/.test(etag);
    const storageClass = rows.getBucket(bucket)?.storageClass ?? 'Standard';
    const draft = strangersDraft(found.headers, {
      type: isMultipart ? 'Multipart' : 'Normal',
      acl: 'default',
      storageClass,
    });
    const { crc64, md5 } = sums;
    return {
      ...draft,
      crc64,
      etag: isMultipart ? etag : md5.toString('hex').toUpperCase(),
      contentMd5: isMultipart ? undefined : md5.toString('base64'),
    };
  }

  /** S3 knows neither MD5 of what came in parts nor CRC-64: the bytes are read once. */
  async function sumsOf(found: RemoteObject): Promise<{ md5: Buffer; crc64: string } | undefined> {
    const md5 = createHash('md5');
    const crc = createCrc64();
    try {
      const bytes = found.sizeBytes === 0 ? undefined : await remote.get(found, 0, found.sizeBytes);
      for await (const chunk of bytes?.chunks() ?? []) {
        md5.update(chunk);
        crc.update(chunk);
      }
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
    return { md5: md5.digest(), crc64: crc.digest() };
  }

  async function reconcileBucket(bucket: string): Promise<void> {
    const seen = new Set<string>();
    for await (const version of remote.list(bucket)) {
      seen.add(version.name);
      const known = sending.find({ bucket, key: version.name })?.version;
      if (known?.name !== version.name || known.versionId !== version.versionId) await reconcilePlace(version);
    }
    for (let after: string | undefined = ''; after !== undefined; ) {
      const page: ReturnType<typeof rows.list> = rows.list({ bucket, prefix: '', delimiter: '', after, limit: PAGE });
      for (const { key } of page.objects) {
        const place = sending.find({ bucket, key })?.version;
        if (place && !seen.has(place.name)) await reconcileObject({ bucket, key }, place);
      }
      after = page.next;
      // Calls that wait come first.
      await new Promise((next) => setImmediate(next));
    }
  }

  /** Under the lock of calls that make and delete it, for there and here it comes and goes one after the other. */
  function reconcileName(name: string): Promise<void> {
    return locks.run([name], async () => {
      const labels = await remote.labels(name);
      const isKnown = rows.getBucket(name) !== undefined;
      if (isKnown && !labels) {
        logger.warn('A bucket is gone from MinIO, and with it what was known of it.', { bucket: name });
        await rows.deleteBucket(name);
      }
      const record = isKnown || !labels ? undefined : fromLabels(name, labels);
      if (record) await rows.putBucket(record);
    });
  }

  async function reconcileAll(): Promise<void> {
    const there = new Set(await remote.buckets());
    const here = Array.from(tables.buckets.range(), ({ key }) => String(key));
    for (const name of new Set([...there, ...here]))
      if (!there.has(name) || !rows.getBucket(name)) await reconcileName(name);
    for (const name of there) if (rows.getBucket(name)) await reconcileBucket(name);
  }

  function background(what: string, work: () => Promise<void>): Promise<void> {
    const tracked: Promise<void> = work()
      .catch((error: unknown) => {
        // An outage is told where it begins.
        const isOutage = error instanceof RemoteFailure;
        logger[isOutage ? 'debug' : 'error'](`MinIO could not be looked at for ${what}; it is tried again.`, { error });
      })
      .finally(() => busy.delete(tracked));
    busy.add(tracked);
    return tracked;
  }

  return {
    reconcileObject,
    reconcileBucket,
    reconcileAll,
    listen() {
      remote.listen({
        changed(place) {
          if (place.versionId !== undefined && blobs.isEcho(place.versionId)) return;
          if (rows.getBucket(place.bucket)) void background('a change', () => reconcilePlace(place));
        },
        connected() {
          sweeping ??= reconcileAll().finally(() => {
            sweeping = undefined;
          });
          const current = sweeping;
          return background('changes', () => current);
        },
      });
    },
    async idle() {
      while (busy.size > 0) await Promise.all(busy);
    },
  };
}

/** A file that was changed outside and put back with all its metadata is not what the metadata says. */
function mayBeOf(record: RemoteRecord, found: RemoteObject): boolean {
  const isMd5 = (etag: string) => /^[0-9A-F]{32}$/.test(etag);
  const there = found.etag.toUpperCase();
  return record.contentMd5 === undefined || !isMd5(there) || there === record.etag;
}
