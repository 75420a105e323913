/** The four conditions on an object's ETag and age. */
import { OssError } from '../errors.ts';

/** Times are in ms; an unreadable date counts as absent. */
export interface Conditions {
  ifMatch?: string | undefined;
  ifNoneMatch?: string | undefined;
  ifModifiedSinceMs?: number | undefined;
  ifUnmodifiedSinceMs?: number | undefined;
}

export interface Subject {
  etag: string;
  modifiedAtMs: number;
}

/** Throws PreconditionFailed; `unchanged` means 304. */
export function checkConditions(conditions: Conditions, { etag, modifiedAtMs }: Subject): 'proceed' | 'unchanged' {
  // HTTP dates have no fractions, and a client sends back the one it was shown.
  const modifiedMs = Math.floor(modifiedAtMs / 1000) * 1000;
  const { ifMatch, ifNoneMatch, ifModifiedSinceMs, ifUnmodifiedSinceMs } = conditions;
  if (ifMatch !== undefined && !namesEtag(ifMatch, etag)) throw failed('If-Match');
  if (ifUnmodifiedSinceMs !== undefined && modifiedMs > ifUnmodifiedSinceMs) throw failed('If-Unmodified-Since');
  if (ifNoneMatch !== undefined && namesEtag(ifNoneMatch, etag)) return 'unchanged';
  if (ifModifiedSinceMs !== undefined && modifiedMs <= ifModifiedSinceMs) return 'unchanged';
  return 'proceed';
}

/** UNVERIFIED OSS-038: with or without quotes, in either case, and `*` for any. */
function namesEtag(header: string, etag: string): boolean {
  return header.split(',').some((part) => {
    const wanted = part.trim().replace(/^W\//, '').replaceAll('"', '');
    return wanted === '*' || wanted.toUpperCase() === etag.toUpperCase();
  });
}

function failed(condition: string): OssError {
  return new OssError('PreconditionFailed', { condition });
}
