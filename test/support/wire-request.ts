/** Calls as a room gets them, without a socket. */
import { Readable } from 'node:stream';
import type { WireRequest } from '../../src/kernel/wire.ts';
import { parsePairs } from '../../src/signing/signed-request.ts';

export function wireRequest(given: Partial<WireRequest> = {}): WireRequest {
  const { rawQuery = '' } = given;
  return {
    method: 'POST',
    rawPath: '/',
    rawQuery,
    query: parsePairs(rawQuery),
    headers: {},
    body: Readable.from([]),
    remoteAddress: '127.0.0.1',
    remotePort: 0,
    endpoint: '127.0.0.1:9580',
    signal: () => new AbortController().signal,
    ...given,
  };
}
