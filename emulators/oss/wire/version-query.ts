/** Reads version ids: of the parameter `versionId`, of documents and of copy sources. */
import { z } from 'zod';
import { NULL_VERSION } from '../store/object-store.ts';
import { invalidArgument } from './object-headers.ts';

/** UNVERIFIED OSS-102: which texts are no version id at all, and which only one that is not there. */
const VERSION_ID = /^CAE[\w+/=*-]{1,253}$/;
const MALFORMED = 'Invalid version id specified.';

export function isVersionId(text: string): boolean {
  return text === NULL_VERSION || VERSION_ID.test(text);
}

export const versionQuery = z.object({
  versionId: z
    .string()
    .min(1, 'Version id can not be the empty string.')
    .refine(isVersionId, { message: MALFORMED })
    .optional(),
});

/** Of something else than the query. */
export function readVersionId(text: string, argumentName: string): string {
  if (!isVersionId(text)) throw invalidArgument(MALFORMED, argumentName, text);
  return text;
}
