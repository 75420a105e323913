/** Hostile calls to OSS, signed so that they get past the door: and what every answer must be. */
import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { expect } from 'vitest';
import { decodeQuery } from '../../src/gateway/wire-request.ts';
import { signOssV1 } from '../../src/signing/oss-v1.ts';
import { type OssServer, OWNER } from './oss-server.ts';
import { type RawReply, send } from './raw-http.ts';
import { IS_THOROUGH } from './thorough.ts';

/** Another seed or more calls: LOCALYUN_FUZZ_SEED=7 LOCALYUN_FUZZ_FACTOR=20 npx vitest run --project conformance test/conformance/fuzz */
const SEED = Number(process.env.LOCALYUN_FUZZ_SEED ?? 1);
const FACTOR = Number(process.env.LOCALYUN_FUZZ_FACTOR ?? (IS_THOROUGH ? 5 : 1));
/** For one property, on a machine with other work, too: that a call hangs is what ANSWER_MS tells. */
export const FUZZ_MS = 90_000 * FACTOR;
/** Far more than any call takes: over it, it hangs. */
const ANSWER_MS = 10_000;
const EXPECTATION_FAILED = 417;

export interface HostileCall {
  method: string;
  bucket?: string | undefined;
  key?: string | undefined;
  /** As it goes onto the wire. */
  rawQuery?: string;
  /** Values as bytes, one a character. */
  headers?: Record<string, string>;
  body?: Uint8Array | undefined;
  isSigned: boolean;
}

/** Runs the property that often; what it found is told with the seed that finds it again. */
export async function hold(name: string, runs: number, property: fc.IAsyncProperty<[HostileCall]>): Promise<void> {
  const numRuns = runs * FACTOR;
  await fc.assert(property, { seed: SEED, numRuns, endOnFailure: false });
  console.log(`${name}: ${numRuns} calls, seed ${SEED}`);
}

/** Sends it and holds the answer against what every answer must be: in time, no fault of ours, and told in OSS's words. */
export async function expectRefusalOrSuccess(server: OssServer, call: HostileCall): Promise<RawReply> {
  const reply = await fire(server, call);
  const faults = server.logs.filter(({ level }) => level === 'error');
  if (faults.length > 0) throw new Error(`A fault of ours: ${JSON.stringify(faults.splice(0))}`);
  expect(reply.status).toBeLessThan(500);
  // node:http itself refuses an Expect that it does not know.
  if (reply.status === EXPECTATION_FAILED) return reply;
  if (reply.status >= 400 && call.method !== 'HEAD') expect(reply.xml.Code, reply.body.toString()).toMatch(/^\w+$/);
  return reply;
}

async function fire(
  server: OssServer,
  { method, bucket, key, rawQuery = '', headers = {}, body, isSigned }: HostileCall,
) {
  const resource = bucket === undefined ? {} : key === undefined ? { bucket } : { bucket, key };
  const path = [bucket, key]
    .filter((part) => part !== undefined)
    .map(encodeKey)
    .join('/');
  const query = decodeQuery(rawQuery);
  const seen = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), asRead(value)]));
  const auth = isSigned
    ? signOssV1({ method, resource, query, headers: seen, credentials: OWNER, atMs: server.clock.hostNowMs() })
    : {};
  const length = { 'content-length': String(body?.length ?? 0) };
  return send({
    port: server.port,
    method,
    target: `/${path}${rawQuery === '' ? '' : `?${rawQuery}`}`,
    headers: { ...length, ...auth, ...headers },
    ...(body ? { body } : {}),
    signal: AbortSignal.timeout(ANSWER_MS),
  });
}

const encodeKey = (key: string) => encodeURIComponent(key).replaceAll('%2F', '/');

/** As the server will read it: bytes that are UTF-8, and the edges trimmed. */
function asRead(value: string): string {
  return Buffer.from(value.replace(/^[ \t]+|[ \t]+$/g, ''), 'latin1').toString('utf8');
}
