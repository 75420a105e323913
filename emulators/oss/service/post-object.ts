/** Stores the file of an HTML form, within the size that its policy allows. */
import { Readable } from 'node:stream';
import { OssError } from '../errors.ts';
import type { ObjectDraft, ObjectRecord, ObjectRef } from '../store/object-store.ts';
import type { Origin } from './facts.ts';
import type { SizeRange } from './post-policy.ts';
import { putObject } from './put-object.ts';
import type { OssServices } from './services.ts';

export interface PostObject extends ObjectRef {
  draft: ObjectDraft;
  file: AsyncIterable<Uint8Array>;
  contentMd5: string | undefined;
  size: SizeRange;
  forbidOverwrite: boolean;
}

/** UNVERIFIED OSS-063: the ETag is the MD5 of the file; the real one is documented as not being that. */
export function postObject(
  services: OssServices,
  { file, size, contentMd5, ...put }: PostObject,
  origin: Origin,
): Promise<ObjectRecord> {
  const bytes = Readable.from(within(file, size), { objectMode: false });
  const body = { bytes, contentLength: undefined, contentMd5 };
  return putObject(services, { ...put, body, eventName: 'ObjectCreated:PostObject' }, origin);
}

/** The length of a form's file is known only at its end. */
async function* within(file: AsyncIterable<Uint8Array>, { min, max }: SizeRange): AsyncIterable<Uint8Array> {
  let sizeBytes = 0;
  for await (const chunk of file) {
    sizeBytes += chunk.length;
    if (sizeBytes > max) throw new OssError('EntityTooLarge');
    yield chunk;
  }
  if (sizeBytes < min) throw new OssError('EntityTooSmall');
}
