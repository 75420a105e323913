/** Tells an application server of an upload, and takes its answer for the upload's own. */
import { Buffer } from 'node:buffer';
import { OssError } from '../errors.ts';
import type { ObjectRecord, ObjectStore } from '../store/object-store.ts';
import {
  asksForImage,
  type CallbackBodyType,
  type CallbackFacts,
  fillTemplate,
  type TemplatePart,
} from './callback-body.ts';
import type { Origin } from './facts.ts';
import { IMAGE_HEAD_BYTES, type ImageInfo, readImageInfo } from './image-info.ts';
import type { OssServices } from './services.ts';

/** What an upload asked for, checked. */
export interface Callback {
  /** Tried in order, until one succeeds. */
  urls: readonly URL[];
  /** Instead of the URL's own. */
  host: string | undefined;
  template: readonly TemplatePart[];
  bodyType: CallbackBodyType;
  /** Whether a server behind TLS is told the name that is meant. */
  namesServer: boolean;
  additionalHeaders: Readonly<Record<string, string>>;
  custom: ReadonlyMap<string, string>;
}

/** One call of an application server. */
export interface CallbackCall extends Pick<Callback, 'host' | 'bodyType' | 'namesServer' | 'additionalHeaders'> {
  url: URL;
  body: string;
  bucket: string;
  origin: Origin;
}

/** `message` says in the cloud's words why the server's answer can't be passed on. */
export type CallbackAnswer = { ok: true; body: Buffer } | { ok: false; message: string };

/** Calls an application server, and holds it to its time and form. */
export type CallbackSender = (call: CallbackCall) => Promise<CallbackAnswer>;

/** The upload stands whatever comes of this. UNVERIFIED OSS-246: of several failures the last is told. */
export async function runCallback(
  { store, sendCallback }: OssServices,
  callback: Callback,
  { record, origin, operation }: { record: ObjectRecord; origin: Origin; operation: string },
): Promise<Buffer> {
  const { urls, template, custom, ...rest } = callback;
  const image = asksForImage(template) ? await imageOf(store, record) : undefined;
  const { requestId, sourceIp } = origin;
  const facts: CallbackFacts = { record, image, sourceIp, requestId, operation, custom };
  const body = fillTemplate(template, callback.bodyType, facts);
  let message = '';
  for (const url of urls) {
    const answer = await sendCallback({ ...rest, url, body, bucket: record.bucket, origin });
    if (answer.ok) return answer.body;
    message = answer.message;
  }
  throw new OssError('CallbackFailed', { message, stored: record });
}

/** Of the very bytes that were stored; undefined when they have been replaced already. */
async function imageOf(store: ObjectStore, record: ObjectRecord): Promise<ImageInfo | undefined> {
  const { bucket, key, versionId, etag, sizeBytes } = record;
  if (sizeBytes === 0) return undefined;
  const end = Math.min(sizeBytes, IMAGE_HEAD_BYTES) - 1;
  const found = await store.read({ bucket, key, versionId }, (current) =>
    current.etag === etag ? { start: 0, end } : 'none',
  );
  if (!found || found.record.etag !== etag) return undefined;
  if (found.bytes instanceof Uint8Array) return readImageInfo(found.bytes);
  const chunks: Uint8Array[] = [];
  for await (const chunk of found.bytes as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return readImageInfo(Buffer.concat(chunks));
}
