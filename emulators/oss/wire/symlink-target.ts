/** Reads `x-oss-symlink-target`: a key, URL-encoded with or without its slashes. */
import { OssError } from '../errors.ts';
import { assertKey } from '../service/names.ts';
import { invalidArgument } from './object-headers.ts';

const HEADER = 'x-oss-symlink-target';

export function readSymlinkTarget(headers: Readonly<Record<string, string>>): string {
  const text = headers[HEADER];
  if (text === undefined || text === '') throw new OssError('MissingArgument', { argumentName: HEADER });
  const target = decode(text);
  assertKey(target);
  return target;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidArgument('The symlink target must be URL-encoded UTF-8.', HEADER, text);
  }
}
