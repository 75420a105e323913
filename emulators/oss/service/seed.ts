/** Fills a new bucket with the files of a folder. Nobody uploaded them, so no event tells of them. */
import type { Readable } from 'node:stream';
import { OssError } from '../errors.ts';
import { SEED_PROBLEMS_MAX, SEEDS_AT_ONCE } from '../limits.ts';
import type { BucketRecord, ObjectStore } from '../store/object-store.ts';
import { mediaTypeOf } from './media-types.ts';
import { receive } from './receive.ts';

/** An object to be. */
interface Seed {
  key: string;
  sizeBytes: number;
  open(): Readable;
}

type Seeds = AsyncIterable<Seed | { problem: string }>;

/** A file that can't be read any more, in a whole sentence. */
export class SeedFailure extends Error {}

/** Kept beside a bucket from before it is made until it is full, so that a start that was killed is taken up by the next. */
const MARK = 'seed';

/** Whether the bucket is to be filled: it is not there yet, or an earlier start did not get to the end. */
export function wantsSeed(store: ObjectStore, bucket: string): boolean {
  return store.getBucket(bucket) === undefined || store.getDocument({ bucket, kind: MARK }) !== undefined;
}

/** Looks through all of them before anything is made; answers with the first problems, in whole sentences. */
export async function checkSeeds(seeds: Seeds): Promise<string[]> {
  const problems: string[] = [];
  for await (const seed of seeds) {
    if ('problem' in seed) problems.push(seed.problem);
    if (problems.length >= SEED_PROBLEMS_MAX) break;
  }
  return problems;
}

/** Before the bucket is made. */
export function beginSeed(store: ObjectStore, bucket: string): Promise<void> {
  return store.putDocument({ bucket, kind: MARK }, { isWhole: false });
}

/** Answers with how many objects there are now. Rejects with a SeedFailure when a file can't be read any more. */
export async function fillBucket(
  store: ObjectStore,
  { name, storageClass }: Pick<BucketRecord, 'name' | 'storageClass'>,
  { seeds, atMs }: { seeds: Seeds; atMs: number },
): Promise<number> {
  const running = new Set<Promise<void>>();
  let failure: unknown;
  let count = 0;
  for await (const seed of seeds) {
    if ('problem' in seed) failure ??= new SeedFailure(seed.problem);
    if (failure !== undefined || 'problem' in seed) break;
    count++;
    const put = putSeed(store, seed, { bucket: name, storageClass, atMs }).then(
      () => void running.delete(put),
      (error: unknown) => {
        failure ??= error;
        running.delete(put);
      },
    );
    running.add(put);
    if (running.size >= SEEDS_AT_ONCE) await Promise.race(running);
  }
  await Promise.all(running);
  if (failure !== undefined) throw failure;
  await store.removeDocument({ bucket: name, kind: MARK });
  return count;
}

async function putSeed(
  store: ObjectStore,
  { key, sizeBytes, open }: Seed,
  { bucket, storageClass, atMs }: { bucket: string; storageClass: BucketRecord['storageClass']; atMs: number },
): Promise<void> {
  const contentType = mediaTypeOf(key);
  const draft = { type: 'Normal', contentType, headers: {}, userMeta: {}, storageClass, acl: 'default' } as const;
  try {
    const staged = await receive(store, { bytes: open(), contentLength: sizeBytes, contentMd5: undefined });
    await store.put({ bucket, key }, staged, { ...draft, modifiedAtMs: atMs });
  } catch (cause) {
    const why = whyUnread(cause);
    throw why === undefined ? cause : new SeedFailure(`The file ${key} of the seed of ${bucket} ${why}.`, { cause });
  }
}

/** Undefined for what is not the file's fault. */
function whyUnread(error: unknown): string | undefined {
  if (error instanceof OssError) return error.code === 'IncompleteBody' ? 'changed while it was read' : undefined;
  const isRead = error instanceof Error && 'syscall' in error && (error.syscall === 'open' || error.syscall === 'read');
  return isRead ? `can't be read (${'code' in error ? error.code : error.message})` : undefined;
}
