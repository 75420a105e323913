/** What a call looks like between the socket and a room, and back. */
import type { Readable } from 'node:stream';

export interface WireRequest {
  /** Upper case. */
  method: string;
  /** As received, before `?`; percent-escapes untouched. */
  rawPath: string;
  /** As received, after `?`; empty when there is none. */
  rawQuery: string;
  /** Decoded once, in order of arrival; `+` is a space (a plus travels as %2B). A flag (`?acl`) has the value ''. */
  query: readonly (readonly [name: string, value: string])[];
  /** Names in lower case, values as UTF-8, repeats joined by `,`. */
  headers: Readonly<Record<string, string>>;
  body: Readable;
  remoteAddress: string;
  /** With the address, the other end of the connection. */
  remotePort: number;
  /** `host:port` this process listens on: what a client that came here can reach again. */
  endpoint: string;
  /** Aborted when the client went away. Made when it is asked for: few calls listen to it, and it costs as much as reading a request. */
  signal(): AbortSignal;
}

export interface WireReply {
  status: number;
  headers?: Record<string, string | string[]>;
  body?: string | Uint8Array | Readable;
}

/** The first value of a query parameter, or undefined when it is absent. */
export function queryValue(request: Pick<WireRequest, 'query'>, name: string): string | undefined {
  for (const [key, value] of request.query) if (key === name) return value;
  return undefined;
}

const BROKEN_OFF = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ABORT_ERR', 'ERR_STREAM_PREMATURE_CLOSE']);

/** Whether a body could not be read to its end because its sender stopped; a full disk or a bug of ours is another matter. */
export function isBrokenOff(error: unknown): boolean {
  return error instanceof Error && 'code' in error && BROKEN_OFF.has(String(error.code));
}
