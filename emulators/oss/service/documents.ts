/** Configuration documents of buckets: kept, found and removed, each kind with the schema its rows are read by. */
import type { z } from 'zod';
import { OssError } from '../errors.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { requireBucket } from './buckets.ts';

export interface DocumentKind<Document> {
  kind: string;
  schema: z.ZodType<Document>;
}

export interface KeptDocument<Document> {
  bucket: string;
  document: Document;
}

/** The document of an existing bucket. */
export function findDocument<Document>(
  store: ObjectStore,
  kind: DocumentKind<Document>,
  bucket: string,
): Document | undefined {
  requireBucket(store, bucket);
  return documentOf(store, kind, bucket);
}

/** The same without a look at the bucket, whose absence others tell. A row is parsed once, for the store hands out the same again. */
export function documentOf<Document>(
  store: ObjectStore,
  { kind, schema }: DocumentKind<Document>,
  bucket: string,
): Document | undefined {
  const row = store.getDocument({ bucket, kind });
  if (row === undefined) return undefined;
  if (typeof row !== 'object' || row === null) throw new Error(`The ${kind} of bucket ${bucket} is no document.`);
  const known = parsed.get(row);
  if (known !== undefined) return known as Document;
  const document = schema.parse(row);
  parsed.set(row, document);
  return document;
}

const parsed = new WeakMap<object, unknown>();

export async function putDocument<Document>(
  store: ObjectStore,
  { kind }: DocumentKind<Document>,
  { bucket, document }: KeptDocument<Document>,
): Promise<void> {
  requireBucket(store, bucket);
  await store.putDocument(
    { bucket, kind },
    document,
    // Removed meanwhile: a document of no bucket would wait for the next one of that name.
    { guard: () => void requireBucket(store, bucket) },
  );
}

export async function removeDocument<Document>(
  store: ObjectStore,
  { kind }: DocumentKind<Document>,
  bucket: string,
): Promise<void> {
  requireBucket(store, bucket);
  await store.removeDocument({ bucket, kind });
}

/** For the kinds whose absence is an answer of its own. */
export function requireDocument<Document>(
  store: ObjectStore,
  kind: DocumentKind<Document>,
  { bucket, absent }: { bucket: string; absent: OssError['code'] },
): Document {
  const document = findDocument(store, kind, bucket);
  if (document === undefined) throw new OssError(absent, { bucket });
  return document;
}

/**
 * Makes another document of the one that is there; undefined removes it. One change after the other, so that none is lost
 * where two callers add to one document.
 */
export function updateDocument<Document>(
  store: ObjectStore,
  kind: DocumentKind<Document>,
  { bucket, change }: { bucket: string; change(current: Document | undefined): Document | undefined },
): Promise<void> {
  const before = turns.get(store) ?? Promise.resolve();
  const turn = before.then(() => {
    const document = change(findDocument(store, kind, bucket));
    return document === undefined
      ? removeDocument(store, kind, bucket)
      : putDocument(store, kind, { bucket, document });
  });
  // Whoever waits for this turn only waits for its end; its failure is told to its own caller.
  turns.set(
    store,
    turn.catch(() => {}),
  );
  return turn;
}

const turns = new WeakMap<ObjectStore, Promise<void>>();
