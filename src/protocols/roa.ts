/** REST-style OpenAPI services (FC, API Gateway …): where a raw path points, and JSON in and out. */
import type { Target } from '../kernel/operation-table.ts';
import type { WireReply } from '../kernel/wire.ts';

/** Split before decoding: a percent-encoded slash (a layer's ARN) belongs to its segment. Undefined for broken escapes. */
export function roaTarget(rawPath: string): Target | undefined {
  const raw = rawPath.replace(/^\//, '').replace(/\/$/, '');
  try {
    return { segments: raw === '' ? [] : raw.split('/').map(decodeURIComponent) };
  } catch {
    // decodeURIComponent throws for nothing but an escape that is none.
    return undefined;
  }
}

/** An empty body is an empty object; undefined for what is no JSON. The content type is not asked: CLIs send octet-stream. */
export function parseJsonBody(bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString().trim();
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON the caller refuses in its room's words.
    return undefined;
  }
}

export function jsonReply(status: number, body: unknown, headers: Record<string, string> = {}): WireReply {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}
