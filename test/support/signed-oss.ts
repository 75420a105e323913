/** Calls to OSS that are signed by hand: documents no SDK would send. */

import type { Credential } from '../../src/ports/credential-source.ts';
import { signOssV1 } from '../../src/signing/oss-v1.ts';
import { type OssServer, OWNER } from './oss-server.ts';
import { type RawReply, send } from './raw-http.ts';

export interface SignedCall {
  method: string;
  /** Undefined for the account itself. */
  bucket?: string;
  key?: string;
  /** `cors`, or parameters with values. */
  query?: string | readonly (readonly [string, string])[];
  headers?: Record<string, string>;
  body?: string;
  credentials?: Credential;
}

export function call(
  server: OssServer,
  { method, bucket, key, query = [], headers = {}, body, credentials = OWNER }: SignedCall,
): Promise<RawReply> {
  const asked: readonly (readonly [string, string])[] = typeof query === 'string' ? [[query, '']] : query;
  const sent =
    credentials.securityToken === undefined
      ? headers
      : { ...headers, 'x-oss-security-token': credentials.securityToken };
  const auth = signOssV1({
    method,
    resource: { ...(bucket === undefined ? {} : { bucket }), ...(key === undefined ? {} : { key }) },
    query: asked,
    headers: sent,
    credentials,
    atMs: server.clock.hostNowMs(),
  });
  const search = asked.map(([name, value]) => (value === '' ? name : `${name}=${encodeURIComponent(value)}`)).join('&');
  const path = bucket === undefined ? '/' : `/${bucket}/${encodeURIComponent(key ?? '').replaceAll('%2F', '/')}`;
  const target = `${path}${search === '' ? '' : `?${search}`}`;
  return send({
    port: server.port,
    method,
    target,
    headers: { ...sent, ...auth },
    ...(body === undefined ? {} : { body }),
  });
}
