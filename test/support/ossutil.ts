/** Requests as ossutil 2 sends them: the v2 SDK for Go, which signs with V4, escapes by RFC 3986 and digests every body it holds. */
import { createHash } from 'node:crypto';
import { signOssV4 } from '../../src/signing/oss-v4-signature.ts';
import { type OssServer, OWNER } from './oss-server.ts';
import { type RawReply, send } from './raw-http.ts';

export interface OssutilCall {
  method: string;
  bucket?: string;
  key?: string;
  query?: Readonly<Record<string, string>>;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** Bytes of files go undigested. */
  isStream?: boolean;
}

export type Ossutil = (call: OssutilCall) => Promise<RawReply>;

/** How ossutil names a bucket: in the path on an IP endpoint or with --addressing-style path, else in the host. */
export const ADDRESSINGS = ['path', 'virtual'] as const;
export type Addressing = (typeof ADDRESSINGS)[number];

export function ossutil(server: OssServer, addressing: Addressing): Ossutil {
  return ({ method, bucket, key, query = {}, headers = {}, body, isStream = false }) => {
    const pairs = Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1));
    const digest = createHash('md5')
      .update(body ?? '')
      .digest('base64');
    const sent = {
      ...headers,
      ...(isStream || method === 'GET' ? {} : { 'content-md5': headers['content-md5'] ?? digest }),
    };
    const atMs = server.clock.hostNowMs();
    const signed = signOssV4({
      method,
      resource: { ...(bucket === undefined ? {} : { bucket }), ...(key === undefined ? {} : { key }) },
      query: pairs,
      headers: sent,
      credentials: OWNER,
      atMs,
      region: 'cn-beijing',
    });
    const search = pairs
      .map(([name, value]) => (value === '' ? name : `${goEscape(name)}=${goEscape(value)}`))
      .join('&');
    const inHost = addressing === 'virtual' && bucket !== undefined;
    const path = `/${[inHost ? [] : (bucket ?? []), key === undefined ? [] : key.split('/').map(goEscape).join('/')].flat().join('/')}`;
    return send({
      port: server.port,
      method,
      target: `${bucket !== undefined && key === undefined && !inHost ? `${path}/` : path}${search === '' ? '' : `?${search}`}`,
      headers: {
        host: inHost ? `${bucket}.localhost:${server.port}` : `127.0.0.1:${server.port}`,
        date: new Date(atMs).toUTCString(),
        'user-agent': 'alibabacloud-go-sdk-v2/1.2.0 (linux/-/x86_64;go1.21.0)/ossutil-v2.0.6',
        ...sent,
        ...signed,
      },
      ...(body === undefined ? {} : { body }),
    });
  };
}

/** Everything but letters, digits and `-_.~`. */
export function goEscape(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** As Go reads names that came with `encoding-type=url`: a plus is a space to it. */
export function queryUnescape(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}
