/** Reads `x-oss-copy-source: /bucket/key`, whose key is percent-encoded, with or without its slashes. */
import { OssError } from '../errors.ts';
import { assertBucketName, assertKey } from '../service/names.ts';
import type { ObjectRef } from '../store/object-store.ts';
import { invalidArgument } from './object-headers.ts';

const WITHOUT_KEY = 'Copy Source must mention the source bucket and key: /sourcebucket/sourcekey.';

export function readCopySource(header: string): ObjectRef {
  const mark = header.indexOf('?');
  if (mark >= 0)
    throw new OssError('NotImplemented', {
      message: `The version of a copy source (${header.slice(mark)}) is not served yet.`,
      header: 'x-oss-copy-source',
    });
  const path = decode(header.startsWith('/') ? header.slice(1) : header, header);
  const slash = path.indexOf('/');
  if (slash <= 0 || slash === path.length - 1) throw invalidArgument(WITHOUT_KEY, 'x-oss-copy-source', header);
  const source = { bucket: path.slice(0, slash), key: path.slice(slash + 1) };
  assertBucketName(source.bucket);
  assertKey(source.key);
  return source;
}

function decode(path: string, header: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw invalidArgument('Copy Source must be URL-encoded UTF-8.', 'x-oss-copy-source', header);
  }
}
