/** What an OSS signature names: a service, a bucket or an object, whichever way the request addressed it. */

import { decodeFormText, type Mismatch, type QueryPair, type SigningCredentials } from './signed-request.ts';

/** Both decoded. No bucket: the service. No key: the bucket. */
export interface OssResource {
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
}

export interface OssVerifyOptions {
  /**
   * Every reading of the request's address, likeliest first. ali-oss on an IP endpoint with `sldEnable` names the
   * bucket in Host and in the path; only the signature tells whether the path's first segment belongs to the key.
   */
  readonly resources: readonly OssResource[];
}

export type OssVerdict =
  | {
      readonly ok: true;
      /** Which of the given readings was signed. */
      readonly resource: OssResource;
      /** Anything but 'strict' is a client's deviation that we tolerate. */
      readonly form: string;
    }
  | Mismatch;

/** What the OSS signers take. Header names in lower case, query and resource decoded. */
export interface OssSigning {
  readonly method: string;
  readonly resource: OssResource;
  readonly query?: readonly QueryPair[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly credentials: SigningCredentials;
  readonly atMs: number;
}

/** `/`, `/B/` or `/B/K`, unescaped. */
export function ossResourcePath({ bucket, key }: OssResource): string {
  if (bucket === undefined || bucket === '') return '/';
  return `/${bucket}/${key ?? ''}`;
}

/** The names whose value is empty but which carry an '=' on the wire: some clients sign that '='. */
export function emptyWithEquals(rawQuery: string): ReadonlySet<string> {
  const names = new Set<string>();
  if (!/=(?:&|$)/.test(rawQuery)) return names;
  for (const part of rawQuery.split('&')) {
    if (part.indexOf('=') === part.length - 1 && part !== '') names.add(decodeFormText(part.slice(0, -1)));
  }
  return names;
}
