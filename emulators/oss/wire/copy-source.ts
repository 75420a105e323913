/** Reads `x-oss-copy-source: /bucket/key?versionId=id`, whose key is percent-encoded, with or without its slashes. */
import { assertBucketName, assertKey } from '../service/names.ts';
import type { VersionRef } from '../store/object-store.ts';
import { invalidArgument } from './object-headers.ts';
import { readVersionId } from './version-query.ts';

const WITHOUT_KEY = 'Copy Source must mention the source bucket and key: /sourcebucket/sourcekey.';

export function readCopySource(header: string): VersionRef {
  const mark = header.indexOf('?');
  const versionId = mark < 0 ? undefined : readVersion(header, mark);
  const named = mark < 0 ? header : header.slice(0, mark);
  const path = decode(named.startsWith('/') ? named.slice(1) : named, header);
  const slash = path.indexOf('/');
  if (slash <= 0 || slash === path.length - 1) throw invalidArgument(WITHOUT_KEY, 'x-oss-copy-source', header);
  const source = { bucket: path.slice(0, slash), key: path.slice(slash + 1) };
  assertBucketName(source.bucket);
  assertKey(source.key);
  return versionId === undefined ? source : { ...source, versionId };
}

/** Which version was copied; nothing where the source's bucket never had versioning. */
export function sourceVersionHeaders(versionId: string | undefined): Record<string, string> {
  return versionId === undefined ? {} : { 'x-oss-copy-source-version-id': versionId };
}

/** What a copy does with the source's metadata, or its tags. */
export function readDirective(headers: Readonly<Record<string, string>>, name: string): 'COPY' | 'REPLACE' {
  const text = headers[name];
  const directive = text?.toUpperCase() ?? 'COPY';
  if (directive === 'COPY' || directive === 'REPLACE') return directive;
  throw invalidArgument(`${name} must be COPY or REPLACE.`, name, text);
}

function readVersion(header: string, mark: number): string {
  const [, text] = /^\?versionId=([^&]*)$/.exec(header.slice(mark)) ?? [];
  return readVersionId(decode(text ?? '', header), 'x-oss-copy-source');
}

function decode(path: string, header: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw invalidArgument('Copy Source must be URL-encoded UTF-8.', 'x-oss-copy-source', header);
  }
}
